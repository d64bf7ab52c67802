/// What a wet floor mirrors of vehicles and figures, dim and only where the camera sees floor.
final class WetFloor {
  /// Part of the light that comes back, of 256.
  private static let strength: Int16 = 70

  private let canvas: Canvas
  private let surfaces: SurfaceMap

  init(camera: PinholeCamera, surfaces: SurfaceMap) {
    canvas = Canvas(width: camera.width, height: camera.height)
    self.surfaces = surfaces
  }

  func clear() { canvas.clear() }

  func draw(_ mesh: VehicleMesh, owner: UInt8, pose: Pose, with rasteriser: inout Rasteriser) {
    var turned = pose
    turned.isMirrored = true
    rasteriser.draw(mesh, owner: owner, pose: turned, into: canvas)
  }

  func compose(ways: [UInt8: SIMD3<Float>], with blur: inout MotionBlur, onto planes: FramePlanes) {
    for row in canvas.dirty.rows {
      for column in canvas.dirty.left..<canvas.dirty.right {
        let at = row * canvas.width + column
        let part: Int16 = surfaces.surfaces[at] == .floor ? Self.strength : 0
        unsafe canvas.colour[at] = SIMD4<Int16>(
          truncatingIfNeeded: (SIMD4<Int32>(truncatingIfNeeded: canvas.colour[at]) &* Int32(part)) &>> 8)
      }
    }
    blur.compose(canvas, ways: ways, onto: planes)
  }
}
