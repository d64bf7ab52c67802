import CameraIO

/// One camera's pictures of a scenario, one after the other. Owned by one thread.
final class CameraRenderer {
  let camera: PinholeCamera
  let planes: FramePlanes
  private let scenario: Scenario
  private let drives: [(drive: Scenario.Drive, mesh: VehicleMesh)]
  private let backdrop: Backdrop
  private let canvas: Canvas
  private var rasteriser: Rasteriser
  private var blur: MotionBlur
  private let noise: SensorNoise
  private let measure: TruthMeasure
  private let rate: Double

  /// `meshes` are those of the scenario's drives, in their order.
  init(camera: PinholeCamera, scenario: Scenario, meshes: [VehicleMesh], seed: UInt64, rate: Double) {
    self.camera = camera
    self.scenario = scenario
    self.rate = rate
    drives = Array(zip(scenario.drives, meshes)).map { (drive: $0.0, mesh: $0.1) }
    let vignette = Vignette(width: camera.width, height: camera.height)
    backdrop = Backdrop(camera: camera, vignette: vignette, seed: seed)
    canvas = Canvas(width: camera.width, height: camera.height)
    rasteriser = Rasteriser(camera: camera, vignette: vignette)
    blur = MotionBlur(camera: camera)
    noise = SensorNoise(seed: seed, camera: camera.position.rawValue, width: camera.width)
    measure = TruthMeasure(camera: camera)
    planes = FramePlanes(width: camera.width, height: camera.height)
  }

  /// When the middle of a frame's exposure is, seconds since the recording began.
  func time(of frame: Int) -> Double { Double(frame) / rate }

  /// Renders a frame into `planes` and says what is on it; nil: no vehicle in the zone.
  func render(frame: Int) -> CameraTruth.Picture? {
    let time = time(of: frame)
    canvas.clear()
    var metres: [UInt8: Float] = [:]
    for (drive, mesh) in drives {
      let position = drive.motion.position(at: time)
      let isInside =
        position > -Double(LaneGeometry.curtain) - 0.5
        && position - drive.model.lengthMetres < Double(LaneGeometry.curtain) + 0.5
      guard isInside else { continue }
      let owner = UInt8(drive.vehicle)
      rasteriser.draw(mesh, owner: owner, position: Float(position), lateral: Float(drive.lateral), into: canvas)
      let half = scenario.exposureSeconds / 2
      metres[owner] = Float(drive.motion.position(at: time + half) - drive.motion.position(at: time - half))
    }
    let vehicles = measure.vehicles(canvas, drives: drives, at: time, interval: 1 / rate)
    planes.copy(backdrop)
    blur.compose(canvas, metres: metres, onto: planes)
    noise.add(to: planes, frame: frame, gain: scenario.light.gain(at: time))
    if vehicles.isEmpty { return nil }
    return CameraTruth.Picture(frame: frame, at: rounded(time, 1e6), vehicles: vehicles)
  }
}
