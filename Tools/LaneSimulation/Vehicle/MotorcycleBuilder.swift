/// A motorcycle with its rider: two wheels, a tank, a seat, somebody in leather and a helmet who leans forward.
struct MotorcycleBuilder {
  let model: VehicleModel
  let vehicle: Int
  let seed: UInt64
  let pictureWidth: Int

  func mesh(plateText: String) -> VehicleMesh {
    // Wheels, shadow and plate are those of any vehicle.
    let builder = VehicleBuilder(model: model, vehicle: vehicle, seed: seed, pictureWidth: pictureWidth)
    let wheel = builder.wheelTexture()
    let leather = Colour(38, 36, 38, gloss: 0.2)
    let cloth = Cloth(
      [
        model.paint, Colour(60, 62, 66, gloss: 0.5), leather, Colour(206, 206, 204, gloss: 0.7),
        Colour(20, 22, 26, gloss: 1),
      ],
      seed: seed, stream: "motorcycle \(vehicle)")
    func part(_ material: Int, axis: Int, _ rings: [Ring]) -> VehicleMesh.Part {
      var part = VehicleMesh.Part(kind: .skin, texture: cloth.texture)
      part.addTube(rings, axis: axis, material: material, of: cloth)
      return part
    }
    var parts = [builder.shadow(wheel, from: 0, length: model.length, halfWidth: 0.25)]
    for distance in [model.frontWheel, model.rearWheel] {
      parts += builder.wheels(wheel, at: distance, half: 0.075, radius: model.wheelRadius, thick: 0.14)
    }
    parts += [
      // Fairing with its lamp, tank, seat and tail, engine, fork.
      part(
        0, axis: 0, [Ring(-0.62, 0, 0.78, 0.2, 0.2), Ring(-0.42, 0, 0.88, 0.18, 0.19), Ring(-0.26, 0, 0.92, 0.1, 0.12)]),
      part(3, axis: 0, [Ring(-0.3, 0, 0.92, 0.08, 0.07), Ring(-0.24, 0, 0.92, 0.06, 0.05)]),
      part(
        0, axis: 0,
        [Ring(-1.12, 0, 0.86, 0.13, 0.12), Ring(-0.9, 0, 0.94, 0.17, 0.15), Ring(-0.66, 0, 0.9, 0.14, 0.13)]),
      part(
        2, axis: 0,
        [Ring(-1.85, 0, 0.88, 0.09, 0.07), Ring(-1.5, 0, 0.82, 0.15, 0.07), Ring(-1.08, 0, 0.82, 0.13, 0.08)]),
      part(0, axis: 0, [Ring(-2.0, 0, 0.86, 0.06, 0.06), Ring(-1.7, 0, 0.78, 0.12, 0.1)]),
      part(
        1, axis: 0,
        [Ring(-1.35, 0, 0.46, 0.16, 0.16), Ring(-0.95, 0, 0.48, 0.2, 0.22), Ring(-0.7, 0, 0.52, 0.14, 0.16)]),
    ]
    for side: Float in [-1, 1] {
      parts += [
        part(1, axis: 2, [Ring(-0.52, side * 0.09, 0.85, 0.03, 0.03), Ring(-0.34, side * 0.09, 0.32, 0.03, 0.03)]),
        part(1, axis: 0, [Ring(-1.9, side * 0.15, 0.42, 0.05, 0.05), Ring(-1.3, side * 0.14, 0.34, 0.05, 0.05)]),
      ]
      // Thigh, shin, boot; upper arm, forearm.
      parts += [
        part(2, axis: 0, [Ring(-1.3, side * 0.14, 0.9, 0.1, 0.1), Ring(-0.88, side * 0.24, 0.8, 0.075, 0.075)]),
        part(2, axis: 2, [Ring(-0.9, side * 0.24, 0.82, 0.07, 0.065), Ring(-1.18, side * 0.22, 0.36, 0.05, 0.05)]),
        part(2, axis: 0, [Ring(-1.24, side * 0.22, 0.32, 0.045, 0.05), Ring(-0.98, side * 0.22, 0.3, 0.045, 0.035)]),
        part(2, axis: 0, [Ring(-1.12, side * 0.2, 1.36, 0.065, 0.07), Ring(-0.86, side * 0.29, 1.14, 0.05, 0.05)]),
        part(2, axis: 0, [Ring(-0.88, side * 0.29, 1.14, 0.05, 0.05), Ring(-0.62, side * 0.31, 1.0, 0.04, 0.04)]),
      ]
    }
    parts += [
      part(
        2, axis: 2,
        [
          Ring(-1.32, 0, 0.84, 0.14, 0.17), Ring(-1.26, 0, 1.05, 0.13, 0.18), Ring(-1.16, 0, 1.3, 0.14, 0.22),
          Ring(-1.08, 0, 1.42, 0.09, 0.15),
        ]),
      part(
        3, axis: 2, [Ring(-1.0, 0, 1.43, 0.1, 0.1), Ring(-1.0, 0, 1.56, 0.145, 0.125), Ring(-1.02, 0, 1.7, 0.09, 0.08)]),
      part(4, axis: 0, [Ring(-0.92, 0, 1.56, 0.1, 0.06), Ring(-0.85, 0, 1.56, 0.07, 0.045)]),
    ]
    let plate = Self.plate(model)
    var sheet = VehicleMesh.Part(kind: .skin, texture: builder.plateTexture(Array(plateText)))
    sheet.addGrid(
      rows: 2, columns: 2, place: { row, column in plate.corners[row == 0 ? column : 3 - column] },
      uv: { row, column in SIMD2(Float(column), Float(row)) }, outward: { _ in plate.normal })
    return VehicleMesh(parts: parts + [sheet], plates: [plate])
  }

  /// Only at the back, and smaller than a car's.
  private static func plate(_ model: VehicleModel) -> VehicleMesh.Plate {
    let x = -model.length - 0.002
    return VehicleMesh.Plate(
      side: "back",
      corners: [SIMD3(x, 0.14, 0.72), SIMD3(x, -0.14, 0.72), SIMD3(x, -0.14, 0.6), SIMD3(x, 0.14, 0.6)],
      normal: SIMD3(-1, 0, 0))
  }
}
