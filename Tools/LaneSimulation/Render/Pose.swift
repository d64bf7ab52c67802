/// Where a mesh is, which way it looks, and how far it has gone: what turns wheels and swings legs.
struct Pose: Sendable, Equatable {
  /// Of the mesh's own origin: the nose of a vehicle, the floor between the feet of a person.
  var at: SIMD3<Float>
  /// Radians to the left of the driving direction.
  var heading: Float = 0
  /// Metres since the beginning, signed.
  var way: Float = 0
  /// How far limbs swing, 0...1, and where in their swing they are, radians.
  var stride: Float = 0
  var phase: Float = 0
  /// Turned over at the floor: what a wet one mirrors.
  var isMirrored = false

  /// A mesh's place or direction turned as it is headed.
  @inline(__always)
  func turned(_ vector: SIMD3<Float>, _ cosine: Float, _ sine: Float) -> SIMD3<Float> {
    SIMD3(vector.x * cosine - vector.y * sine, vector.x * sine + vector.y * cosine, vector.z)
  }
}

/// A joint about which a limb swings forward and back: a hip, a knee, a tail's root.
struct Swing: Sendable, Equatable {
  /// Where it is when the figure stands.
  let joint: SIMD3<Float>
  /// Radians at full stride, and what is added to them always (forward is positive).
  let reach: Float
  var bent: Float = 0
  /// Radians by which it is ahead of the figure's own phase.
  var ahead: Float = 0

  /// Sine and cosine of the angle now.
  func angle(_ pose: Pose) -> (sine: Float, cosine: Float) {
    let angle = bent * pose.stride + reach * pose.stride * LaneSimulation.sine(pose.phase + ahead)
    return (LaneSimulation.sine(angle), LaneSimulation.cosine(angle))
  }
}
