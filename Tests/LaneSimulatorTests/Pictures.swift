import CameraIO

@testable import LaneSimulation

/// A renderer of small pictures for one camera, and a way to look at them.
struct Pictures {
  let renderer: CameraRenderer

  /// Coarse vehicles, built once: painting them fine takes an unoptimised build longer than all the pictures.
  private static let meshes = Dictionary(
    uniqueKeysWithValues: VehicleModel.all.map { ($0.name, mesh($0, pictureWidth: $0.name == "van" ? 110 : 40)) })

  private static func mesh(_ model: VehicleModel, pictureWidth: Int) -> VehicleMesh {
    VehicleBuilder(model: model, vehicle: 1, seed: 1, pictureWidth: pictureWidth).mesh(plateText: "M AB 123")
  }

  init(
    _ scenario: Scenario, camera: CameraPosition, width: Int = 80, height: Int = 50, seed: UInt64 = 1,
    rate: Double = 30
  ) {
    let vehicles = scenario.drives.map { Self.meshes[$0.model.name] ?? Self.mesh($0.model, pictureWidth: 40) }
    let figures = scenario.figures.enumerated().map { $1.mesh(seed: seed, number: $0) }
    renderer = CameraRenderer(
      camera: CameraRig.camera(camera, width: width, height: height), scenario: scenario,
      meshes: Fleet(vehicles: vehicles, figures: figures), seed: seed,
      style: .init(rate: rate))
  }

  func luma(_ frame: Int) -> (luma: [Int], truth: CameraTruth.Picture?) {
    let truth = renderer.render(frame: frame)
    let count = renderer.planes.width * renderer.planes.height
    return ((0..<count).map { Int(renderer.planes.luma[$0]) }, truth)
  }

  /// A scenario of one vehicle that passes `position` at time zero with a speed.
  static func passing(
    _ model: VehicleModel = .hatchback, at position: Double, metresPerSecond speed: Double, exposure: Double = 1.0 / 400
  ) -> Scenario {
    let motion = MotionProfile(
      startsAt: -1, startPosition: position - speed,
      stretches: [MotionProfile.Stretch(seconds: 10, fromSpeed: speed, toSpeed: speed)])
    return Scenario(
      name: "test", seconds: 1, exposureSeconds: exposure, light: .constant,
      drives: [
        Scenario.Drive(
          vehicle: 1, model: model, motion: motion, lateral: 0, plateText: "M AB 123", direction: "forward")
      ])
  }
}
