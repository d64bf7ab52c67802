import Foundation
import TestSupport
import Testing
import Uploader

@testable import CloudStandIn

@Suite("Bad input gets one clear line and the right exit code")
struct BadInputTests {
  @Test("A source that is no recording: 66, one line that names it")
  func badSources() async throws {
    let folder = try TemporaryDirectory()
    try Data("this is a text\n".utf8).write(to: URL(fileURLWithPath: folder.file("text.mp4")))
    try Data().write(to: URL(fileURLWithPath: folder.file("empty.mkv")))
    for (name, manifest) in [
      ("broken", "{\"format\":\"capture-recording/1\",\"cameras\":{"),
      ("unknown-format", "{\"format\":\"capture-recording/9\",\"cameras\":{}}"),
      ("no-camera", "{\"format\":\"capture-recording/1\",\"cameras\":{\"wheelLeft\":{\"file\":\"a.mkv\"}}}"),
      ("outside", "{\"format\":\"capture-recording/1\",\"cameras\":{\"roofLeft\":{\"file\":\"../text.mp4\"}}}"),
    ] {
      try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
      try Data(manifest.utf8).write(to: URL(fileURLWithPath: folder.file(name) + "/recording.json"))
    }
    for name in ["missing.mp4", "text.mp4", "empty.mkv", "broken", "unknown-format", "no-camera", "outside", "."] {
      let outcome = try await Command.daemon.run(["replay", folder.file(name), "--json"])
      #expect(outcome.status == 66, "\(name): \(outcome.errors)")
      #expect(outcome.errorLines.count == 1, "\(name): \(outcome.errors)")
      #expect(outcome.errors.contains(folder.path), "\(name): \(outcome.errors)")
      #expect(outcome.output.isEmpty, "\(name)")
    }
  }

