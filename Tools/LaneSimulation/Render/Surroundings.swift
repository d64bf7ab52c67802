/// What a shiny surface mirrors: lamps under the ceiling, tubes at the walls, grey everything else.
enum Surroundings {
  /// How far (metres) from the middle of the nearest lamp; lamps stand at whole multiples of the spacing.
  @inline(__always)
  static func distanceToNearest(_ value: Float, spacing: Float) -> Float {
    // Shifted into the positive so that cutting off the fraction rounds down.
    let turns = value / spacing + 4096.5
    return abs(turns - Float(Int32(turns)) - 0.5) * spacing
  }

  /// 0...about 1.6, seen from `place` along `direction` (unit length); `crispness` is 1 for a sensor 1920 pixels wide and less
  /// where a pixel mirrors more of the hall.
  @inline(__always)
  static func brightness(from place: SIMD3<Float>, along direction: SIMD3<Float>, crispness: Float) -> Float {
    let rise = direction.z
    if rise > 0.03 {
      let way = (LaneGeometry.ceiling - place.z) / rise
      let across = place.y + direction.y * way
      let along = place.x + direction.x * way
      if abs(across) < LaneGeometry.wall {
        let near = distanceToNearest(across, spacing: LaneGeometry.lampSpacing)
        let gap = distanceToNearest(along + 0.9, spacing: 1.8)
        let lamp =
          clamp((LaneGeometry.lampHalfWidth - near) * 22 * crispness + 0.5, 0, 1) * clamp((gap - 0.12) * 12, 0, 1)
        return 0.24 + 1.35 * lamp
      }
    }
    let side = abs(direction.y)
    guard side > 0.05 else { return 0.2 }
    let way = (LaneGeometry.wall - (direction.y > 0 ? place.y : -place.y)) / side
    let along = clamp(place.x + direction.x * way, -40, 40)
    let height = place.z + rise * way
    let near = distanceToNearest(along, spacing: LaneGeometry.tubeSpacing)
    let tube =
      clamp((LaneGeometry.tubeHalfWidth - near) * 25 * crispness + 0.5, 0, 1) * clamp((height - 0.35) * 8, 0, 1)
      * clamp((2.3 - height) * 8, 0, 1)
    return mix(0.17, 0.34, clamp(height * 0.8, 0, 1)) + 0.9 * tube
  }
}
