import CameraIO
import Foundation
import TestSupport
import Testing

@testable import CaptureDaemon

/// Loads text as `f.yaml`; the lines of all problems when it is refused.
func problems(
  _ text: String, environment: [String: String] = [:], overrides: [ConfigurationOverride] = []
) -> [String] {
  do {
    _ = try ConfigurationLoader.load(text: text, name: "f.yaml", environment: environment, overrides: overrides)
    return []
  } catch {
    return error.problems.map(\.description)
  }
}

func loaded(
  _ text: String, environment: [String: String] = [:], overrides: [ConfigurationOverride] = []
) throws -> LoadedConfiguration {
  try ConfigurationLoader.load(text: text, name: "f.yaml", environment: environment, overrides: overrides)
}

@Suite("The configuration file")
struct ConfigurationTests {
  @Test(
    "An empty file, empty sections and comments alone mean the built-in defaults",
    arguments: [
      "", "\n", "# nothing\n", "---\n", "cloud:\n", "cameras:\n", "cameras: []\n", "captureSet: {}\n",
      "\u{FEFF}webp:\n",
      "webp: {}\r\nlog:\r\n  level: info\r\n",
    ])
  func empty(text: String) throws {
    #expect(try loaded(text).configuration == Configuration())
  }

  @Test("A full file says what it says")
  func full() throws {
    let text = """
      unit: {id: 49578ed9-2ea7-42b4-9d2b-79a098265197}
      cloud: {url: "https://cloud.example/v1", apiKeyFile: /etc/capture-daemon/api-key, caFile: null}
      storage: {directory: /srv/state/, budget: 1.5 GiB}
      status: {listen: null}
      cameras:
        - position: roofLeft
          device: /dev/v4l/by-path/one
          format: YUYV
          size: 1280x720
          rate: 29.97
          lens: lens0
          zone: [[0, 200], [1279, 200], [1279.5, 719]]
          controls: {exposure_time_absolute: 50, auto: false, gain: -3}
          forward: left
        - position: frontLeft
          device: recording:/srv/lane.mkv
          playback: loop
          zone: 0,0  10,0 10,10
      captureSet:
        minLicensePlateArea: 25000
        lenses: {lens0: {focalLength: 6, sensorResolution: 1920, sensorSize: 11.3}}
        maxFramesForCameras: {roofLeft: 16, bottomLeft: 0}
        countryCode: NO
      lane: {preRoll: 1.5 s}
      delivery: {bandwidth: 4 Mbit/s, keepDelivered: 2 d, backoffBase: 250 ms}
      log: {level: debug}
      """
    let configuration = try loaded(text).configuration
    var expected = Configuration()
    expected.unit.id = "49578ed9-2ea7-42b4-9d2b-79a098265197"
    expected.cloud.url = "https://cloud.example/v1"
    expected.cloud.apiKeyFile = "/etc/capture-daemon/api-key"
    expected.storage.directory = "/srv/state"
    expected.storage.budgetBytes = 3 << 29
    expected.status.listen = nil
    expected.cameras = [
      .init(
        position: .roofLeft, source: .device(.path("/dev/v4l/by-path/one")), format: .yuyv,
        size: PictureSize(width: 1280, height: 720), rate: 29.97, lens: "lens0",
        zone: Polygon(points: [.init(x: 0, y: 200), .init(x: 1279, y: 200), .init(x: 1279.5, y: 719)]),
        controls: ["exposure_time_absolute": 50, "auto": 0, "gain": -3], forward: .left),
      .init(
        position: .frontLeft, source: .recording("/srv/lane.mkv"),
        zone: Polygon(points: [.init(x: 0, y: 0), .init(x: 10, y: 0), .init(x: 10, y: 10)]), playback: .loop),
    ]
    expected.captureSet.minLicensePlateArea = 25000
    expected.captureSet.lenses = ["lens0": .init(focalLength: 6, sensorResolution: 1920, sensorSize: 11.3)]
    expected.captureSet.maxFramesForCameras = [.roofLeft: 16, .bottomLeft: 0]
    expected.captureSet.countryCode = "NO"
    expected.lane.preRoll = .milliseconds(1500)
    expected.delivery.bandwidthBytesPerSecond = 500_000
    expected.delivery.keepDelivered = .seconds(48 * 3600)
    expected.delivery.backoffBase = .milliseconds(250)
    expected.log.level = .debug
    #expect(configuration == expected)
  }

