/// How bright the hall is painted, luma.
struct HallLook: Sendable, Equatable {
  var floor: Float
  var wall: Float
  var skirting: Float
  /// How spotted the floor is, 1: as concrete is.
  var unevenness: Float = 1

  static let concrete = HallLook(floor: 134, wall: 158, skirting: 96)
  static let wet = HallLook(floor: 96, wall: 150, skirting: 90, unevenness: 1.3)
  /// White tiles, as in a car wash: a white car has little to stand out against.
  static let white = HallLook(floor: 205, wall: 212, skirting: 200, unevenness: 0.4)
}

/// The surfaces of the hall: concrete floor with joints and markings, guide rails, panelled walls with light tubes, a
/// ceiling with lamps, strip curtains at both ends.
struct Hall: Sendable {
  let noise: ValueNoise
  /// Metres that a pixel covers at one metre.
  let grain: Float

  let look: HallLook

  init(seed: UInt64, grain: Float, look: HallLook) {
    self.look = look
    noise = ValueNoise(seed: seed, stream: "hall")
    self.grain = grain
  }

  /// The first surface on the way, with its light.
  func colour(from origin: SIMD3<Float>, along ray: SIMD3<Float>) -> Colour {
    func way(_ origin: Float, _ ray: Float, _ low: Float, _ high: Float) -> Float {
      if abs(ray) < 1e-6 { return .infinity }
      return ((ray > 0 ? high : low) - origin) / ray
    }
    let along = way(origin.x, ray.x, -LaneGeometry.curtain, LaneGeometry.curtain)
    let across = way(origin.y, ray.y, -LaneGeometry.wall, LaneGeometry.wall)
    let up = way(origin.z, ray.z, 0, LaneGeometry.ceiling)
    if let rail = rail(from: origin, along: ray, within: min(along, min(across, up))) { return rail }
    if along < across && along < up {
      let place = origin + ray * along
      return curtain(place.y, place.z, soft: grain * along)
    }
    if across < up {
      let place = origin + ray * across
      return wall(place.x, place.z, soft: grain * across)
    }
    let place = origin + ray * up
    if ray.z > 0 { return ceiling(place.x, place.y, soft: grain * up) }
    return floor(place.x, place.y, soft: grain * up)
  }

  private func cover(_ distance: Float, _ soft: Float) -> Float { clamp(distance / max(soft, 1e-4) + 0.5, 0, 1) }

  /// The guide rails: steel tubes along the lane, painted yellow, seen as upright sheets.
  private func rail(from origin: SIMD3<Float>, along ray: SIMD3<Float>, within limit: Float) -> Colour? {
    guard abs(ray.y) > 1e-6 else { return nil }
    for side: Float in ray.y > 0 ? [-1, 1] : [1, -1] {
      let way = (side * LaneGeometry.rail - origin.y) / ray.y
      guard way > 0.05, way < limit else { continue }
      let place = origin + ray * way
      guard place.z >= 0, place.z < 0.13, abs(place.x) < 3.4 else { continue }
      let round = (place.z - 0.075) / 0.055
      let base = Colour(206, 168, 34, gloss: 0.3)
      var colour = base.mixed(
        Colour(30, 30, 30), cover(0.35 - Surroundings.distanceToNearest(place.x + place.z, spacing: 1.4), 0.01))
      let shade = clamp(0.95 - 0.5 * round * round + 0.25 * round, 0.3, 1.1)
      let scuffs = 1 + 0.12 * noise.layered(place.x * 22, place.z * 60)
      colour.luma *= shade * scuffs
      colour.blue *= shade
      colour.red *= shade
      return colour
    }
    return nil
  }

