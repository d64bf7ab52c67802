import CameraIO
import Foundation
import Testing

@testable import CaptureDaemon

@Suite("config/capture-daemon.yaml")
struct ConfigurationReferenceTests {
  static let text: String = {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return (try? String(contentsOf: root.appendingPathComponent("config/capture-daemon.yaml"), encoding: .utf8)) ?? ""
  }()

  /// The reference with its commented camera in place of the empty list.
  static let withCamera: String = {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let start = lines.firstIndex(of: "cameras: []") else { return "" }
    let example = lines[(start + 1)...].prefix { $0.hasPrefix("#") }
    let entry = example.map { "  " + $0.dropFirst(2) }
    return (lines[..<start] + ["cameras:"] + entry + lines[(start + 1 + example.count)...]).joined(separator: "\n")
  }()

  @Test("It decodes to exactly the built-in defaults, without a warning")
  func defaults() throws {
    let loaded = try loaded(Self.text)
    #expect(loaded.configuration == Configuration())
    #expect(loaded.warnings.isEmpty)
  }

  @Test("It names every key there is")
  func everyKey() throws {
    let loaded = try loaded(Self.text)
    for setting in SettingTable.configuration {
      guard case .file = loaded.origin(of: setting.key) else {
        Issue.record("\(setting.key) does not stand in the reference")
        continue
      }
    }
    #expect(Self.text.contains("\n  lenses: null\n") && Self.text.contains("\n  maxFramesForCameras: null\n"))
  }

  @Test("Its example of a camera is one, names every key of a camera, and shows the defaults")
  func camera() throws {
    let loaded = try loaded(Self.withCamera)
    let camera = try #require(loaded.configuration.cameras.first)
    #expect(camera == .init(position: .roofLeft, source: camera.source))
    for key in SettingTable.camera.map(\.key) + ["controls"] {
      guard case .file = loaded.origin(of: "cameras[0].\(key)") else {
        Issue.record("\(key) does not stand in the example of a camera")
        continue
      }
    }
  }

  @Test("It names every pixel format, and each is taken", arguments: FrameFormat.PixelFormat.allCases)
  func format(format: FrameFormat.PixelFormat) throws {
    let words = Self.text.split { !$0.isLetter && !$0.isNumber }
    #expect(words.contains(Substring(format.rawValue)))
    let text = "cameras: [{position: topLeft, device: /dev/v4l/by-path/one, format: \(format.rawValue)}]"
    #expect(try loaded(text).configuration.cameras.first?.format == format)
  }

  @Test(
    "Its examples of maps are fine",
    arguments: [
      "lenses: {lens0: {focalLength: 6, sensorResolution: 1920, sensorSize: 11.3}}",
      "maxFramesForCameras: {roofLeft: 16, bottomLeft: 32}",
    ])
  func examples(example: String) throws {
    let key = example.prefix { $0 != ":" }
    #expect(Self.text.contains(example.dropFirst(key.count + 2)))
    #expect(problems("captureSet:\n  \(example)\n").isEmpty)
  }

  @Test("What `config show` prints can be written into a file and means the same")
  func roundTrip() throws {
    let loaded = try loaded(Self.text)
    for value in loaded.values where SettingTable.configuration.contains(where: { $0.key == value.key }) {
      let override = ConfigurationOverride(key: value.key, text: value.value.text)
      let again = try CaptureDaemonTests.loaded("", overrides: [override])
      #expect(again.configuration == Configuration(), "\(value.key)")
    }
  }

  @Test("A value as JSON says what it is and where it comes from")
  func json() throws {
    let loaded = try loaded("webp:\n  quality: 3\n", environment: ["CAPTURE_CLOUD_URL": "https://a/b"])
    let lines = try loaded.values.map { try $0.json }
    #expect(lines.contains(#"{"file":"f.yaml","key":"webp.quality","line":2,"origin":"file","value":3}"#))
    #expect(
      lines.contains(#"{"key":"cloud.url","name":"CAPTURE_CLOUD_URL","origin":"environment","value":"https://a/b"}"#))
    #expect(lines.contains(#"{"key":"cloud.caFile","origin":"default","value":null}"#))
  }
}
