/// Which surface of the empty hall each pixel shows, and where it is.
final class SurfaceMap: Sendable {
  enum Surface: UInt8 { case floor, ceiling, wall, entry, exit }

  let camera: PinholeCamera
  let places: [SIMD3<Float>]
  let surfaces: [Surface]

  init(camera: PinholeCamera) {
    self.camera = camera
    var places: [SIMD3<Float>] = []
    var surfaces: [Surface] = []
    places.reserveCapacity(camera.width * camera.height)
    surfaces.reserveCapacity(camera.width * camera.height)
    for row in 0..<camera.height {
      for column in 0..<camera.width {
        let ray = camera.ray(SIMD2(Float(column) + 0.5, Float(row) + 0.5))
        let hit = Self.hit(from: camera.origin, along: ray)
        places.append(hit.place)
        surfaces.append(hit.surface)
      }
    }
    self.surfaces = surfaces
    self.places = places
  }

  private static func hit(from origin: SIMD3<Float>, along ray: SIMD3<Float>) -> (
    place: SIMD3<Float>, surface: Surface
  ) {
    func way(_ origin: Float, _ ray: Float, _ low: Float, _ high: Float) -> Float {
      abs(ray) < 1e-6 ? .infinity : ((ray > 0 ? high : low) - origin) / ray
    }
    let along = way(origin.x, ray.x, -LaneGeometry.curtain, LaneGeometry.curtain)
    let across = way(origin.y, ray.y, -LaneGeometry.wall, LaneGeometry.wall)
    let up = way(origin.z, ray.z, 0, LaneGeometry.ceiling)
    if along < across && along < up { return (origin + ray * along, ray.x < 0 ? .entry : .exit) }
    if across < up { return (origin + ray * across, .wall) }
    return (origin + ray * up, ray.z > 0 ? .ceiling : .floor)
  }

  /// Metres that the pixel covers there.
  func grain(_ index: Int) -> Float { camera.turned(places[index] - camera.origin).z / camera.focal }

  /// What the pixel shows: a body where there is one, else the hall.
  @inline(__always)
  func place(_ column: Int, _ row: Int, _ canvas: Canvas) -> SIMD3<Float> {
    let index = row * camera.width + column
    let near = unsafe canvas.nearness[index]
    guard near > 0 else { return places[index] }
    return camera.origin + camera.ray(SIMD2(Float(column) + 0.5, Float(row) + 0.5)) * (1 / near)
  }
}
