/// Somebody or something in the lane that is no vehicle.
struct Figure: Sendable {
  enum Kind: Sendable, Equatable {
    case person(height: Float, coat: Colour, trousers: Colour)
    /// Size 1 is a shepherd dog.
    case dog(size: Float, coat: Colour)
    /// A luggage trolley of bars, loaded or not.
    case trolley(load: Colour?)
  }

  let kind: Kind
  let walk: Walk
  /// Metres before the one who walks, and to the left.
  var ahead = 0.0
  var aside = 0.0

  func pose(at time: Double) -> Pose {
    switch kind {
    case .dog(let size, _): walk.pose(at: time, ahead: ahead, aside: aside, cycle: 0.75 * Double(size))
    case .person, .trolley: walk.pose(at: time, ahead: ahead, aside: aside)
    }
  }

  /// Whether it is not far behind the curtains.
  func isInside(at time: Double) -> Bool {
    abs(pose(at: time).at.x) < LaneGeometry.curtain + 0.8
  }

  /// Owners of figures on the canvas begin here; vehicles are below.
  static let firstOwner = 96

  func mesh(seed: UInt64, number: Int) -> VehicleMesh {
    let stream = "figure \(number)"
    switch kind {
    case .person(let height, let coat, let trousers):
      return PersonBuilder(height: height, coat: coat, trousers: trousers, seed: seed, stream: stream).mesh()
    case .dog(let size, let coat): return DogBuilder(size: size, coat: coat, seed: seed, stream: stream).mesh()
    case .trolley(let load): return TrolleyBuilder(load: load, seed: seed, stream: stream).mesh()
    }
  }
}
