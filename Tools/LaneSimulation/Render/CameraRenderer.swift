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
    /// Steps of luma by which a camera's JPEG is off at random, where no JPEG is made of the picture.
    var roundingNoise: Float = 0
    /// Cameras are not in step: the first picture comes this part of an interval after the recording's beginning.
    var phase = 0.0

    /// Sensor and JPEG together, in parts of a sensor's noise in good light.
    func noise(of scenario: Scenario) -> Float {
      let sensor = noisePart * scenario.noise
      let rounding = roundingNoise / SensorNoise.sigma
      return (sensor * sensor + rounding * rounding).squareRoot()
    }
  }

  let camera: PinholeCamera
  let planes: FramePlanes
  private let scenario: Scenario
  private let style: Style
  private let drives: [(drive: Scenario.Drive, mesh: VehicleMesh)]
  private let figures: [(figure: Figure, mesh: VehicleMesh)]
  private let backdrop: Backdrop
  private let canvas: Canvas
  private var rasteriser: Rasteriser
  private var blur: MotionBlur
  private let noise: SensorNoise
  private let measure: TruthMeasure
  private let painters: [any EffectPainter]
  private let wetFloor: WetFloor?
  private var exposure: ExposureLoop?
  /// The picture before effects and noise: reused while nothing moves, because a stop of a minute is 1800 pictures.
  private let composed: FramePlanes
  private var composedPoses: [UInt8: [Pose]]?
  private var composedVehicles: [CameraTruth.Vehicle] = []
  private var composedHidden: [Int] = []
  /// Where a vehicle is drawn alone, to see whether another one hides it.
  private lazy var alone = Canvas(width: camera.width, height: camera.height)

  /// `meshes` are those of the scenario's vehicles and figures.
  init(camera: PinholeCamera, scenario: Scenario, meshes: Fleet, seed: UInt64, style: Style) {
    self.camera = camera
    self.scenario = scenario
    self.style = style
    drives = Array(zip(scenario.drives, meshes.vehicles)).map { (drive: $0.0, mesh: $0.1) }
    figures = Array(zip(scenario.figures, meshes.figures)).map { (figure: $0.0, mesh: $0.1) }
    let vignette = Vignette(width: camera.width, height: camera.height)
    backdrop = Backdrop(camera: camera, vignette: vignette, look: scenario.hall, seed: seed)
    canvas = Canvas(width: camera.width, height: camera.height)
    rasteriser = Rasteriser(camera: camera, vignette: vignette)
    blur = MotionBlur(camera: camera)
    noise = SensorNoise(
      seed: seed, camera: camera.position.rawValue, width: camera.width, part: style.noise(of: scenario))
    measure = TruthMeasure(camera: camera)
    exposure = scenario.exposureControl.map(ExposureLoop.init)
    let surfaces = scenario.effects.isEmpty && !scenario.isWet ? nil : SurfaceMap(camera: camera)
    painters =
      surfaces.map { surfaces in
        let view = EffectView(camera: camera, surfaces: surfaces, seed: seed)
        return scenario.effects.map { $0.painter(view) }
      } ?? []
    wetFloor = scenario.isWet ? surfaces.map { WetFloor(camera: camera, surfaces: $0) } : nil
    planes = FramePlanes(width: camera.width, height: camera.height, isGrey: style.isGrey)
    composed = FramePlanes(width: camera.width, height: camera.height, isGrey: style.isGrey)
  }

  /// When the middle of a frame's exposure is, seconds since the recording began.
  func time(of frame: Int) -> Double { (Double(frame) + style.phase) / style.rate }

  /// Renders a frame into `planes` and says what is on it; nil: no vehicle in the zone.
  func render(frame: Int) -> CameraTruth.Picture? {
    let time = time(of: frame)
    let vehicles = compose(at: time, exposure: scenario.exposureSeconds(of: camera.position, frame: frame))
    planes.copy(composed)
    for painter in painters { painter.paint(planes, canvas, at: time) }
    var gain = scenario.light.gain(at: time)
    if exposure != nil {
      exposure?.observe(planes.meanLuma * gain, frame: frame)
      gain *= exposure?.gain ?? 1
    }
    noise.add(to: planes, frame: frame, gain: gain)
    if vehicles.isEmpty { return nil }
    return CameraTruth.Picture(
      frame: frame, at: rounded(time, 1e6), vehicles: vehicles, hidden: composedHidden.isEmpty ? nil : composedHidden)
  }

  /// Draws what there is at `time` into `composed`, unless it is there already.
  private func compose(at time: Double, exposure: Double) -> [CameraTruth.Vehicle] {
    let half = exposure / 2
    let inside = drives.filter { isInside($0.drive, at: time) }
    // Where everything is in the middle and at both ends of the exposure: the same again is the same picture.
    var poses: [UInt8: [Pose]] = [:]
    var meshes: [(owner: UInt8, mesh: VehicleMesh)] = []
    for (drive, mesh) in inside {
      poses[UInt8(drive.vehicle)] = [time, time - half, time + half].map(drive.pose)
      meshes.append((UInt8(drive.vehicle), mesh))
    }
    for (index, (figure, mesh)) in figures.enumerated() where figure.isInside(at: time) {
      poses[UInt8(Figure.firstOwner + index)] = [time, time - half, time + half].map(figure.pose)
      meshes.append((UInt8(Figure.firstOwner + index), mesh))
    }
    if poses == composedPoses { return composedVehicles.map(standing) }
    composedPoses = poses
    canvas.clear()
    wetFloor?.clear()
    var ways: [UInt8: SIMD3<Float>] = [:]
    for (owner, mesh) in meshes {
      guard let moments = poses[owner] else { continue }
      rasteriser.draw(mesh, owner: owner, pose: moments[0], into: canvas)
      wetFloor?.draw(mesh, owner: owner, pose: moments[0], with: &rasteriser)
      ways[owner] = moments[2].at - moments[1].at
    }
    composedVehicles = measure.vehicles(canvas, drives: inside, at: time, interval: 1 / style.rate)
    composedHidden = composedVehicles.isEmpty ? [] : hidden(among: inside, at: time)
    composed.copy(backdrop)
    wetFloor?.compose(ways: ways, with: &blur, onto: composed)
    blur.compose(canvas, ways: ways, onto: composed)
    return composedVehicles
  }

  /// Vehicles that would be seen if no other were there.
  private func hidden(among inside: [(drive: Scenario.Drive, mesh: VehicleMesh)], at time: Double) -> [Int] {
    let seen = Set(composedVehicles.map(\.vehicle))
    return inside.filter { !seen.contains($0.drive.vehicle) }.compactMap { drive, mesh in
      alone.clear()
      rasteriser.draw(mesh, owner: UInt8(drive.vehicle), pose: drive.pose(at: time), into: alone)
      return measure.shows(UInt8(drive.vehicle), alone) ? drive.vehicle : nil
    }
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
