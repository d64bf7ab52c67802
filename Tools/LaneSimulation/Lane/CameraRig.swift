import CameraIO

/// The ten cameras of a portal: five on each side, mirrored, and their lenses.
package enum CameraRig {
  /// Those that tools look through unless told otherwise: the entry, the exit, the roof, a side.
  package static let usual: [CameraPosition] = [.frontLeft, .backRight, .roofLeft, .bottomLeft]

  struct Mount: Sendable {
    let position: CameraPosition
    let lens: String
    let origin: SIMD3<Float>
    let target: SIMD3<Float>
    /// Corners as parts of the picture's width and height.
    let zone: [SIMD2<Float>]
  }

  /// The capture set's lenses. The wide one looks at sides and roof from close by, the longer one along the lane, where
  /// a plate is large enough while the vehicle is still a good metre away.
  static let lenses: [String: LensData] = [
    "lens0": LensData(focalLength: 6, sensorResolution: 1920, sensorSize: 11.3),
    "lens1": LensData(focalLength: 8, sensorResolution: 1920, sensorSize: 11.3),
  ]

  /// Plates smaller than this many square pixels (at 1920 x 1200) are not worth reading.
  static let minLicensePlateArea = 25_000

  static func mount(_ position: CameraPosition) -> Mount {
    let left: Bool
    switch position {
    case .backLeft, .bottomLeft, .frontLeft, .roofLeft, .topLeft: left = true
    case .backRight, .bottomRight, .frontRight, .roofRight, .topRight: left = false
    }
    let side: Float = left ? 1 : -1
    let origin: SIMD3<Float>
    let target: SIMD3<Float>
    let along: Bool
    switch position {
    case .frontLeft, .frontRight: (origin, target, along) = ([1.5, 1.42, 0.9], [-0.8, 0.2, 0.55], true)
    case .backLeft, .backRight: (origin, target, along) = ([-1.5, 1.42, 0.9], [0.8, 0.2, 0.55], true)
    case .bottomLeft, .bottomRight: (origin, target, along) = ([0, 1.85, 0.38], [0, 0.9, 0.46], false)
    case .topLeft, .topRight: (origin, target, along) = ([0, 2.1, 1.6], [0, 0.8, 0.95], false)
    case .roofLeft, .roofRight: (origin, target, along) = ([0, 1.5, 2.95], [0, 0.25, 1.3], false)
    }
    let mirror = SIMD3<Float>(1, side, 1)
    // Along the lane the upper edge shows lamps and ceiling, where no vehicle ever is.
    let top: Float = along ? 0.08 : 0
    return Mount(
      position: position, lens: along ? "lens1" : "lens0", origin: origin * mirror, target: target * mirror,
      zone: [SIMD2(0, top), SIMD2(1, top), SIMD2(1, 1), SIMD2(0, 1)])
  }

  static func camera(_ position: CameraPosition, width: Int, height: Int) -> PinholeCamera {
    let mount = mount(position)
    return PinholeCamera(
      mount: mount, lens: lenses[mount.lens] ?? LensData(focalLength: 6, sensorResolution: 1920, sensorSize: 11.3),
      width: width, height: height)
  }
}
