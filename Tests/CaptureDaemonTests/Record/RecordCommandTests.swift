import ArgumentParser
import CameraIO
import Testing

@testable import CaptureDaemon

@Suite("What record is asked for")
struct RecordCommandTests {
  @Test(
    "A wrong value is refused with what would be right",
    arguments: [
      ["--duration", "30"], ["--duration", "0s"], ["--duration", "-1s"], ["--duration", "8d"], ["--duration", "long"],
      ["--passages", "0"], ["--passages", "1.5"], ["--passages", "two"], ["--budget", "20"], ["--budget", "1 kB"],
      ["--passages", "1", "--pre-roll", "11s"], ["--pre-roll", "2s"], ["--pre-roll", "2s", "--duration", "3s"],
      ["--passages", "1", "--duration", "3s"], ["--camera", "roof"], ["--camera", "roofLeft", "--camera", "roofLeft"],
      ["--output", ""],
    ])
  func refuses(arguments: [String]) {
    let output = arguments.contains("--output") ? [] : ["--output", "x"]
    let error = #expect(throws: (any Error).self) { _ = try RecordCommand.parse(output + arguments) }
    #expect(error.map { RecordCommand.exitCode(for: $0) } == .validationFailure)
  }

  @Test(
    "Right values are taken",
    arguments: [
      [], ["--duration", "30s"], ["--duration", "1.5 min"], ["--passages", "3"],
      ["--passages", "3", "--pre-roll", "0s", "--budget", "500 MB"], ["--camera", "roofLeft", "frontLeft", "--json"],
      ["--camera", "roofLeft", "--camera", "frontLeft"],
    ])
  func takes(arguments: [String]) throws {
    _ = try RecordCommand.parse(["--output", "x"] + arguments)
  }

  @Test("Cameras are those of the configuration, in its order; one that is not there is named with those that are")
  func choosesCameras() throws {
    let configured = [CameraPosition.roofLeft, .backLeft].map {
      Configuration.Camera(position: $0, source: .recording("/x"))
    }
    var request = RecordRequest(output: "x", extent: .stretch(seconds: nil))
    #expect(try request.chosen(from: configured).map(\.position) == [.roofLeft, .backLeft])
    request.cameras = [.backLeft]
    #expect(try request.chosen(from: configured).map(\.position) == [.backLeft])
    request.cameras = [.backLeft, .topLeft]
    let complaint = #expect(throws: Complaint.self) { try request.chosen(from: configured) }
    #expect(complaint?.status == .usage)
    #expect(complaint?.text == "--camera topLeft: no such camera is configured; there are: roofLeft, backLeft")
  }
}
