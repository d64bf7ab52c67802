/// A dog: a body on four legs that trot crosswise, a head, a tail that wags with them.
struct DogBuilder {
  let size: Float
  let coat: Colour
  let seed: UInt64
  let stream: String

  func mesh() -> VehicleMesh {
    let cloth = Cloth([coat, Colour(40, 36, 34)], seed: seed, stream: stream)
    let scale = size
    func ring(_ x: Float, _ y: Float, _ z: Float, _ one: Float, _ other: Float) -> Ring {
      Ring(x * scale, y * scale, z * scale, one * scale, other * scale)
    }
    func part(_ swings: [Swing], _ material: Int, _ rings: [Ring], axis: Int) -> VehicleMesh.Part {
      var part = VehicleMesh.Part(kind: swings.isEmpty ? .skin : .limb(swings), texture: cloth.texture)
      part.addTube(rings, axis: axis, material: material, of: cloth)
      return part
    }
    var parts = [
      VehicleMesh.footShadow(length: 0.6 * size, halfWidth: 0.08 * size, cloth.texture),
      part(
        [], 0,
        [
          ring(-0.38, 0, 0.46, 0.09, 0.09), ring(-0.28, 0, 0.47, 0.12, 0.13), ring(0, 0, 0.47, 0.12, 0.14),
          ring(0.24, 0, 0.47, 0.13, 0.17), ring(0.36, 0, 0.52, 0.09, 0.12),
        ], axis: 0),
      part(
        [], 0,
        [
          ring(0.3, 0, 0.56, 0.08, 0.1), ring(0.42, 0, 0.66, 0.075, 0.09), ring(0.52, 0, 0.69, 0.075, 0.08),
          ring(0.6, 0, 0.66, 0.05, 0.05),
        ], axis: 0),
      part([], 1, [ring(0.6, 0, 0.655, 0.04, 0.04), ring(0.71, 0, 0.64, 0.03, 0.028)], axis: 0),
      part(
        [Swing(joint: SIMD3(-0.36, 0, 0.5) * scale, reach: 0.3)], 0,
        [ring(-0.36, 0, 0.5, 0.035, 0.035), ring(-0.55, 0, 0.58, 0.025, 0.03), ring(-0.68, 0, 0.68, 0.012, 0.015)],
        axis: 0),
    ]
    for side: Float in [-1, 1] {
      parts.append(
        part([], 1, [ring(0.44, side * 0.055, 0.72, 0.03, 0.015), ring(0.43, side * 0.06, 0.82, 0.01, 0.008)], axis: 2))
      for (x, isFront) in [(Float(0.26), true), (-0.3, false)] {
        // Diagonal legs go together.
        let ahead: Float = (side > 0) == isFront ? 0 : .pi
        let hip = Swing(joint: SIMD3(x, side * 0.08, 0.42) * scale, reach: 0.5, ahead: ahead)
        let knee = Swing(joint: SIMD3(x, side * 0.08, 0.22) * scale, reach: -0.35, bent: -0.3, ahead: ahead + 1.2)
        parts.append(
          part([hip], 0, [ring(x, side * 0.08, 0.46, 0.06, 0.05), ring(x, side * 0.08, 0.22, 0.035, 0.032)], axis: 2))
        parts.append(
          part(
            [knee, hip], 0, [ring(x, side * 0.08, 0.23, 0.033, 0.03), ring(x + 0.01, side * 0.08, 0.02, 0.03, 0.027)],
            axis: 2))
      }
    }
    return VehicleMesh(parts: parts, plates: [])
  }
}