  @Test(
    "What is wrong is said in one line with file, line, key and what is allowed",
    arguments: [
      (
        "webp:\n  quality: best",
        "f.yaml:2: webp.quality: 'best' is not a whole number; allowed: a whole number 0...100"
      ),
      ("webp:\n  quality: 101", "f.yaml:2: webp.quality: 101 is out of range; allowed: a whole number 0...100"),
      (
        "webp: {quality: '80'}",
        "f.yaml:1: webp.quality: '80' is text; leave out the quotes; allowed: a whole number 0...100"
      ),
      ("webp:\n  quality:", "f.yaml:2: webp.quality: has no value; allowed: a whole number 0...100"),
      (
        "webp:\n  quality: [80]",
        "f.yaml:2: webp.quality: expected a single value, found a list; allowed: a whole number 0...100"
      ),
      (
        "webp: 3",
        "f.yaml:1: webp: expected keys with values, found the text '3'; allowed: quality, method, hastyMethod, filterStrength, maximumSize"
      ),
      (
        "webp:\n  qualty: 3",
        "f.yaml:2: webp.qualty: unknown key (did you mean 'quality'?); allowed: quality, method, hastyMethod, filterStrength, maximumSize"
      ),
      ("lane:\n  quality: 3", "f.yaml:2: lane.quality: unknown key (did you mean 'webp.quality'?); allowed: preRoll"),
      (
        "lane: {preRoll: 1}",
        "f.yaml:1: lane.preRoll: '1' has no unit; write it like 1.5 s, 250 ms, 2 min, 48 h; allowed: 0 ms ... 10 s"
      ),
      ("lane: {preRoll: 11 s}", "f.yaml:1: lane.preRoll: '11 s' is out of range; allowed: 0 ms ... 10 s"),
      (
        "log: {level: warn}",
        "f.yaml:1: log.level: 'warn' is not known here; allowed: trace, debug, info, notice, warning, error, critical"
      ),
      (
        "storage: {directory: state}",
        "f.yaml:1: storage.directory: 'state' is no absolute path; allowed: an absolute path"
      ),
      (
        "delivery: {backoffBase: 1 min, backoffCap: 30 s}",
        "f.yaml:1: delivery.backoffBase: is longer than delivery.backoffCap; allowed: at most 30 s"
      ),
      (
        "- a",
        "f.yaml:1: expected keys with values, found a list; allowed: unit, cloud, storage, status, captureSet, lane, capture, selection, webp, delivery, log, cameras"
      ),
    ])
  func wrong(text: String, line: String) {
    #expect(problems(text) == [line])
  }

