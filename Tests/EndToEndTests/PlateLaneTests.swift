import Foundation
import TestSupport
import Testing

@Suite("Plates of vehicles in the lane")
struct PlateLaneTests {
  /// The rear of a car of the size that `DrawnLane` has.
  private static let vehicle = DrawnVehicle(width: 180, height: 130, plateWidth: 80, x: 90, y: 70)

  private func picture(in folder: TemporaryDirectory) throws -> String {
    let path = folder.file("vehicle.pgm")
    let head = "P5\n\(Self.vehicle.width) \(Self.vehicle.height)\n255\n"
    try Data(head.utf8 + Self.vehicle.pixels).write(to: URL(fileURLWithPath: path))
    return path
  }

  private func replay(_ lane: String, minimum: Int) async throws -> [[String: Any]] {
    let outcome = try await Command.daemon.run([
      "replay", lane, "--json", "--set", "captureSet.minLicensePlateArea=\(minimum)",
    ])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try outcome.events()
  }

  @Test("A passage says that a plate was seen, in which picture, how large, and whether that is enough")
  func passages() async throws {
    let folder = try TemporaryDirectory()
    let lane = folder.file("lane.mkv")
    try await DrawnLane.video(to: lane, vehicles: 1, of: try picture(in: folder))
    // The recording is a thirty-sixth of 1920 x 1200: about 700 square pixels are wanted of a plate of 80 x 17, then 2800.
    for (minimum, trigger) in [(25_000, "motion+plate"), (100_000, "motion")] {
      let events = try await replay(lane, minimum: minimum)
      let passages = events.filter { $0["event"] as? String == "passage" }
      let passage = try #require(passages.first)
      #expect(passages.count == 1 && passage["trigger"] as? String == trigger, "\(passage)")
      let area = try #require(passage["plateArea"] as? Int)
      #expect((950...2000).contains(area))
      let plates = try #require(passage["plates"] as? [[String: Any]])
      #expect(plates.count == 1 && plates.first?["area"] as? Int == area)
      #expect(plates.first?["isLargeEnough"] as? Bool == (trigger == "motion+plate"))
      let images = events.filter { $0["event"] as? String == "image" }
      let shown = images.first { $0["fileName"] as? String == plates.first?["fileName"] as? String }
      #expect((shown?["reason"] as? String)?.hasSuffix("; plate \(area) px²") == true, "\(shown ?? [:])")
      #expect((passage["evidence"] as? [String: Double])?["plateLooks"] == Double((images.count + 1) / 2))
    }
  }

  @Test(
    "A technician who holds a plate up is told by diagnose, by the page of the running daemon, and by diagnose beside it"
  )
  func technician() async throws {
    let folder = try TemporaryDirectory()
    let port = try freePort()
    let camera = folder.file("camera.mkv")
    let made = try await Command(at: "/usr/bin/ffmpeg").run([
      "-v", "error", "-loop", "1", "-r", "15", "-t", "4", "-i", try picture(in: folder), "-c:v", "mjpeg", "-q:v", "3",
      "-pix_fmt", "yuvj420p", camera,
    ])
    try #require(made.status == 0, "\(made.errors)")
    let site = try Site(
      cameras: "\n  - {position: frontLeft, device: \"recording:\(camera)\", rate: 15, playback: loop}",
      settings: ["status.listen": "127.0.0.1:\(port)"])
    let ask = ["diagnose", "plates", "--json", "--config", site.configuration, "--set"]
    func expect(_ outcome: Command.Outcome, _ status: String, _ ending: String) throws {
      let findings = try outcome.events()
      #expect(outcome.status == 0 && findings.count == 1, "\(outcome)")
      #expect(findings.first?["check"] as? String == "plates.frontLeft")
      #expect(findings.first?["status"] as? String == status, "\(findings)")
      #expect((findings.first?["summary"] as? String)?.hasSuffix(ending) == true, "\(findings)")
    }
    let large = "captureSet.minLicensePlateArea=25000"
    try expect(try await Command.daemon.run(ask + [large]), "pass", ": large enough")
    try expect(
      try await Command.daemon.run(ask + ["captureSet.minLicensePlateArea=1000000"]), "warn", " %")

    let daemon = try Command.daemon.start(["run", "--config", site.configuration, "--set", large])
    defer { daemon.send(SIGKILL) }
    try await eventually("frames come") {
      let page = try await Command(at: "/usr/bin/curl").run(["-s", "http://127.0.0.1:\(port)/plates"])
      return !daemon.isRunning
        || page.output.hasPrefix("frontLeft: plate ") && page.output.hasSuffix(": large enough\n")
    }
    #expect(daemon.isRunning, "\(daemon.errorsSoFar)")
    // The daemon is asked, and what it is told counts.
    try expect(
      try await Command.daemon.run(ask + ["captureSet.minLicensePlateArea=1000000"]), "pass", ": large enough")
    daemon.send(SIGTERM)
    #expect(try await daemon.end().status == 0)
  }
}