  @Test("A video that was cut off replays up to the cut, and says so")
  func truncatedVideo() async throws {
    let folder = try TemporaryDirectory()
    let whole = folder.file("whole.mkv")
    try await DrawnLane.video(to: whole, vehicles: 2)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: whole))
    try bytes.prefix(bytes.count * 6 / 10).write(to: URL(fileURLWithPath: folder.file("cut.mkv")))
    let outcome = try await Command.daemon.run(["replay", folder.file("cut.mkv"), "--json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let summary = try #require(try outcome.events().last)
    let frames = try #require(summary["frames"] as? Int)
    #expect(frames > 60 && frames < 120, "\(summary)")
    #expect(outcome.errorLines.count == 1 && outcome.errors.contains("cut off"), "\(outcome.errors)")
  }

  @Test("Wrong usage: 64")
  func wrongUsage() async throws {
    for arguments in [
      ["replay"], ["replay", "x", "--zone", "1,2 3"], ["replay", "x", "--speed", "fast"],
      ["replay", "x", "--camera", "up"],
      ["nonsense"], ["outbox", "show"], ["diagnose", "weather"], ["replay", "x", "--dry-run", "--upload"],
    ] {
      let outcome = try await Command.daemon.run(arguments)
      #expect(outcome.status == 64, "\(arguments): \(outcome.errors)")
      #expect(outcome.errorLines.count == 1, "\(arguments): \(outcome.errors)")
    }
  }

  @Test("Standard output that cannot be written: 74 and one line, not a crash")
  func fullDiskBehindTheRedirection() async throws {
    let outcome = try await Command(at: "/bin/sh").run([
      "-c", "\"$0\" config show > /dev/full", Command.daemon.path,
    ])
    #expect(outcome.status == 74 && outcome.errorLines.count == 1, "\(outcome.errors)")
  }

  @Test("A cloud that was never reached: 69 and one line, and all is kept")
  func cloudNeverReached() async throws {
    let site = try Site()
    site.cloud.stop()
    let lane = site.folder.file("lane")
    try await DrawnLane.render(into: lane, cameras: ["frontLeft"], vehicles: 1)
    let outcome = try await Command.daemon.run(site.replayArguments(lane))
    #expect(outcome.status == 69 && outcome.errorLines.count == 1, "\(outcome.errors)")
    #expect(try await site.outbox().map { $0["state"] as? String } == ["held"])
  }

  @Test("A wrong configuration: 78, file, line and key")
  func wrongConfiguration() async throws {
    let site = try Site()
    try site.write("unit:\n  id: x\nwebpp:\n  quality: 80\nlog:\n  level: loud\n", to: "config.yaml")
    let outcome = try await Command.daemon.run(["config", "check", "--config", site.configuration])
    #expect(outcome.status == 78)
    #expect(outcome.errors.contains("\(site.configuration):3:") && outcome.errors.contains("webpp"))
    #expect(outcome.errors.contains("\(site.configuration):6:"))
    let missing = try await Command.daemon.run(["run", "--config", site.folder.file("nowhere.yaml")])
    #expect(missing.status == 78 && missing.errorLines.count == 1, "\(missing.errors)")
  }

  @Test("A key file that is missing or open to all: 78, one line, and no key in it")
  func badKeyFile() async throws {
    let site = try Site()
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: site.folder.file("api-key"))
    for _ in 0..<2 {
      let outcome = try await Command.daemon.run(["outbox", "deliver", "--config", site.configuration])
      #expect(outcome.status == 78 && outcome.errorLines.count == 1, "\(outcome.errors)")
      #expect(!outcome.errors.contains(StandInData.defaultKey))
      try? FileManager.default.removeItem(atPath: site.folder.file("api-key"))
    }
  }

  @Test("A state folder that cannot be written to: 74")
  func unwritableState() async throws {
    let site = try Site()
    let outcome = try await Command.daemon.run([
      "outbox", "list", "--config", site.configuration, "--set", "storage.directory=/proc/capture",
    ])
    #expect(outcome.status == 74 && outcome.errorLines.count == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains("/proc/capture"))
  }

  @Test("A state folder in use by another instance: 75, and who it is")
  func stateInUse() async throws {
    let site = try Site()
    let held = try StateFolder.open(site.state)
    defer { held.release() }
    let lane = site.folder.file("lane")
    try await DrawnLane.render(into: lane, cameras: ["frontLeft"], vehicles: 1)
    let outcome = try await Command.daemon.run(site.replayArguments(lane))
    #expect(outcome.status == 75 && outcome.errorLines.count == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains("\(ProcessInfo.processInfo.processIdentifier)"))
  }

  @Test("diagnose: fine on a good site, not fine with a wrong key, and nothing changed")
  func diagnose() async throws {
    let lane = try TemporaryDirectory()
    try await DrawnLane.render(into: lane.file("lane"), cameras: ["frontLeft"], vehicles: 1)
    let site = try Site(
      cameras: "\n  - position: frontLeft\n    device: recording:\(lane.file("lane"))\n    rate: 15")
    let fine = try await Command.daemon.run(["diagnose", "--json", "--config", site.configuration])
    let findings = try fine.events()
    for name in ["camera.frontLeft.open", "camera.frontLeft.frames", "cloud.key", "cloud.settings"] {
      let finding = findings.first { $0["check"] as? String == name }
      #expect(finding?["status"] as? String == "pass", "\(name): \(fine.output)")
    }
    #expect(fine.status == 0, "\(fine.output)")
    try site.writeKey("wrong-key")
    let wrong = try await Command.daemon.run(["diagnose", "cloud", "--json", "--config", site.configuration])
    #expect(wrong.status == 1)
    #expect(try wrong.events().contains { $0["check"] as? String == "cloud.key" && $0["status"] as? String == "fail" })
    #expect(!FileManager.default.fileExists(atPath: site.state), "diagnose made a state folder")
    #expect(site.cloud.ledger.imageSets.created == 0)
  }
}
