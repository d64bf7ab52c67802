import Foundation
import TestSupport
import Testing

@testable import CloudStandIn

@Suite("The whole way: recording, passages, pictures, outbox, cloud")
struct WholeWayTests {
  @Test("A replay with upload brings every passage to the cloud once, and says so")
  func replayUploads() async throws {
    let site = try Site()
    let lane = site.folder.file("lane")
    try await DrawnLane.render(into: lane)
    let outcome = try await Command.daemon.run(site.replayArguments(lane))
    #expect(outcome.status == 0, "\(outcome.errors)")
    let events = try outcome.events()
    let passages = events.filter { $0["event"] as? String == "passage" }
    let images = events.filter { $0["event"] as? String == "image" }
    let sets = events.filter { $0["event"] as? String == "imageSet" }
    #expect(passages.count == 2)
    #expect(sets.count == 2)
    for set in sets {
      #expect(set["state"] as? String == "delivered")
      #expect(set["listed"] as? Int == set["images"] as? Int)
    }
    #expect(events.last?["event"] as? String == "summary")
    #expect(events.last?["dropped"] as? Int == 0)
    site.expectEverythingOnce(passages: 2, images: images.count)
    let ids = Set(sets.compactMap { $0["imageSetId"] as? String })
    #expect(ids == Set(site.cloud.ledger.imageSets.items.map(\.id)))
    // The same replay again: everything is there already.
    let again = try await Command.daemon.run(site.replayArguments(lane))
    #expect(again.status == 0, "\(again.errors)")
    site.expectEverythingOnce(passages: 2, images: images.count)
  }

