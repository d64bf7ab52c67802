import CameraIO
import FrameSelect
import Foundation
import Uploader

/// Is a plate in sight, and is it large enough? One line for each camera that can see one.
struct PlateChecks {
  /// What the daemon that runs sees; nil: none runs, or it does not say.
  let told: [PlateGlance]?
  private let plan: PlatePlan
  private let detector = SharedPlateDetector()

  /// By the configuration, by recordings that play camera, and by what the cloud said last. Throws one line when a zone is none.
  init(_ configuration: Configuration, told: [PlateGlance]?) throws {
    self.told = told
    var zones: [CameraPosition: [ZonePoint]] = [:]
    var optics: [CameraPosition: PlatePlan.Recorded] = [:]
    for camera in configuration.cameras {
      // One that does not open is told of by the checks of cameras.
      guard case .recording(let path) = camera.source,
        let recording = try? Recording.open(path: path, camera: camera.position)
      else { continue }
      zones[camera.position] = recording.cameras[0].zone
      optics.merge(recording.optics) { $1 }
    }
    let known = try? CloudLine.settingsCache(of: configuration).load()
    let captureSet = known?.captureSet
    plan = PlatePlan(
      configuration, lane: try LanePlan.lane(of: configuration, limits: [:], recorded: zones), recorded: optics
    ) { captureSet }
  }

  /// Whether the running daemon has told of all cameras that can see a plate: then none needs to be opened.
  var isTold: Bool {
    told.map { told in plan.cameras.allSatisfy { camera in told.contains { $0.position == camera.rawValue } } } ?? false
  }

  /// What the daemon says of `camera`, else what its `newest` frame shows; nil for a camera that cannot see a plate.
  func finding(_ camera: CameraPosition, newest: Frame?) -> Finding? {
    guard plan.cameras.contains(camera) else { return nil }
    if let glance = told?.first(where: { $0.position == camera.rawValue }) { return glance.finding }
    let measure = plan.measure(of: camera)
    guard let newest else { return PlateGlance(camera, measure, trouble: "no frame came").finding }
    return PlateGlance(at: newest, measure, detector).finding
  }
}
