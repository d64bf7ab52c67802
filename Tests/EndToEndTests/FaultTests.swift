import Foundation
import TestSupport
import Testing

@testable import CloudStandIn

@Suite("A cloud that fails")
struct FaultTests {
  /// What a cloud may do to a passage that is on its way; each must end in one image set with every image once.
  static let faults: [(String, [FaultRule])] = [
    ("a 500 before anything was done", [FaultRule(.createImageSet, .status, times: 1, status: 500)]),
    ("a 500 after the image set was made", [FaultRule(.createImageSet, .commitThen500, times: 1)]),
    ("a reset after the image set was made", [FaultRule(.createImageSet, .commitThenReset, times: 1)]),
    ("an answer to the creation that never comes", [FaultRule(.createImageSet, .commitThenHang, times: 1)]),
    ("an answer that stops in the middle", [FaultRule(.createImageSet, .truncate, times: 1)]),
    ("a portal's page in place of the answer", [FaultRule(.createImageSet, .html200, times: 1)]),
    ("a reset after an image was stored", [FaultRule(.uploadToPresignedUrl, .commitThenReset, times: 3)]),
    ("a store that is away for a moment", [FaultRule(.uploadToPresignedUrl, .status, times: 2, status: 503)]),
    ("forms that have expired", [FaultRule(.createImageUpload, .expiredForm, times: 2)]),
    ("an image list that lags", [FaultRule(.uploadToPresignedUrl, .listLag, seconds: 2)]),
  ]

  @Test("Every fault ends in exactly one image set with every image once", arguments: faults)
  func endsInOneImageSet(fault: (name: String, rules: [FaultRule])) async throws {
    let site = try Site(faults: fault.rules, settings: ["delivery.createDeadline": "2 s"])
    let lane = site.folder.file("lane")
    try await DrawnLane.render(into: lane, cameras: ["frontLeft"], vehicles: 1)
    let outcome = try await Command.daemon.run(site.replayArguments(lane))
    #expect(outcome.status == 0, "\(fault.name): \(outcome.errors)")
    let images = try outcome.events().filter { $0["event"] as? String == "image" }.count
    #expect(images > 0)
    site.expectEverythingOnce(passages: 1, images: images)
  }

  @Test("A refused key parks everything and loses nothing; the right key brings it all")
  func refusedKeyParks() async throws {
    let site = try Site()
    try site.writeKey("wrong-key")
    let lane = site.folder.file("lane")
    try await DrawnLane.render(into: lane, cameras: ["frontLeft"], vehicles: 2)
    let parked = try await Command.daemon.run(site.replayArguments(lane))
    #expect(parked.status == 78)
    #expect(parked.errorLines.contains { $0.contains("API key") && $0.contains("nothing is lost") })
    #expect(site.cloud.ledger.imageSets.created == 0)
    let rows = try await site.outbox()
    #expect(rows.count == 2)
    #expect(rows.allSatisfy { ["queued", "held"].contains($0["state"] as? String) })

    try site.writeKey(StandInData.defaultKey)
    let delivered = try await Command.daemon.run(["outbox", "deliver", "--config", site.configuration])
    #expect(delivered.status == 0, "\(delivered.errors)")
    let images = try parked.events().filter { $0["event"] as? String == "image" }.count
    site.expectEverythingOnceDespiteRefusals(passages: 2, images: images)
  }
}

extension Site {
  /// As `expectEverythingOnce`, where requests with a wrong key were part of the story.
  func expectEverythingOnceDespiteRefusals(passages: Int, images: Int) {
    let ledger = cloud.ledger
    #expect(ledger.imageSets.created == passages && ledger.imageSets.doubled == 0)
    #expect(ledger.images.stored == images && ledger.images.missing == 0 && ledger.images.doubled == 0)
    #expect(ledger.violations.allSatisfy { $0.rule.contains("key") }, "\(ledger.violations)")
  }
}
