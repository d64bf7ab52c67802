import CameraIO
import FrameSelect
import Uploader

/// Which cameras can see a plate, and by what each one's plates are judged: by the configuration's word before the recording's before the cloud's.
struct PlatePlan: Sendable {
  /// What a recording says of one of its cameras.
  struct Recorded: Sendable {
    var lens: String?
    var captureSet: CaptureSetOverrides
  }

  /// Where plates are looked for.
  let cameras: Set<CameraPosition>
  private let configuration: Configuration
  private let zones: [CameraPosition: Zone]
  private let recorded: [CameraPosition: Recorded]
  private let cloud: @Sendable () -> CaptureSet?

  /// A plan for the cameras of `lane`. `cloud`: what the cloud says now; it may change its mind while the daemon runs.
  init(
    _ configuration: Configuration, lane: LaneConfiguration, recorded: [CameraPosition: Recorded] = [:],
    cloud: @escaping @Sendable () -> CaptureSet? = { nil }
  ) {
    self.configuration = configuration
    cameras = Self.cameras(of: lane.cameras.keys.sorted(), configuration.cameras)
    zones = lane.cameras.compactMapValues(\.zone)
    self.recorded = recorded
    self.cloud = cloud
  }

  /// What a camera's own setting says; where it says nothing front and back cameras look, and where there is none of these, all.
  static func cameras(of lane: [CameraPosition], _ configured: [Configuration.Camera]) -> Set<CameraPosition> {
    let told = Dictionary(configured.map { ($0.position, $0.plates) }) { first, _ in first }
    let isAnyAtTheEnds = lane.contains(where: \.looksAlong)
    let isAnyTold = lane.contains { told[$0] == true }
    return Set(lane.filter { (told[$0] ?? nil) ?? (isAnyAtTheEnds ? $0.looksAlong : !isAnyTold) })
  }

  /// By what the plates of `camera` are judged now.
  func measure(of camera: CameraPosition) -> PlateMeasure {
    let cloud = cloud()
    let recorded = recorded[camera]
    return PlateMeasure(
      minimum: configuration.captureSet.minLicensePlateArea ?? recorded?.captureSet.minLicensePlateArea
        ?? cloud?.minLicensePlateArea,
      lens: lensName(of: camera, recorded).flatMap { lens($0, recorded, cloud) }, zone: zones[camera])
  }

  private func lensName(of camera: CameraPosition, _ recorded: Recorded?) -> String? {
    recorded?.lens ?? configuration.cameras.first { $0.position == camera }?.lens
  }

  private func lens(_ name: String, _ recorded: Recorded?, _ cloud: CaptureSet?) -> LensData? {
    if let lens = configuration.captureSet.lenses?[name] { return LensData(lens) }
    if let lens = recorded?.captureSet.lenses[name] { return lens }
    guard let lens = cloud?.lenses[name], let focalLength = lens.focalLength,
      let sensorResolution = lens.sensorResolution, let sensorSize = lens.sensorSize
    else { return nil }
    return LensData(focalLength: focalLength, sensorResolution: sensorResolution, sensorSize: sensorSize)
  }
}

extension Recording {
  /// What it says of each camera.
  var optics: [CameraPosition: PlatePlan.Recorded] {
    Dictionary(
      uniqueKeysWithValues: cameras.map { ($0.position, PlatePlan.Recorded(lens: $0.lens, captureSet: captureSet)) })
  }
}

extension LensData {
  /// A lens of the configuration.
  init(_ lens: Configuration.Lens) {
    self.init(focalLength: lens.focalLength, sensorResolution: lens.sensorResolution, sensorSize: lens.sensorSize)
  }
}
