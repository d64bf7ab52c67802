import CameraIO

/// The looks at a lane in which nothing stirs: a few a second, and the way back when something does.
///
/// Time is cut into slots; of every camera the first frame in a slot is looked at and learned from. What came in the slot before and
/// in this one is remembered, with the lane as it was before it: when a look shows that something stirs, it came after that camera's
/// look in the slot before, so from there on every frame of all cameras is looked at. Looks are warier than the eye for things: what is
/// half of what a thing must be is reason enough to go back.
struct IdleLooks {
  /// Seconds between two looks. The fastest vehicle that displacement can be measured of (60 km/h) is in front of a camera that sees three
  /// metres for 0.3 s even when it is a motorcycle: three looks, none of which alone decides.
  static let interval = 0.1
  /// Seconds for which nothing may have stirred before a lane is idle: three times what a thing may be out of sight for.
  static let quietSeconds = 1.0

  /// The lane at the beginning of a slot.
  private struct Mark {
    let state: LaneState
    let looked: [CameraPosition: Int64]
    /// Where its frames begin in `frames`.
    var first: Int
  }

  private var marks: [Mark] = []
  private var slot: Int64?
  /// In which slot each camera was looked at.
  private var looked: [CameraPosition: Int64] = [:]
  /// Every frame since the older mark.
  private var frames: [Frame] = []
  /// Until when every frame is looked at, because something is there that is nearly a thing.
  private var waryUntil: MonotonicTime?

  private static func slot(of frame: Frame) -> Int64 {
    frame.time.nanoseconds / MonotonicTime(seconds: interval).nanoseconds
  }

  /// Whether it is a frame to look at: the first of its camera in a slot.
  mutating func isDue(_ frame: Frame) -> Bool {
    let slot = Self.slot(of: frame)
    defer { looked[frame.camera] = slot }
    return looked[frame.camera] != slot
  }

  /// Something is nearly there: until two looks later every frame is looked at. Nothing of what comes until then need be remembered.
  mutating func beWary(at time: MonotonicTime) {
    waryUntil = max(waryUntil ?? time, time.advanced(bySeconds: 2 * Self.interval))
    (marks, slot, frames) = ([], nil, [])
  }

  /// Whether every frame is looked at.
  func isWary(at time: MonotonicTime) -> Bool { waryUntil.map { time <= $0 } ?? false }

  /// Takes a frame in that comes to the lane in this state.
  mutating func remember(_ frame: Frame, _ state: LaneState) {
    let slot = Self.slot(of: frame)
    // Frames of different cameras come nearly in order: one that is late by a slot begins none.
    if self.slot.map({ slot > $0 || slot < $0 - 10 }) ?? true {
      self.slot = slot
      if marks.count == 2 {
        let gone = marks[1].first
        frames.removeFirst(gone)
        marks.removeFirst()
        marks[0].first = 0
      }
      marks.append(Mark(state: state, looked: looked, first: frames.count))
    }
    frames.append(frame)
  }

  /// The newest frame is none.
  mutating func forgetNewest() { frames.removeLast() }

  /// The lane before the frames that are remembered, and those frames in the order in which they came.
  mutating func goBack() -> (LaneState, [Frame])? {
    guard let mark = marks.first else { return nil }
    let all = frames
    self = IdleLooks()
    looked = mark.looked
    return (mark.state, all)
  }
}
