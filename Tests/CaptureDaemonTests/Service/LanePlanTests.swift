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
}
