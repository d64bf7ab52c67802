import CameraIO

/// When the two ends of one thing were in the middle of the picture: there, and not at the sides, a near and a far end are in one place, whatever
/// hides the one or the other.
struct TrackEnds: Sendable {
  /// An end, as near to the middle as it was seen.
  struct End: Sendable {
    /// When.
    let time: MonotonicTime
    /// How far the middle was ahead of it then, in widths of the picture along the way.
    let toMiddle: Double
  }

  private(set) var nose: End?
  private(set) var tail: End?

  /// Parts of the picture at its sides where an end is cut off.
  private static let side = 0.08

  mutating func take(_ thing: Thing, at time: MonotonicTime) {
    guard let box = thing.box, let travel = thing.travel, let isAcross = travel.isAcross, let goesUp = travel.goesUp
    else {
      return
    }
    let (low, high) = isAcross ? (box.left, box.right) : (box.top, box.bottom)
    let width = isAcross ? 1 : 1 / thing.aspect
    func end(_ place: Double) -> End? {
      guard place > Self.side, place < 1 - Self.side else { return nil }
      return End(time: time, toMiddle: (goesUp ? 0.5 - place : place - 0.5) * width)
    }
    func nearer(_ one: End?, _ other: End?) -> End? {
      guard let one, let other else { return one ?? other }
      return abs(other.toMiddle) < abs(one.toMiddle) ? other : one
    }
    nose = nearer(nose, end(goesUp ? high : low))
    tail = nearer(tail, end(goesUp ? low : high))
  }
}
