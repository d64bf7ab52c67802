import CameraIO
import FrameSelect
import Testing
import Uploader

@testable import CaptureDaemon

@Suite("Which cameras can see a plate, and by what it is judged")
struct PlatePlanTests {
  static func camera(_ position: CameraPosition, lens: String? = nil, plates: Bool? = nil) -> Configuration.Camera {
    var camera = Configuration.Camera(position: position, source: .device(.serial(position.rawValue)))
    camera.lens = lens
    camera.plates = plates
    return camera
  }

  /// Cameras of the lane, what the configuration says of them, and which look.
  static let lanes: [(lane: [CameraPosition], said: [CameraPosition: Bool], looking: Set<CameraPosition>)] = [
    ([.frontLeft, .roofLeft, .backRight], [:], [.frontLeft, .backRight]),
    ([.roofLeft, .bottomLeft], [:], [.roofLeft, .bottomLeft]),
    ([.roofLeft], [:], [.roofLeft]),
    ([.frontLeft, .roofLeft], [.roofLeft: true], [.frontLeft, .roofLeft]),
    ([.frontLeft, .roofLeft], [.frontLeft: false], []),
    ([.frontLeft, .backLeft], [.backLeft: false], [.frontLeft]),
    ([.roofLeft, .bottomLeft], [.roofLeft: true], [.roofLeft]),
    ([.roofLeft, .bottomLeft], [.roofLeft: false], [.bottomLeft]),
    // A camera of the configuration that is not in the lane has no say.
    ([.roofLeft], [.frontLeft: true], [.roofLeft]),
    ([], [:], []),
  ]

  @Test("Front and back cameras look, all where there are none, and each camera's own word counts", arguments: lanes)
  func cameras(lane: [CameraPosition], said: [CameraPosition: Bool], looking: Set<CameraPosition>) {
    let configured = said.map { Self.camera($0.key, plates: $0.value) }
    #expect(PlatePlan.cameras(of: lane, configured) == looking)
    var configuration = Configuration()
    configuration.cameras = configured
    let plan = PlatePlan(
      configuration,
      lane: LaneConfiguration(cameras: Dictionary(uniqueKeysWithValues: lane.map { ($0, LaneCamera()) })))
    #expect(plan.cameras == looking)
  }

  private static let cloud = CaptureSet(
    id: "set",
    lenses: [
      "lens0": .init(focalLength: 6, sensorResolution: 1920, sensorSize: 11.3), "lens1": .init(focalLength: 8),
    ], minLicensePlateArea: 25_000)
  private static let recorded = PlatePlan.Recorded(
    lens: "lens0",
    captureSet: CaptureSetOverrides(
      minLicensePlateArea: 20_000,
      lenses: ["lens0": LensData(focalLength: 12, sensorResolution: 1920, sensorSize: 11.3)]))

  /// Who speaks (configuration, recording, cloud); the minimum and the focal length that hold.
  static let words: [(configuration: Bool, recording: Bool, cloud: Bool, minimum: Int?, focal: Double?)] = [
    (false, false, false, nil, nil), (false, false, true, 25_000, 6), (false, true, true, 20_000, 12),
    (true, true, true, 15_000, 16), (true, false, false, 15_000, 16), (false, true, false, 20_000, 12),
  ]

  @Test("The configuration's word comes before the recording's before the cloud's", arguments: words)
  func precedence(configuration: Bool, recording: Bool, cloud: Bool, minimum: Int?, focal: Double?) throws {
    var settings = Configuration()
    settings.cameras = [Self.camera(.frontLeft, lens: "lens0")]
    if configuration {
      settings.captureSet.minLicensePlateArea = 15_000
      settings.captureSet.lenses = ["lens0": .init(focalLength: 16, sensorResolution: 1920, sensorSize: 11.3)]
    }
    let zone = try Zone(parsing: "0,0 9,0 9,9")
    let plan = PlatePlan(
      settings, lane: LaneConfiguration(cameras: [.frontLeft: LaneCamera(zone: zone)]),
      recorded: recording ? [.frontLeft: Self.recorded] : [:]
    ) { cloud ? Self.cloud : nil }
    let measure = plan.measure(of: .frontLeft)
    #expect(measure.minimum == minimum && measure.lens?.focalLength == focal && measure.zone == zone)
  }

  @Test("A lens of which the cloud knows half is not known")
  func halfALens() {
    var settings = Configuration()
    settings.cameras = [Self.camera(.frontLeft, lens: "lens1")]
    let plan = PlatePlan(settings, lane: LaneConfiguration(cameras: [.frontLeft: LaneCamera()])) { Self.cloud }
    #expect(plan.measure(of: .frontLeft).lens == nil)
    #expect(plan.measure(of: .backLeft).lens == nil)
  }
}
