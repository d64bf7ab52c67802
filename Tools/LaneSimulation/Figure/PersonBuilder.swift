/// A person of limbs that swing: legs against arms, knees that bend.
struct PersonBuilder {
  let height: Float
  let coat: Colour
  let trousers: Colour
  let seed: UInt64
  let stream: String

  private static let skin = Colour(196, 152, 126)

  func mesh() -> VehicleMesh {
    let hair = Colour(62, 48, 38)
    let shoe = Colour(32, 30, 30)
    let cloth = Cloth([coat, trousers, Self.skin, hair, shoe], seed: seed, stream: stream)
    let scale = height / 1.75
    func ring(_ x: Float, _ y: Float, _ z: Float, _ one: Float, _ other: Float) -> Ring {
      Ring(x * scale, y * scale, z * scale, one * scale, other * scale)
    }
    func joint(_ x: Float, _ y: Float, _ z: Float) -> SIMD3<Float> { SIMD3(x, y, z) * scale }
    func part(_ swings: [Swing], _ material: Int, _ rings: [Ring], axis: Int = 2) -> VehicleMesh.Part {
      var part = VehicleMesh.Part(kind: swings.isEmpty ? .skin : .limb(swings), texture: cloth.texture)
      part.addTube(rings, axis: axis, material: material, of: cloth)
      return part
    }
    var parts = [
      VehicleMesh.footShadow(length: 0.3, halfWidth: 0.16, cloth.texture),
      part(
        [], 0,
        [
          ring(0, 0, 0.86, 0.12, 0.17), ring(0, 0, 1.0, 0.115, 0.165), ring(0, 0, 1.2, 0.125, 0.18),
          ring(0, 0, 1.36, 0.115, 0.2), ring(0, 0, 1.44, 0.08, 0.16), ring(0, 0, 1.48, 0.06, 0.07),
        ]),
      part(
        [], 2, [ring(0.01, 0, 1.46, 0.05, 0.05), ring(0.015, 0, 1.56, 0.085, 0.07), ring(0.02, 0, 1.64, 0.1, 0.08)]),
      part([], 3, [ring(0.005, 0, 1.63, 0.105, 0.085), ring(0, 0, 1.7, 0.095, 0.075), ring(0, 0, 1.75, 0.05, 0.04)]),
    ]
    for side: Float in [-1, 1] {
      let leg = side > 0 ? Float(0) : .pi
      let hip = Swing(joint: joint(0, side * 0.09, 0.88), reach: 0.46, ahead: leg)
      // The knee bends back while the leg swings forward.
      let knee = Swing(joint: joint(0, side * 0.09, 0.48), reach: -0.4, bent: -0.42, ahead: leg + 1.2)
      parts.append(
        part(
          [hip], 1,
          [
            ring(0, side * 0.09, 0.92, 0.095, 0.09), ring(0, side * 0.09, 0.7, 0.08, 0.075),
            ring(0, side * 0.09, 0.48, 0.062, 0.06),
          ]))
      parts.append(
        part(
          [knee, hip], 1,
          [
            ring(0, side * 0.09, 0.49, 0.062, 0.058), ring(-0.01, side * 0.09, 0.32, 0.058, 0.055),
            ring(0, side * 0.09, 0.09, 0.045, 0.042),
          ]))
      parts.append(
        part(
          [knee, hip], 4,
          [
            ring(-0.07, side * 0.09, 0.05, 0.04, 0.045), ring(0.06, side * 0.09, 0.045, 0.045, 0.04),
            ring(0.18, side * 0.09, 0.025, 0.038, 0.02),
          ], axis: 0))
      let shoulder = Swing(joint: joint(0, side * 0.22, 1.4), reach: 0.38, ahead: leg + .pi)
      let elbow = Swing(joint: joint(0, side * 0.23, 1.13), reach: 0.15, bent: 0.3, ahead: leg + .pi)
      parts.append(
        part([shoulder], 0, [ring(0, side * 0.21, 1.42, 0.055, 0.05), ring(0, side * 0.23, 1.12, 0.043, 0.04)]))
      parts.append(
        part(
          [elbow, shoulder], 0, [ring(0, side * 0.23, 1.14, 0.043, 0.04), ring(0, side * 0.23, 0.92, 0.035, 0.033)]))
      parts.append(
        part(
          [elbow, shoulder], 2, [ring(0, side * 0.23, 0.93, 0.035, 0.025), ring(0, side * 0.23, 0.82, 0.03, 0.02)]))
    }
    return VehicleMesh(parts: parts, plates: [])
  }
}
