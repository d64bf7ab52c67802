import CameraIO
import Testing

@testable import CaptureDaemon

@Suite("How the lane is set up")
struct LanePlanTests {
  @Test("Frame limits: the configuration before the recording before the tenant, camera by camera")
  func limits() {
    var configuration = Configuration()
    let tenant = ["roofLeft": 16, "topLeft": 0, "bottomLeft": 32, "wheelLeft": 4, "backLeft": -3]
    #expect(
      LanePlan.limits(configuration, tenant: tenant)
        == [.roofLeft: 16, .topLeft: 0, .bottomLeft: 32, .backLeft: 0])
    var recording = CaptureSetOverrides()
    recording.maxFramesForCameras = [.roofLeft: 8, .frontLeft: 2]
    configuration.captureSet.maxFramesForCameras = [.roofLeft: 1]
    #expect(
      LanePlan.limits(configuration, recording: recording, tenant: tenant)
        == [.roofLeft: 1, .frontLeft: 2, .topLeft: 0, .bottomLeft: 32, .backLeft: 0])
  }

  @Test("A camera that nobody limits has the daemon's own limit")
  func ownLimit() throws {
    var configuration = Configuration()
    configuration.selection.framesPerCamera = 5
    configuration.cameras = [Configuration.Camera(position: .roofLeft, source: .recording("/x"))]
    let lane = try LanePlan.lane(of: configuration, limits: [:])
    #expect(lane.fallbackMaximumPictures == 5)
    #expect(lane.maximumPictures.isEmpty)
    #expect(Array(lane.cameras.keys) == [.roofLeft])
  }

  @Test("A camera's zone: the configured one, else that of the recording that plays camera, else the whole picture")
  func zones() throws {
    func triangle(_ size: Double) -> [ZonePoint] { [(0, 0), (size, 0), (0, size)].map { ZonePoint(x: $0, y: $1) } }
    var configuration = Configuration()
    configuration.cameras = [CameraPosition.roofLeft, .topLeft, .backLeft].map {
      Configuration.Camera(position: $0, source: .recording("/x"))
    }
    configuration.cameras[0].zone = Polygon(points: [.init(x: 0, y: 0), .init(x: 10, y: 0), .init(x: 0, y: 10)])
    let lane = try LanePlan.lane(
      of: configuration, limits: [:], recorded: [.roofLeft: triangle(20), .topLeft: triangle(30)])
    #expect(lane.cameras[.roofLeft]?.zone?.area == 50)
    #expect(lane.cameras[.topLeft]?.zone?.area == 450)
    #expect(lane.cameras[.backLeft]?.zone == nil)
    #expect(throws: Complaint.self) {
      try LanePlan.lane(of: configuration, limits: [:], recorded: [.backLeft: [ZonePoint(x: 0, y: 0)]])
    }
  }
}
