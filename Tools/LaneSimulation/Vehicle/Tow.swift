/// What rolls behind a body without being one: the box of a lorry, a trailer, a caravan. Smooth sides, wheels below.
struct Tow: Sendable {
  /// Metres between the body's tail and its front.
  var gap: Float
  var length: Float
  var width: Float
  /// Height of the lower and the upper edge.
  var bottom: Float
  var top: Float
  var wheelRadius: Float
  /// Behind its front.
  var axles: [Float]
  /// A bar from the body's tail to its front; the box of a lorry hangs on the frame that both stand on.
  var bar: ClosedRange<Float>
  var paint = Colour(214, 214, 210)

  /// Metres that it adds to the vehicle.
  var reach: Float { gap + length }

  static let cargoBox = Tow(
    gap: 0.45, length: 5.2, width: 2.2, bottom: 0.95, top: 2.75, wheelRadius: 0.42, axles: [3.6], bar: 0.5...0.85)
  static let trailer = Tow(
    gap: 0.95, length: 2.6, width: 1.6, bottom: 0.5, top: 1.15, wheelRadius: 0.29, axles: [1.4], bar: 0.38...0.46)
  static let caravan = Tow(
    gap: 1.05, length: 4.4, width: 2.1, bottom: 0.42, top: 2.5, wheelRadius: 0.32, axles: [2.3], bar: 0.38...0.46)
}

extension VehicleBuilder {
  /// The box with its bar, wheels and shadow, in the coordinates of the vehicle.
  func tow(_ tow: Tow, wheel: Texture) -> [VehicleMesh.Part] {
    let front = model.length + tow.gap
    var box = VehicleMesh.Part(kind: .skin, texture: towTexture(tow))
    for (side, out) in [(Float(1), SIMD3<Float>(0, 1, 0)), (-1, SIMD3(0, -1, 0))] {
      box.addGrid(
        rows: 9, columns: 12,
        place: { row, column in
          SIMD3(
            -front - tow.length * Float(column) / 11, side * tow.width / 2,
            tow.top - (tow.top - tow.bottom) * Float(row) / 8)
        },
        uv: { row, column in SIMD2(0.02 + 0.96 * Float(column) / 11, Float(row) / 8) }, outward: { _ in out })
    }
    for (x, out) in [(front, SIMD3<Float>(1, 0, 0)), (front + tow.length, SIMD3(-1, 0, 0))] {
      box.addGrid(
        rows: 9, columns: 6,
        place: { row, column in
          SIMD3(-x, (Float(column) / 5 - 0.5) * tow.width, tow.top - (tow.top - tow.bottom) * Float(row) / 8)
        },
        uv: { row, column in SIMD2(0.02 + 0.3 * Float(column) / 5, Float(row) / 8) }, outward: { _ in out })
    }
    for (z, out) in [(tow.top, SIMD3<Float>(0, 0, 1)), (tow.bottom, SIMD3(0, 0, -1))] {
      box.addGrid(
        rows: 6, columns: 12,
        place: { row, column in
          SIMD3(-front - tow.length * Float(column) / 11, (Float(row) / 5 - 0.5) * tow.width, z)
        },
        uv: { row, column in SIMD2(0.02 + 0.96 * Float(column) / 11, 0.1 + 0.4 * Float(row) / 5) },
        outward: { _ in out })
    }
    var frame = VehicleMesh.Part(kind: .skin, texture: wheel)
    let barLength = tow.gap + 0.4
    frame.addBox(
      centre: SIMD3(-model.length - tow.gap / 2, 0, (tow.bar.lowerBound + tow.bar.upperBound) / 2),
      size: SIMD3(barLength, tow.bar.upperBound > 0.6 ? 0.8 : 0.09, tow.bar.upperBound - tow.bar.lowerBound),
      uv: SIMD2(0.97, 0.5))
    let chassis = SIMD3<Float>(tow.length - 0.1, 0.8, 0.12)
    frame.addBox(
      centre: SIMD3(-front - tow.length / 2, 0, tow.bottom - 0.06), size: chassis, uv: SIMD2(0.97, 0.5))
    var parts = [box, frame, shadow(wheel, from: front, length: tow.length, halfWidth: tow.width / 2)]
    for axle in tow.axles {
      parts += wheels(wheel, at: front + axle, half: tow.width / 2 - 0.02, radius: tow.wheelRadius)
    }
    return parts
  }

  /// Where the licence plate hangs: low at its back.
  func towPlate(_ tow: Tow) -> VehicleMesh.Plate {
    let x = -(model.length + tow.reach) - 0.004
    let reach = LicencePlate.width / 2
    let upper = tow.bottom + 0.22
    let lower = upper - LicencePlate.height
    return VehicleMesh.Plate(
      side: "back",
      corners: [SIMD3(x, reach, upper), SIMD3(x, -reach, upper), SIMD3(x, -reach, lower), SIMD3(x, reach, lower)],
      normal: SIMD3(-1, 0, 0))
  }

  /// Plain panels with thin edges, and the dirt of the road below: little for the eye to hold on to.
  private func towTexture(_ tow: Tow) -> Texture {
    let texel = grain * 1.5
    let width = max(Int(tow.length / texel), 32)
    let height = max(Int((tow.top - tow.bottom) / texel), 16)
    return Texture(width: width, height: height) { row, fill in
      let below = (Float(row) + 0.5) / Float(height)
      for column in 0..<width {
        let along = (Float(column) + 0.5) / Float(width) * tow.length
        var colour = tow.paint
        colour.gloss = 0.25
        colour.luma += 3 * noise.layered(along * 0.8, below * 1.5) + 2 * noise.at(along * 7, below * 9)
        let edge = min(min(along, tow.length - along), min(below, 1 - below) * (tow.top - tow.bottom))
        colour = colour.mixed(Colour(120, 122, 125, gloss: 0.5), clamp((0.045 - edge) / texel + 0.5, 0, 1))
        let dust = smoothstep(0.55, 1.05, below) * (0.5 + 0.4 * noise.layered(along * 3, below * 6))
        fill(column, colour.mixed(Colour(112, 104, 94), dust * 0.6).texel)
      }
    }.finish()
  }
}
