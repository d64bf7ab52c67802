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
