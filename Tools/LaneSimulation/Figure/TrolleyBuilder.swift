/// A luggage trolley: a frame of bars on four small wheels, with a handle to push it by and perhaps a suitcase on it.
struct TrolleyBuilder {
  let load: Colour?
  let seed: UInt64
  let stream: String

  func mesh() -> VehicleMesh {
    let cloth = Cloth(
      [Colour(172, 176, 180), Colour(28, 28, 30), load ?? Colour(60, 60, 60)], seed: seed, stream: stream)
    var steel = VehicleMesh.Part(kind: .skin, texture: cloth.texture)
    let half: Float = 0.014
    func bar(_ from: SIMD3<Float>, _ to: SIMD3<Float>) {
      steel.addBox(
        centre: (from + to) / 2,
        size: SIMD3(
          max(abs(to.x - from.x), 0) + 2 * half, abs(to.y - from.y) + 2 * half, abs(to.z - from.z) + 2 * half),
        uv: cloth.uv(0, 0.3, 0.4))
    }
    for side: Float in [-0.26, 0.26] {
      bar(SIMD3(-0.4, side, 0.2), SIMD3(0.5, side, 0.2))
      bar(SIMD3(-0.4, side, 0.2), SIMD3(-0.4, side, 1.0))
      bar(SIMD3(0.5, side, 0.2), SIMD3(0.5, side, 0.42))
      bar(SIMD3(-0.4, side, 0.62), SIMD3(0.1, side, 0.62))
      bar(SIMD3(0.1, side, 0.2), SIMD3(0.1, side, 0.62))
    }
    for x: Float in [-0.4, -0.1, 0.2, 0.5] { bar(SIMD3(x, -0.26, 0.2), SIMD3(x, 0.26, 0.2)) }
    bar(SIMD3(0.5, -0.26, 0.42), SIMD3(0.5, 0.26, 0.42))
    for z: Float in [0.5, 0.8, 1.0] { bar(SIMD3(-0.4, -0.26, z), SIMD3(-0.4, 0.26, z)) }
    var rubber = VehicleMesh.Part(kind: .skin, texture: cloth.texture)
    for x: Float in [-0.34, 0.44] {
      for side: Float in [-0.24, 0.24] {
        rubber.addTube(
          [Ring(x, side, 0.0, 0.055, 0.02), Ring(x, side, 0.07, 0.075, 0.022), Ring(x, side, 0.15, 0.03, 0.02)],
          axis: 2,
          material: 1, of: cloth)
      }
    }
    var parts = [VehicleMesh.footShadow(length: 0.9, halfWidth: 0.2, cloth.texture), steel, rubber]
    if load != nil {
      var box = VehicleMesh.Part(kind: .skin, texture: cloth.texture)
      box.addBox(centre: SIMD3(0.05, 0, 0.47), size: SIMD3(0.7, 0.44, 0.5), uv: cloth.uv(2, 0.2, 0.3), spread: 0.2)
      parts.append(box)
    }
    return VehicleMesh(parts: parts, plates: [])
  }
}
