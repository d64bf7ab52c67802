/// The skin of a vehicle as a surface over two parameters: distance behind the nose, and the way around from the left
/// sill (0) over the roof (0.5) to the right sill (1).
///
/// Vehicle coordinates: x is 0 at the nose and negative behind it, y to the left, z up from the floor.
struct BodyShape: Sendable {
  /// Corners of half a section: sill, bulge, shoulder line, belt, roof rail, roof side, roof middle.
  static let corners = 7
  /// The way around at which side becomes roof, on the left; on the right it is 1 minus this.
  static let roofRail: Float = 4.0 / 12

  let model: VehicleModel
  /// The skin begins and ends here; the faces of nose and tail bulge beyond it.
  let begins: Float = 0.13
  var ends: Float { model.length - 0.07 }

  /// (y, z) of the seven corners of the left half at `distance` behind the nose.
  func section(_ distance: Float) -> [SIMD2<Float>] {
    let half = model.halfWidth(distance)
    let top = model.topHeight(distance)
    let belt = min(model.belt, top - 0.035)
    let cabin = smoothstep(0.03, 0.42, top - belt)
    let roof = half * mix(0.9, model.roofPart, cabin)
    let sill = model.sill
    let bulge = mix(sill, belt, 0.42)
    let shoulder = mix(sill, belt, 0.8)
    return [
      SIMD2(half * 0.93, sill), SIMD2(half, bulge), SIMD2(half * 0.995, shoulder), SIMD2(half * 0.96, belt),
      SIMD2(roof, top - mix(0.018, 0.075, cabin)), SIMD2(roof * 0.8, top - mix(0.006, 0.022, cabin)),
      SIMD2(0, top),
    ]
  }

  /// The place on the skin; `section` is that of the distance.
  static func place(_ section: [SIMD2<Float>], distance: Float, around: Float) -> SIMD3<Float> {
    let mirrored = around > 0.5
    let way = (mirrored ? 1 - around : around) * 12
    let index = min(Int(way), corners - 2)
    let part = way - Float(index)
    let at = section[index] + (section[index + 1] - section[index]) * part
    return SIMD3(-distance, mirrored ? -at.x : at.x, at.y)
  }
}