  @Test("The same recording gives the same events and the same bytes, at full speed and in real time")
  func replayIsDeterministic() async throws {
    let folder = try TemporaryDirectory()
    let lane = folder.file("lane")
    try await DrawnLane.render(into: lane, vehicles: 1)
    var results: [(events: String, pictures: [String: Data])] = []
    for (index, speed) in ["max", "max", "realtime"].enumerated() {
      let output = folder.file("output-\(index)")
      let outcome = try await Command.daemon.run(["replay", lane, "--speed", speed, "--output", output, "--json"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let lines = outcome.output.split(separator: "\n").map(String.init)
      var pictures: [String: Data] = [:]
      for name in FileManager.default.enumerator(atPath: output)?.allObjects.compactMap({ $0 as? String }) ?? [] {
        guard name.hasSuffix(".webp") else { continue }
        pictures[name] = FileManager.default.contents(atPath: "\(output)/\(name)")
      }
      let events = lines.map { line in
        // The summary's timings are this machine's, today.
        line.contains("\"summary\"") ? String(line.prefix { $0 != "w" }) : line
      }
      results.append((events.joined(separator: "\n"), pictures))
    }
    #expect(results[0].pictures.count > 8)
    #expect(results[1] == results[0])
    #expect(results[2] == results[0])
  }

  @Test("run captures from recordings, delivers, answers questions, and ends in order on SIGTERM")
  func runDelivers() async throws {
    let port = try freePort()
    let folder = try TemporaryDirectory()
    let lane = folder.file("lane")
    try await DrawnLane.render(into: lane, vehicles: 1)
    // Over and over: a machine that is busy with other tests drops frames, as it would drop a camera's, and may miss a vehicle.
    let cameras = ["frontLeft", "roofLeft"].map {
      "\n  - position: \($0)\n    device: recording:\(lane)\n    rate: 15\n    playback: loop"
    }
    let site = try Site(cameras: cameras.joined(), settings: ["status.listen": "127.0.0.1:\(port)"])
    let daemon = try Command.daemon.start(["run", "--config", site.configuration, "--set", "log.level=debug"])
    defer { daemon.send(SIGKILL) }
    try await eventually("a passage is listed by the cloud") {
      !daemon.isRunning || daemon.errorsSoFar.contains("delivered:")
    }
    #expect(daemon.isRunning, "\(daemon.errorsSoFar)")
    // While it runs, commands ask it over its control socket.
    #expect(try await site.outbox().contains { $0["state"] as? String == "delivered" })
    let metrics = try await Command(at: "/usr/bin/curl").run(["-sf", "http://127.0.0.1:\(port)/metrics"])
    #expect(metrics.output.contains("capture_outbox_image_sets{state=\"delivered\"}"))
    #expect(metrics.output.contains("capture_frames_total{camera=\"roofLeft\"}"))
    let held = metrics.output.firstMatch(of: /capture_frame_memory_bytes{use="frames"} ([0-9.e+]+)/)
    #expect(held.flatMap { Double($0.1) } ?? 0 > 0, "frames of the pre-roll take memory")
    let second = try await Command.daemon.run(["run", "--config", site.configuration])
    #expect(second.status == 75)
    daemon.send(SIGTERM)
    let outcome = try await daemon.end()
    #expect(outcome.status == 0 && !outcome.wasKilled, "\(outcome.errors)")
    #expect(outcome.errors.contains("<6>stopped"))
    // What was stored last may still be owed; nothing of it is lost or doubled.
    let rest = try await Command.daemon.run(["outbox", "deliver", "--config", site.configuration])
    #expect(rest.status == 0, "\(rest.errors)")
    let rows = try await site.outbox()
    #expect(rows.allSatisfy { $0["state"] as? String == "delivered" }, "\(rows)")
    site.expectEverythingOnce(passages: rows.count, images: rows.compactMap { $0["images"] as? Int }.reduce(0, +))
  }

  @Test("Pictures of a passage are on the disk before its vehicle has left")
  func runStreams() async throws {
    let folder = try TemporaryDirectory()
    let lane = folder.file("lane")
    try await DrawnLane.render(into: lane, vehicles: 1)
    // Over and over, as above: a busy machine only needs more vehicles.
    let cameras = ["frontLeft", "roofLeft"].map {
      "\n  - position: \($0)\n    device: recording:\(lane)\n    rate: 15\n    playback: loop"
    }
    let site = try Site(cameras: cameras.joined())
    let daemon = try Command.daemon.start(["run", "--config", site.configuration])
    defer { daemon.send(SIGKILL) }
    try await eventually("a passage has pictures from before its vehicle had left") {
      try !daemon.isRunning || site.imageSets().contains { $0.early > 0 && $0.images > $0.early }
    }
    #expect(daemon.isRunning, "\(daemon.errorsSoFar)")
    daemon.send(SIGTERM)
    let outcome = try await daemon.end()
    #expect(outcome.status == 0 && !outcome.wasKilled, "\(outcome.errors)")
    // None is left open, and each has its pictures once.
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(site.state)/tmp").isEmpty)
    let check = try await Command.daemon.run(["outbox", "check", "--level", "hash", "--config", site.configuration])
    #expect(check.status == 0, "\(check.output)")
  }

  @Test(
    "When recordings that are played once are over, the lane is closed and the daemon goes on until it is told to stop")
  func recordingsEnd() async throws {
    let folder = try TemporaryDirectory()
    try await DrawnLane.render(into: folder.file("lane"), cameras: ["frontLeft"], vehicles: 1)
    let site = try Site(
      cameras: "\n  - position: frontLeft\n    device: recording:\(folder.file("lane"))\n    rate: 15")
    let daemon = try Command.daemon.start(["run", "--config", site.configuration])
    defer { daemon.send(SIGKILL) }
    try await eventually("the lane is closed") {
      !daemon.isRunning || daemon.errorsSoFar.contains("no camera has any more frames")
    }
    #expect(daemon.isRunning, "\(daemon.errorsSoFar)")
    daemon.send(SIGTERM)
    let outcome = try await daemon.end()
    #expect(outcome.status == 0 && !outcome.wasKilled, "\(outcome.errors)")
  }
}

/// A port that nobody listens on at the moment.
func freePort() throws -> UInt16 {
  let server = try StandInServer()
  return UInt16(server.port)
}

/// Waits for something that another process does; gives up only when it is clear that it will not come.
func eventually(
  _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
  for _ in 0..<4000 {
    if try await condition() { return }
    try await Task.sleep(for: .milliseconds(100))
  }
  Issue.record("it never came that \(what)", sourceLocation: sourceLocation)
}
