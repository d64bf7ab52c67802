/// Whether the tail of a vehicle is in one camera's picture: from then on it is known how far it has still to go.
///
/// What the picture's edge or the zone's cuts off is no tail: a tail leaves behind it the place where the vehicle comes in. Told only by
/// cameras that look across the lane; along it a vehicle grows, and its edges say nothing of its way.
struct TailSight: Sendable {
  /// Widths of the picture that a tail must have gone from where the vehicle comes in.
  private static let clear = 0.15
  /// Pictures in a row that must show it: a smooth side may look like the place for a moment.
  private static let leastPictures = 3

  /// The hindmost that anything of it was seen, in widths of the picture from the side where it comes in.
  private var hindmost: Double?
  private var sightings = 0

  /// Takes in what a frame shows of the vehicle. How many widths of the picture it has to go until it has left, negative when it goes
  /// backward; nil while its tail is not seen.
  mutating func take(_ thing: Thing) -> Double? {
    guard let box = thing.box, let travel = thing.travel, travel.isAcross == true, let way = travel.way,
      thing.isMoving, abs(travel.position) >= Travel.certain
    else { return nil }
    let isForward = travel.position > 0
    let body = thing.body ?? box.left...box.right
    let tail = (way.x > 0) == isForward ? body.lowerBound : 1 - body.upperBound
    let hindmost = min(hindmost ?? tail, tail)
    self.hindmost = hindmost
    sightings = tail - hindmost >= Self.clear ? sightings + 1 : 0
    guard sightings >= Self.leastPictures else { return nil }
    return isForward ? 1 - tail : tail - 1
  }
}
