import CameraIO

/// The last moments of one camera before anybody knew: bounded in time and in frames, the oldest gives way.
///
/// A reference, since every frame changes one of many: as a value in a dictionary it would ask for memory each time. One thread at a time.
public final class PreRoll {
  /// A frame and what was seen in it.
  public struct Entry: Sendable {
    /// The frame.
    public let frame: Frame
    /// What it shows.
    public let things: [Thing]

    /// A frame that was seen.
    public init(frame: Frame, things: [Thing]) {
      self.frame = frame
      self.things = things
    }
  }

  /// How far back it reaches, counted from the newest frame.
  public let seconds: Double
  /// The most frames that it holds, whatever the camera's rate.
  public let maximumFrames: Int
  private var held: [Entry] = []

  /// Empty; keeps the frames of the last `seconds`, at most `maximumFrames` of them.
  public init(seconds: Double, maximumFrames: Int) {
    self.seconds = max(0, seconds)
    self.maximumFrames = max(0, maximumFrames)
  }

  /// Takes the newest frame in and lets go of what has become too old or too much.
  public func append(_ entry: Entry) {
    held.append(entry)
    let oldest = entry.frame.time.advanced(bySeconds: -seconds)
    let tooMany = held.count - maximumFrames
    let kept = held.firstIndex { $0.frame.time >= oldest } ?? held.count
    held.removeFirst(max(kept, tooMany, 0))
  }

  /// Lets go of the newest `count` frames: they will come again, better looked at.
  func takeBack(_ count: Int) { held.removeLast(min(count, held.count)) }

  /// What is held from `moment` on, oldest first.
  public func entries(since moment: MonotonicTime) -> [Entry] {
    held.filter { $0.frame.time >= moment }
  }
}
