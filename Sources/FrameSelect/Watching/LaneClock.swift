import CameraIO

/// The time for which a lane was watched: moments in which no camera gave a frame are nearly left out of it.
///
/// A machine that stands still for a second, or a hub that takes all cameras with it, shows nothing for a while, which is not the same as showing that
/// nothing is there: nobody has left, and nothing has stood, only because nobody looked. So what is seen, and who has left, goes by this time, and
/// what is told goes by the cameras' own. A silence that is longer than anybody could bridge counts in full.
struct LaneClock: Sendable {
  /// Silences up to so many seconds are left out: after longer ones another vehicle may be there.
  static let longestSeconds = 5.0
  /// What is shorter is none, in seconds and in frames of the fastest camera: in little light a camera may give five frames a second.
  private static let (leastSeconds, leastFrames) = (0.25, 3.0)
  /// What is left of one, or one frame's time where that is longer: less than any patience.
  private static let beatSeconds = 0.1
  /// Silences that can be told of: more than a passage has.
  private static let memory = 32

  /// A silence, on the cameras' clock; `left`: by how much less what comes after it counts.
  private struct Silence {
    let from: Int64
    let to: Int64
    let left: Int64

    /// What of it is left out `passed` after its beginning, when all of it is after `whole`.
    func leftOut(after passed: Int64, of whole: Int64) -> Int64 {
      passed >= whole ? left : Int64(Double(left) * Double(passed) / Double(whole))
    }
  }

  private let (beat, least): (Int64, Int64)
  private var silences: [Silence] = []
  private var newest: Int64?
  /// Of silences that are forgotten.
  private var forgotten: Int64 = 0

  /// A clock that has heard nothing of cameras of which the fastest gives `rate` frames a second.
  init(rate: Double = 30) {
    let frame = 1 / max(rate, 0.1)
    beat = MonotonicTime(seconds: max(Self.beatSeconds, frame)).nanoseconds
    least = MonotonicTime(seconds: max(Self.leastSeconds, Self.leastFrames * frame)).nanoseconds
  }

  /// A frame of any camera came.
  mutating func hear(_ time: MonotonicTime) {
    let now = time.nanoseconds
    defer { newest = max(newest ?? now, now) }
    guard let newest else { return }
    let silence = now - newest
    guard silence > least, silence <= MonotonicTime(seconds: Self.longestSeconds).nanoseconds else { return }
    silences.append(Silence(from: newest, to: now, left: silence - beat))
    if silences.count > Self.memory { forgotten += silences.removeFirst().left }
  }

  /// A moment on the cameras' clock as one of the time for which the lane was watched. What lies within a silence lies within its rest.
  func watched(_ time: MonotonicTime) -> MonotonicTime {
    let now = time.nanoseconds
    var left = forgotten
    for silence in silences where now > silence.from {
      left += silence.leftOut(after: now - silence.from, of: silence.to - silence.from)
    }
    return MonotonicTime(nanoseconds: now - left)
  }

  /// The other way round.
  func told(_ watched: MonotonicTime) -> MonotonicTime {
    var now = watched.nanoseconds + forgotten
    for silence in silences where now > silence.from {
      now += silence.leftOut(after: now - silence.from, of: beat)
    }
    return MonotonicTime(nanoseconds: now)
  }
}