  @Test("A key given twice is named with both lines")
  func duplicate() {
    #expect(
      problems("webp:\n  quality: 3\n  method: 2\n  quality: 4\n")
        == ["f.yaml:4: quality: is given twice, first in line 2; keep one of them"])
    #expect(problems("{webp: {}, webp: {}}") == ["f.yaml:1: webp: is given twice; keep one of them"])
  }

  @Test("Everything wrong is said at once, in the order of the file")
  func allAtOnce() {
    let lines = problems("webp:\n  quality: x\nlane:\n  preRol: 1 s\nlog:\n  level: loud\n")
    #expect(lines.map { $0.prefix(8) } == ["f.yaml:2", "f.yaml:4", "f.yaml:6"])
  }

  @Test(
    "A camera is refused for",
    arguments: [
      (
        "position: roofleft\n    device: /dev/a",
        "f.yaml:2: cameras[0].position: 'roofleft' is not known here (did you mean 'roofLeft'?)"
      ),
      ("device: /dev/a", "f.yaml:2: cameras[0].position: is missing"),
      ("position: roofLeft", "f.yaml:2: cameras[0].device: is missing"),
      ("position: roofLeft\n    device: video0", "f.yaml:3: cameras[0].device: 'video0' is neither"),
      (
        "position: roofLeft\n    device: /srv/a.mp4",
        "f.yaml:3: cameras[0].device: '/srv/a.mp4' is no device; write recording:/srv/a.mp4"
      ),
      ("position: roofLeft\n    device: 'recording:'", "f.yaml:3: cameras[0].device: 'recording:' names no recording"),
      (
        "position: roofLeft\n    device: /dev/a\n    size: 1920", "f.yaml:4: cameras[0].size: '1920' is no picture size"
      ),
      ("position: roofLeft\n    device: /dev/a\n    size: 8x8", "f.yaml:4: cameras[0].size: 8x8 is out of range"),
      (
        "position: roofLeft\n    device: /dev/a\n    rate: 0",
        "f.yaml:4: cameras[0].rate: 0 is out of range; allowed: a number 1...240"
      ),
      ("position: roofLeft\n    device: /dev/a\n    lens: wide", "f.yaml:4: cameras[0].lens: 'wide' is no lens name"),
      (
        "position: roofLeft\n    device: /dev/a\n    zone: 1,1 2,2 3,3",
        "f.yaml:4: cameras[0].zone: the polygon encloses nothing"
      ),
      (
        "position: roofLeft\n    device: /dev/a\n    zone: [[1,1], [2]]",
        "f.yaml:4: cameras[0].zone: expected a point [x, y], found a list"
      ),
      (
        "position: roofLeft\n    device: /dev/a\n    zone: [[0,0], [-1,0], [5,5]]",
        "f.yaml:4: cameras[0].zone: the point -1,0 lies outside of any picture"
      ),
      (
        "position: roofLeft\n    device: /dev/a\n    zone: 0,0 2000,0 0,9",
        "f.yaml:4: cameras[0].zone: the point 2000,0 lies outside of the picture; allowed: within 1920x1200"
      ),
      (
        "position: roofLeft\n    device: /dev/a\n    playback: loop",
        "f.yaml:4: cameras[0].playback: a device has no end"
      ),
      (
        "position: roofLeft\n    device: /dev/a\n    controls: {gain: high}",
        "f.yaml:4: cameras[0].controls.gain: expected a whole number, found the text 'high'"
      ),
      (
        "position: roofLeft\n    device: /dev/a\n    controls: [1]",
        "f.yaml:4: cameras[0].controls: expected control names with values, found a list"
      ),
      ("position: roofLeft\n    device: /dev/a\n    fps: 30", "f.yaml:4: cameras[0].fps: unknown key"),
    ])
  func wrongCamera(entry: String, beginning: String) {
    let lines = problems("cameras:\n  - \(entry)\n")
    #expect(lines.count == 1)
    #expect(lines.first?.hasPrefix(beginning) == true, "\(lines)")
  }

  @Test("Two cameras never share a position or a device")
  func sharing() {
    let text = """
      cameras:
        - {position: roofLeft, device: /dev/a}
        - {position: topLeft, device: /dev/a}
        - {position: roofLeft, device: "recording:/a"}
        - {position: topRight, device: "recording:/a"}
      """
    #expect(
      problems(text) == [
        "f.yaml:3: cameras[1].device: '/dev/a' is already the device of cameras[0]",
        "f.yaml:4: cameras[2].position: roofLeft is already cameras[0]; allowed: one camera each",
      ])
  }

  @Test(
    "A device is bound by path, port or serial number, and may be pinned to one camera",
    arguments: [
      ("bus:usb-0000:00:14.0-1.2", DeviceBinding.bus("usb-0000:00:14.0-1.2")), ("serial:0001", .serial("0001")),
      ("/dev/v4l/by-id/usb-x-video-index0", .path("/dev/v4l/by-id/usb-x-video-index0")),
    ])
  func bindings(text: String, binding: DeviceBinding) throws {
    let one = try loaded("cameras: [{position: roofLeft, device: '\(text)', serial: '0001'}]")
    #expect(one.configuration.cameras.first?.source == .device(binding))
    #expect(one.configuration.cameras.first?.serial == "0001")
    #expect(one.warnings.isEmpty)
  }

  @Test(
    "A binding that names nothing, and serial numbers that contradict each other or belong to a recording, are refused")
  func wrongBindings() {
    #expect(problems("cameras: [{position: roofLeft, device: 'bus:'}]").first?.contains("names no device") == true)
    #expect(problems("cameras: [{position: roofLeft, device: 'serial:1', serial: '2'}]").count == 1)
    #expect(problems("cameras: [{position: roofLeft, device: 'recording:/a', serial: '2'}]").count == 1)
    #expect(problems("cameras: [{position: roofLeft, device: '/dev/a', serial: ''}]").count == 1)
  }

  @Test("A device that is bound by number alone is taken with a warning")
  func deviceByNumber() throws {
    let one = try loaded("cameras: [{position: roofLeft, device: /dev/video0}]")
    #expect(one.configuration.cameras.first?.source == .device(.path("/dev/video0")))
    #expect(one.warnings.map(\.description).first?.contains("/dev/v4l/by-path/") == true)
    #expect(try loaded("cameras: [{position: roofLeft, device: /dev/v4l/by-path/a}]").warnings.isEmpty)
  }

  @Test(
    "The cloud's address is https, or http on loopback, and carries nothing else",
    arguments: [
      ("https://cloud.example", true), ("https://cloud.example:8443/api/v1", true), ("http://127.0.0.1:8080", true),
      ("http://localhost:1", true), ("http://[::1]:8080", true), ("http://127.1.2.3", true),
      ("http://cloud.example", false), ("http://127.0.0.1.evil.example", false), ("http://127.evil.0.1", false),
      ("https://cloud.example/", false), ("https://user:secret@cloud.example", false),
      ("http://127.0.0.1@evil.example", false), ("https://cloud.example?a=b", false),
      ("https://cloud.example#x", false),
      ("ftp://cloud.example", false), ("cloud.example", false), ("https://", false), ("https://a b", false),
      ("https://cloud.example:99999", false), ("file:///etc/passwd", false), ("https://a\\b", false),
    ])
  func cloudURL(url: String, isFine: Bool) {
    let lines = problems("cloud:\n  url: '\(url)'\n")
    #expect(lines.isEmpty == isFine, "\(lines)")
    #expect(!lines.joined().contains("secret"))
  }

  @Test(
    "A key that was pasted into the file by mistake is not repeated in the error",
    arguments: [
      "cloud: {apiKey: hunter2}", "cloud: {apiKeyFile: hunter2}", "cloud: {token: hunter2}",
      "cloud: {url: 'https://hunter2@cloud.example'}", "cloud: {url: 'https://x:hunter2@[bad'}",
    ])
  func secrets(text: String) {
    let lines = problems(text)
    #expect(lines.count == 1)
    #expect(!lines.joined().contains("hunter2"))
  }

  @Test("A relative recording lies beside the file that names it")
  func relativeRecording() throws {
    let directory = try TemporaryDirectory()
    let file = directory.file("config.yaml")
    try "cameras: [{position: roofLeft, device: 'recording:lane/../a.mkv'}]".write(
      toFile: file, atomically: true, encoding: .utf8)
    let loaded = try ConfigurationLoader.load(file: file, environment: [:])
    #expect(loaded.configuration.cameras.first?.source == .recording(directory.file("a.mkv")))
  }
}
