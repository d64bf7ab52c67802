import CameraIO
import Testing

@testable import CaptureDaemon

@Suite("The checks of a device, as the running daemon tells of it")
struct DeviceChecksTests {
  func checks(
    _ change: (inout CameraStatus, inout CameraStatus) -> Void = { _, _ in }, binding: DeviceBinding = .serial("1"),
    controls: [String: Int64] = ["gain": 20]
  ) -> [String: Finding] {
    var first = CameraStatus(position: "roofLeft")
    first.identity = "Simulated Camera (serial 1) at usb-1"
    first.figures = "MJPG 1920x1200, 30 frames/s, 8 buffers"
    first.frames = 1000
    first.secondsSinceFrame = 0.02
    var second = first
    second.frames = 1090
    change(&first, &second)
    var camera = Configuration.Camera(position: .roofLeft, source: .device(binding))
    camera.controls = controls
    let findings = DeviceChecks(camera: camera, binding: binding).told(first, second, seconds: 3)
    return Dictionary(
      uniqueKeysWithValues: findings.map { (String($0.check.dropFirst("camera.roofLeft.".count)), $0) })
  }

  @Test("A camera that does what it was asked for passes every check")
  func fine() {
    let found = checks()
    #expect(found.keys.sorted() == ["controls", "format", "frames", "identity", "open", "rate"])
    #expect(found.values.allSatisfy { $0.status == .pass && $0.hint == nil })
  }

  @Test("Whatever is not fine has its finding, with a hint")
  func notFine() {
    func status(_ name: String, _ found: [String: Finding]) -> Finding.Status? {
      let finding = found[name]
      #expect(finding?.hint != nil)
      return finding?.status
    }
    #expect(status("open", checks { $1.lost = "unplugged" }) == .fail)
    #expect(checks { $1.lost = "unplugged" }["rate"]?.status == .skip)
    #expect(status("rate", checks { $1.frames = 1080 }) == .warn)
    #expect(status("rate", checks { $1.frames = 1045 }) == .fail)
    #expect(status("frames", checks { $1.frames = 1000 }) == .fail)
    #expect(status("frames", checks { $1.damaged = 3 }) == .warn)
    #expect(status("frames", checks { $1.missed = 3 }) == .warn)
    #expect(status("frames", checks { $1.secondsSinceFrame = 5 }) == .fail)
    #expect(status("format", checks { $1.deviations = ["gives 640x480 in place of 1920x1200"] }) == .fail)
    #expect(status("controls", checks { $1.controls = ["gain: 20 became 0"] }) == .fail)
    #expect(status("controls", checks(controls: [:])) == .warn)
    #expect(status("identity", checks(binding: .path("/dev/video0"))) == .warn)
  }
}
