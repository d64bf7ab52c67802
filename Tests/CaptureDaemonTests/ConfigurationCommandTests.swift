import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import CaptureDaemon

@Suite("capture-daemon config")
struct ConfigurationCommandTests {
  private func file(_ text: String, in directory: TemporaryDirectory) throws -> String {
    let file = directory.file("\(UUID().uuidString).yaml")
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    return file
  }

  @Test("check ends with 0 on a file that is fine, and with 78 on one that is wrong or missing")
  func check() throws {
    let directory = try TemporaryDirectory()
    try ConfigCommand.Check.parse(["--config", file("webp: {quality: 70}", in: directory)]).run()
    for arguments in [
      ["--config", try file("webp: {quality: 700}", in: directory)], ["--config", directory.file("none")],
      ["--config", try file("", in: directory), "--set", "webp.quality=700"],
    ] {
      let error = #expect(throws: ExitCode.self) { try ConfigCommand.Check.parse(arguments).run() }
      #expect(error?.rawValue == 78)
    }
  }

  @Test("--set is over the file, the command's own options over --set, and --set without = is wrong usage")
  func options() throws {
    let directory = try TemporaryDirectory()
    let file = try file("webp: {quality: 70, method: 1}", in: directory)
    let options = try ConfigurationOptions.parse(
      ["--config", file, "--set", "webp.quality=71", "--set", "webp.method=3"])
    let loaded = try options.loaded(overrides: [.init(key: "webp.method", text: "4", option: "--method")])
    #expect(loaded.configuration.webp == .init(quality: 71, method: 4, filterStrength: 0))
    #expect(loaded.origin(of: "webp.method") == .commandLine("--method"))
    #expect(throws: (any Error).self) { try ConfigurationOptions.parse(["--set", "webp.quality"]) }
  }

  @Test(
    "Where no file is needed, none in the usual place means the built-in defaults",
    .enabled(if: !FileManager.default.fileExists(atPath: ConfigurationLoader.defaultFile), "a unit's own file is there")
  )
  func withoutFile() throws {
    let options = try ConfigurationOptions.parse([])
    #expect(try options.loaded(isFileNeeded: false).file == nil)
    let error = #expect(throws: ConfigurationProblems.self) { try options.loaded() }
    #expect(error?.description.contains("/etc/capture-daemon/config.yaml: no such configuration file") == true)
  }
}
