import CameraIO

/// Which frames a lane looks at that cannot keep up: fewer of every camera, evenly in time, so that it catches up and loses none.
///
/// A frame that is passed over is kept like any other, for the pre-roll; it shows nothing, so it is never chosen.
struct LookPace {
  /// Seconds that a lane may be behind without looking at fewer frames: a burst, as when something stirs and what came before it is looked at.
  static let patience = 0.5
  /// From here on it looks as seldom as it does at an empty lane: half of what the queue before the lane holds.
  static let limit = 1.5
  /// Seconds between two looks at a camera, from `patience` and from `limit` on: half of the usual rate, and `IdleLooks.interval`.
  private static let intervals = (slow: 1.0 / 15, slowest: IdleLooks.interval)
  /// Cameras are not punctual: what is nearly due is due.
  private static let tolerance = 0.01

  private var last: [CameraPosition: MonotonicTime] = [:]

  /// Whether the lane looks at `frame` when it comes `behind` seconds after it was taken.
  mutating func isDue(_ frame: Frame, behind: Double) -> Bool {
    let interval = behind < Self.patience ? 0 : behind < Self.limit ? Self.intervals.slow : Self.intervals.slowest
    if let last = last[frame.camera], frame.time - last < interval - Self.tolerance { return false }
    last[frame.camera] = frame.time
    return true
  }
}
