import CameraIO

/// One camera's pictures of a scenario, one after the other. Owned by one thread.
final class CameraRenderer {
  /// How pictures are made.
  struct Style: Sendable {
    var rate: Double
    /// Luma alone: what the lane looks at.
    var isGrey = false
    /// Part of the sensor's noise that is left: less where a pixel stands for several of the sensor's.
    var noisePart: Float = 1
    /// Cameras are not in step: the first picture comes this part of an interval after the recording's beginning.
    var phase = 0.0
  }

  let camera: PinholeCamera
  let planes: FramePlanes
  private let scenario: Scenario
  private let style: Style
  private let drives: [(drive: Scenario.Drive, mesh: VehicleMesh)]
  private let backdrop: Backdrop
  private let canvas: Canvas
  private var rasteriser: Rasteriser
  private var blur: MotionBlur
  private let noise: SensorNoise
  private let measure: TruthMeasure
  /// The picture before noise: reused while nothing moves, because a stop of a minute is 1800 pictures.
  private let composed: FramePlanes
  private var composedPlaces: [Double]?
  private var composedVehicles: [CameraTruth.Vehicle] = []

  /// `meshes` are those of the scenario's drives, in their order.
  init(camera: PinholeCamera, scenario: Scenario, meshes: [VehicleMesh], seed: UInt64, style: Style) {
    self.camera = camera
    self.scenario = scenario
    self.style = style
    drives = Array(zip(scenario.drives, meshes)).map { (drive: $0.0, mesh: $0.1) }
    let vignette = Vignette(width: camera.width, height: camera.height)
    backdrop = Backdrop(camera: camera, vignette: vignette, seed: seed)
    canvas = Canvas(width: camera.width, height: camera.height)
    rasteriser = Rasteriser(camera: camera, vignette: vignette)
    blur = MotionBlur(camera: camera)
    noise = SensorNoise(
      seed: seed, camera: camera.position.rawValue, width: camera.width, part: style.noisePart)
    measure = TruthMeasure(camera: camera)
    planes = FramePlanes(width: camera.width, height: camera.height, isGrey: style.isGrey)
    composed = FramePlanes(width: camera.width, height: camera.height, isGrey: style.isGrey)
  }

  /// When the middle of a frame's exposure is, seconds since the recording began.
  func time(of frame: Int) -> Double { (Double(frame) + style.phase) / style.rate }

  /// Renders a frame into `planes` and says what is on it; nil: no vehicle in the zone.
  func render(frame: Int) -> CameraTruth.Picture? {
    let time = time(of: frame)
    let vehicles = compose(at: time)
    planes.copy(composed)
    noise.add(to: planes, frame: frame, gain: scenario.light.gain(at: time))
    if vehicles.isEmpty { return nil }
    return CameraTruth.Picture(frame: frame, at: rounded(time, 1e6), vehicles: vehicles)
  }

  /// Draws what there is at `time` into `composed`, unless it is there already.
  private func compose(at time: Double) -> [CameraTruth.Vehicle] {
    let half = scenario.exposureSeconds / 2
    let inside = drives.filter { isInside($0.drive, at: time) }
    // Where everything is at both ends of the exposure: the same again is the same picture.
    let places = inside.flatMap { drive, _ in
      [time - half, time + half].map { drive.motion.position(at: $0) } + [Double(drive.vehicle)]
    }
    if places == composedPlaces { return composedVehicles.map(standing) }
    composedPlaces = places
    canvas.clear()
    var metres: [UInt8: Float] = [:]
    for (drive, mesh) in inside {
      let owner = UInt8(drive.vehicle)
      rasteriser.draw(
        mesh, owner: owner, position: Float(drive.motion.position(at: time)), lateral: Float(drive.lateral),
        into: canvas)
      metres[owner] = Float(drive.motion.position(at: time + half) - drive.motion.position(at: time - half))
    }
    composedVehicles = measure.vehicles(canvas, drives: inside, at: time, interval: 1 / style.rate)
    composed.copy(backdrop)
    blur.compose(canvas, metres: metres, onto: composed)
    return composedVehicles
  }

  private func isInside(_ drive: Scenario.Drive, at time: Double) -> Bool {
    let position = drive.motion.position(at: time)
    return position > -Double(LaneGeometry.curtain) - 0.5
      && position - drive.model.lengthMetres < Double(LaneGeometry.curtain) + 0.5
  }

  /// A vehicle in a picture that is the same as the one before.
  private func standing(_ vehicle: CameraTruth.Vehicle) -> CameraTruth.Vehicle {
    var vehicle = vehicle
    (vehicle.step, vehicle.speed, vehicle.shift) = (0, 0, [0, 0])
    return vehicle
  }
}
