/// The bulging face of a vehicle's nose or tail: closes the skin, and carries the plate at the vehicle's very end.
struct BodyFace: Sendable {
  static let rows = 19

  let isNose: Bool
  let model: VehicleModel
  private let ring: [SIMD2<Float>]
  private let ringDistance: Float

  /// Height of the face's upper edge.
  var top: Float { ring[BodyShape.corners - 1].y }
  /// Half of the face's width.
  var half: Float { ring[1].x }

  init(shape: BodyShape, isNose: Bool) {
    self.isNose = isNose
    model = shape.model
    ringDistance = isNose ? shape.begins : shape.ends
    ring = shape.section(ringDistance)
  }

  /// `across` is -1 (right) ... 1 (left); row 0 is the sill.
  func place(row: Int, across: Float) -> SIMD3<Float> {
    let way = Float(row) / Float(Self.rows - 1) * Float(BodyShape.corners - 1)
    let index = min(Int(way), BodyShape.corners - 2)
    let at = ring[index] + (ring[index + 1] - ring[index]) * (way - Float(index))
    let height = (at.y - model.sill) / (top - model.sill)
    let upright = (1 - height * height * height * height) * (0.82 + 0.18 * smoothstep(0, 0.3, height))
    let reach = (isNose ? ringDistance : model.length - ringDistance) - 0.01
    let bulge = reach * (1 - across * across) * upright
    return SIMD3(isNose ? -ringDistance + bulge : -ringDistance - bulge, at.x * across, at.y)
  }

  func plate(side: String) -> VehicleMesh.Plate {
    let middle = isNose ? model.sill + 0.27 : min(model.belt, top - 0.02) - 0.34
    let direction: Float = isNose ? 1 : -1
    let x = isNose ? 0 : -model.length
    // Read from ahead of the nose, left in the picture is the vehicle's right: y grows to the reader's right.
    let reach = LicencePlate.width / 2
    let upper = middle + LicencePlate.height / 2
    let lower = middle - LicencePlate.height / 2
    return VehicleMesh.Plate(
      side: side,
      corners: [
        SIMD3(x, -direction * reach, upper), SIMD3(x, direction * reach, upper), SIMD3(x, direction * reach, lower),
        SIMD3(x, -direction * reach, lower),
      ],
      normal: SIMD3(direction, 0, 0))
  }
}
