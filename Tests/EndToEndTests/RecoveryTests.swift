import Foundation
import TestSupport
import Testing

@testable import CloudStandIn

@Suite("What was damaged on disk")
struct RecoveryTests {
  @Test("Without database and manifest a passage is set aside for a person, and sent when that person says so")
  func manifestAndDatabaseLost() async throws {
    // A cloud that calls every creation wrong leaves the passage on the device.
    let site = try Site(faults: [FaultRule(.createImageSet, .status, status: 400)])
    let lane = site.folder.file("lane")
    try await DrawnLane.render(into: lane, cameras: ["frontLeft"], vehicles: 1)
    let replay = try await Command.daemon.run(site.replayArguments(lane))
    #expect(replay.status == 1, "\(replay.errors)")
    let images = try replay.events().filter { $0["event"] as? String == "image" }.count
    for name in try FileManager.default.contentsOfDirectory(atPath: site.state) where name.hasPrefix("outbox.sqlite") {
      try FileManager.default.removeItem(atPath: "\(site.state)/\(name)")
    }
    let files = FileManager.default.enumerator(atPath: site.state)?.allObjects.compactMap { $0 as? String } ?? []
    let manifest = try #require(files.first { $0.hasSuffix("/manifest.json") })
    try Data("{".utf8).write(to: URL(fileURLWithPath: "\(site.state)/\(manifest)"))
    site.cloud.setFaults([])

    let deliver = try await Command.daemon.run(["outbox", "deliver", "--config", site.configuration])
    #expect(deliver.status == 1, "\(deliver.errors)")
    let row = try #require(try await site.outbox().first)
    #expect(row["state"] as? String == "rejected")
    #expect(row["images"] as? Int == images)
    let diagnose = try await Command.daemon.run(["diagnose", "outbox", "--config", site.configuration])
    #expect(diagnose.status == 1, "\(diagnose.output)")

    let id = try #require(row["passage"] as? String)
    let retry = try await Command.daemon.run(["outbox", "retry", id, "--config", site.configuration])
    #expect(retry.status == 0, "\(retry.errors)")
    let again = try await Command.daemon.run(["outbox", "deliver", "--config", site.configuration])
    #expect(again.status == 0, "\(again.errors)")
    site.expectEverythingOnce(passages: 1, images: images)
  }

  @Test("A creation that was called wrong is tried again as soon as somebody asks for delivery")
  func deliverDoesNotWait() async throws {
    let site = try Site(faults: [FaultRule(.createImageSet, .status, times: 1, status: 400)])
    let lane = site.folder.file("lane")
    try await DrawnLane.render(into: lane, cameras: ["frontLeft"], vehicles: 1)
    #expect(try await Command.daemon.run(site.replayArguments(lane)).status == 1)
    let deliver = try await Command.daemon.run(["outbox", "deliver", "--config", site.configuration])
    #expect(deliver.status == 0, "\(deliver.errors)")
    #expect(site.cloud.ledger.imageSets.live == 1 && site.cloud.ledger.images.missing == 0)
  }
}
