import CameraIO

/// Where on one vehicle the frames of one camera look: the ways of its things, one after the other, as one way.
///
/// A camera that loses sight of a vehicle follows it as another thing that begins at nothing, and over a smooth door there is nothing
/// to measure for a moment. Here it goes on where it was, at the speed that it had, and says that this is a guess.
struct VehicleWay: Sendable {
  /// A place on the way.
  struct Place: Sendable, Equatable {
    /// Widths of the picture since the passage began, forward is positive.
    let at: Double
    /// Whether the camera measured it.
    let isMeasured: Bool
  }

  /// Seconds for which a speed may be taken to go on: a vehicle that brakes at once stands after that.
  static let patienceSeconds = 1.0
  /// Widths a second that no vehicle goes: faster is a slip of the estimator, not a way.
  static let fastest = 8.0

  /// Widths a second below which a vehicle stands: at a walk it goes five times as fast in front of a camera that sees all of it.
  private static let standing = 0.05
  /// Widths a second that are left when a vehicle has braked: what went faster a moment ago does not stand yet.
  private static let braked = 0.15
  /// Seconds after which it is believed to stand: the smooth side of a lorry has gone by.
  private static let doubtSeconds = 4.0

  /// Widths a second that are taken for a vehicle of which nothing is known yet, so that its frames do not all count as one place.
  private static let unknown = 0.5

  private struct Sight {
    let track: Int
    let position: Double
    let time: MonotonicTime
  }

  /// Where it has got to.
  private(set) var at = 0.0
  private var speed = 0.0
  private var last: Sight?
  private var lastMeasured: MonotonicTime?
  /// When it was last seen.
  var lastTime: MonotonicTime? { last?.time }

  /// Takes in what a frame shows of the vehicle; nil where displacement is not measured at all.
  ///
  /// `driving`: how fast it goes by what other cameras measure, in widths of this one's picture a second. It is stiff, and where it drives for them it
  /// does not stand in front of this one.
  mutating func take(_ thing: Thing, at time: MonotonicTime, driving: Double? = nil) -> Place? {
    guard let travel = thing.travel else { return nil }
    defer { last = Sight(track: thing.track, position: travel.position, time: time) }
    guard let last else { return Place(at: at, isMeasured: true) }
    let elapsed = time - last.time
    let step = travel.position - last.position
    let isGoingOn = thing.track == last.track && travel.isKnown
    let standsAlone = isGoingOn && abs(step) < Self.standing * elapsed && abs(driving ?? 0) >= LaneWay.driving
    let isDeceived = standsAlone || isGoingOn && seemsToStand(travel, step, within: elapsed, at: time)
    if isGoingOn, !isDeceived, abs(step) <= Self.fastest * max(elapsed, 1.0 / 240) {
      at += step
      if elapsed > 0 { speed += (step / elapsed - speed) * min(1, elapsed * Self.smoothing) }
      lastMeasured = time
      return Place(at: at, isMeasured: true)
    }
    if isDeceived || thing.isMoving {
      let isKnown = !standsAlone && (isDeceived || isFresh(at: time))
      at += (isKnown ? speed : driving ?? (lastMeasured == nil ? Self.unknown : 0)) * max(0, elapsed)
    }
    return Place(at: at, isMeasured: false)
  }

  /// Whether it goes as it did when it was measured last.
  private func isFresh(at time: MonotonicTime) -> Bool {
    lastMeasured.map { time - $0 <= Self.patienceSeconds } ?? false
  }

  /// Whether it stands only by a few places, at once: lamps that shine back from a smooth side stay where they are while it goes by. What really
  /// stops brakes, and is seen to; and what seems to stand for long does.
  private func seemsToStand(_ travel: Travel, _ step: Double, within elapsed: Double, at time: MonotonicTime) -> Bool {
    guard let lastMeasured, time - lastMeasured <= Self.doubtSeconds else { return false }
    return abs(step) < Self.standing * elapsed && travel.agreeing < Travel.sureBlocks && abs(speed) >= Self.braked
  }

  /// Parts of a new speed that count after a second: a fifth of a second is enough to know it.
  private static let smoothing = 15.0
}
