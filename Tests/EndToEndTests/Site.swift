import Foundation
import TestSupport
import Testing

@testable import CloudStandIn

/// A unit and its cloud for one test: a stand-in on loopback, a key file, a state folder, a configuration.
final class Site: Sendable {
  let folder: TemporaryDirectory
  let cloud: StandInServer

  init(faults: [FaultRule] = [], cameras: String = "[]", settings: [String: String] = [:]) throws {
    folder = try TemporaryDirectory()
    cloud = try StandInServer(faults: faults)
    cloud.start()
    try writeKey(StandInData.defaultKey)
    try write(
      """
      unit:
        id: \(StandInData.unitID)
      cloud:
        url: \(cloud.url)
        apiKeyFile: \(folder.file("api-key"))
      storage:
        directory: \(state)
      status:
        listen: \(settings["status.listen"] ?? "null")
      delivery:
        reconcileGrace: 1 s
        createDeadline: \(settings["delivery.createDeadline"] ?? "20 s")
        backoffBase: 100 ms
        backoffCap: 1 s
      cameras: \(cameras)
      """, to: "config.yaml")
  }

  deinit { cloud.stop() }

  var state: String { folder.file("state") }
  var configuration: String { folder.file("config.yaml") }

  func writeKey(_ key: String) throws {
    try write(key + "\n", to: "api-key")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.file("api-key"))
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
  }

  func replayArguments(_ recording: String) -> [String] {
    ["replay", recording, "--config", configuration, "--upload", "--json"]
  }

  /// The rows of `outbox list --json`.
  func outbox() async throws -> [[String: Any]] {
    let outcome = try await Command.daemon.run(["outbox", "list", "--all", "--json", "--config", configuration])
    try #require(outcome.status == 0, "\(outcome.errors)")
    return try outcome.events()
  }

  /// The image sets in the spool: how many images each has, and how many of them were written before the vehicle had left.
  func imageSets() throws -> [(images: Int, early: Int)] {
    let spool = "\(state)/spool"
    let manifests = FileManager.default.enumerator(atPath: spool)?.compactMap { $0 as? String } ?? []
    return try manifests.filter { $0.hasSuffix("/manifest.json") }.compactMap { path in
      let manifest = "\(spool)/\(path)"
      guard let data = FileManager.default.contents(atPath: manifest),
        let members = try JSONSerialization.jsonObject(with: data) as? [String: Any],
        let facts = members["facts"] as? [String: Any], let left = facts["to"] as? Double
      else { return nil }
      // Passages count on the clock that goes on from the boot, files on the wall clock.
      let leftAt = Date().addingTimeInterval(left - Double(DispatchTime.now().uptimeNanoseconds) / 1e9)
      let folder = (manifest as NSString).deletingLastPathComponent
      let images = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".webp") }
      let early = try images.filter { image in
        let written = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(image)")[.modificationDate] as? Date
        return written.map { $0 < leftAt } ?? false
      }
      return (images.count, early.count)
    }
  }

  /// Every passage of the recording is at the cloud once, with every image once, and no request broke the contract.
  func expectEverythingOnce(
    passages: Int, images: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let ledger = cloud.ledger
    #expect(ledger.imageSets.live == passages, sourceLocation: sourceLocation)
    #expect(ledger.imageSets.created == passages, sourceLocation: sourceLocation)
    #expect(ledger.imageSets.doubled == 0, sourceLocation: sourceLocation)
    #expect(ledger.images.stored == images, sourceLocation: sourceLocation)
    #expect(ledger.images.missing == 0, sourceLocation: sourceLocation)
    #expect(ledger.images.doubled == 0, sourceLocation: sourceLocation)
    #expect(ledger.violations.isEmpty, "\(ledger.violations)", sourceLocation: sourceLocation)
  }
}