  private func floor(_ x: Float, _ y: Float, soft: Float) -> Colour {
    let broad = noise.layered(x * 0.9, y * 0.9)
    let fine = soft < 0.02 ? noise.at(x * 120, y * 120) : 0
    let middle = noise.layered(x * 9 + 40, y * 9 + 11)
    var luma: Float = look.floor + look.unevenness * (14 * broad + 7 * middle + 8 * fine)
    // Joints between the slabs, tyre marks where everybody drives, the lamps' light pools.
    let joint = min(
      Surroundings.distanceToNearest(x - 0.6, spacing: 2.4), Surroundings.distanceToNearest(y - 1.02, spacing: 4.1))
    luma -= 55 * cover(0.006 - joint, soft)
    let tyre = abs(abs(y) - 0.78)
    luma -= 20 * look.unevenness * smoothstep(0.17, 0.05, tyre) * (0.7 + 0.3 * middle)
    luma *= 0.9 + 0.16 * smoothstep(0.3, 0.02, Surroundings.distanceToNearest(y, spacing: LaneGeometry.lampSpacing))
    luma *= 1 - 0.35 * smoothstep(0.5, 0, LaneGeometry.wall - abs(y))
    var colour = Colour(luma * 1.01, luma, luma * 0.965)
    // A stop line and an arrow in the middle.
    let line = cover(0.05 - abs(x - 2.2), soft) * cover(1.0 - abs(y), soft)
    let shaft = cover(0.05 - abs(y), soft) * cover(0.55 - abs(x + 2.3), soft)
    let headAt = -1.15 - x
    let head = cover(headAt * 0.4 - abs(y), soft) * cover(headAt, soft) * cover(0.6 - headAt, soft)
    let worn = clamp(0.75 + 0.5 * middle + 0.3 * fine, 0, 1)
    colour = colour.mixed(Colour(206, 206, 200), max(line, max(shaft, head)) * worn)
    return colour
  }

  private func wall(_ x: Float, _ z: Float, soft: Float) -> Colour {
    let tube = Surroundings.distanceToNearest(x, spacing: LaneGeometry.tubeSpacing)
    let lit = cover(LaneGeometry.tubeHalfWidth - tube, soft) * cover(z - 0.35, soft) * cover(2.3 - z, soft)
    var luma: Float = z < 0.9 ? look.skirting : look.wall
    luma += 7 * noise.layered(x * 2.1, z * 2.1) + 4 * noise.layered(x * 31, z * 31)
    luma -= 30 * cover(0.004 - Surroundings.distanceToNearest(x - 0.375, spacing: 0.75), soft)
    luma -= 40 * cover(0.012 - abs(z - 0.9), soft)
    // Rivets along the panels: something small and sharp everywhere.
    let rivet = SIMD2(
      Surroundings.distanceToNearest(x - 0.345, spacing: 0.75), Surroundings.distanceToNearest(z, spacing: 0.25))
    luma -= 34 * cover(0.008 - (rivet.x * rivet.x + rivet.y * rivet.y).squareRoot(), soft)
    luma *= 0.82 + 0.3 * smoothstep(0.6, 0.05, tube)
    luma *= mix(0.72, 1, smoothstep(0, 0.7, z))
    var colour = z < 0.9 ? Colour(luma * 0.9, luma, luma * 1.12) : Colour(luma, luma, luma * 0.97)
    if luma > 250 { colour = Colour(250, 250, 248) }
    return colour.mixed(Colour(255, 255, 255), lit)
  }

  private func ceiling(_ x: Float, _ y: Float, soft: Float) -> Colour {
    let near = Surroundings.distanceToNearest(y, spacing: LaneGeometry.lampSpacing)
    let gap = Surroundings.distanceToNearest(x + 0.9, spacing: 1.8)
    let lamp = cover(LaneGeometry.lampHalfWidth - near, soft) * cover(gap - 0.12, soft)
    let luma: Float =
      92 + 6 * noise.layered(x * 3, y * 3) - 25 * cover(0.01 - Surroundings.distanceToNearest(x, spacing: 1.2), soft)
      + 40 * smoothstep(0.3, 0.06, near)
    return Colour(luma, luma, luma * 0.98).mixed(Colour(255, 255, 255), lamp)
  }

  /// Strips of dull plastic with the dark behind them.
  func curtain(_ y: Float, _ z: Float, soft: Float) -> Colour {
    let inDoor = cover(LaneGeometry.doorHalfWidth - abs(y), soft) * cover(LaneGeometry.doorHeight - z, soft)
    let panel = 128 + 6 * noise.layered(y * 2 + 9, z * 2)
    let strip = Surroundings.distanceToNearest(y, spacing: 0.2)
    let index = Int((y / 0.2 + 64.5).rounded(.down))
    var luma: Float = 46 + 9 * noise.grain(index, 5) + 5 * noise.layered(y * 14, z * 1.2)
    luma += 14 * smoothstep(0.03, 0, abs(strip - 0.05)) - 26 * cover(0.006 - abs(strip - 0.1), soft)
    luma *= 0.8 + 0.25 * smoothstep(0, 2.2, z)
    let frame = cover(0.05 - max(abs(y) - LaneGeometry.doorHalfWidth, z - LaneGeometry.doorHeight), soft) * (1 - inDoor)
    return Colour(panel, panel, panel * 0.98).mixed(Colour(190, 160, 40), frame)
      .mixed(Colour(luma * 0.98, luma, luma * 1.06), inDoor)
  }
}
