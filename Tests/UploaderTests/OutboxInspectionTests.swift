import Foundation
import GRDB
import Testing

@testable import Uploader

@Suite struct OutboxInspectionTests {
  /// What may be wrong with the rows of images, and how it comes about.
  enum Damage: String, CaseIterable, Sendable {
    case lostRow, changedSize, shortDigest, lostIndex, orphan

    var sql: String {
      switch self {
      case .lostRow: "DELETE FROM image WHERE file_name = 'roofLeft_1.webp'"
      case .changedSize: "UPDATE image SET bytes = bytes + 4 WHERE file_name = 'roofLeft_1.webp'"
      case .shortDigest: "UPDATE image SET md5 = '' WHERE file_name = 'roofLeft_1.webp'"
      case .lostIndex:
        """
        PRAGMA writable_schema=ON;
        UPDATE sqlite_schema SET sql = replace(sql, '''signed''', '''dead''') WHERE name = 'i_todo';
        PRAGMA writable_schema=RESET;
        UPDATE image SET state = 'signed';
        PRAGMA writable_schema=ON;
        UPDATE sqlite_schema SET sql = replace(sql, '''dead''', '''signed''') WHERE name = 'i_todo';
        """
      case .orphan:
        "PRAGMA foreign_keys=OFF; INSERT INTO image SELECT x'ffffffffffffffffffffffffffffffff', file_name, camera, width,"
          + " height, bytes, sha256, md5, state, signed, signed_expires, attempts, announcements, reason FROM image LIMIT 1"
      }
    }
  }

  private func damaged(_ damage: Damage) async throws -> DeliveryBench {
    let bench = try DeliveryBench()
    for number in 1...40 { try await bench.record(number) }
    try await bench.quit()
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let queue = try DatabaseQueue(path: bench.state + "/outbox.sqlite", configuration: configuration)
    try await queue.writeWithoutTransaction { try $0.execute(sql: damage.sql) }
    try queue.close()
    return bench
  }

  @Test(
    "Rows of images that do not add up are found while the outbox works; nothing more is done with it, and the next start builds it anew",
    arguments: Damage.allCases)
  func meanwhile(_ damage: Damage) async throws {
    let bench = try await damaged(damage)
    let outbox = await Outbox.openInBackground(
      try StateFolder.open(bench.state), settings: bench.outboxSettings, at: bench.unitMs)
    // In the queue behind the opening, and answered although the rows are not looked at yet; unless that is over already.
    if let books = try? await outbox.books() { #expect(books.seen == 40) }
    try await outbox.opened()
    await outbox.inspection?.value
    await #expect(throws: StorageError.self) { try await outbox.books() }
    await #expect(throws: StorageError.self) { try await outbox.begin(DeliveryBench.facts(50), at: bench.unitMs) }
    try await outbox.dropDead()
    #expect(try await bench.open().list().map(\.state) == Array(repeating: .reconcile, count: 40))
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    try await bench.judge(1...40)
    try await bench.quit()
    // Told once: the one after that believes what it finds.
    #expect(try await bench.open().list().map(\.state) == Array(repeating: .verified, count: 40))
  }

  @Test("A command that may wait looks first, and builds the database anew at once", arguments: Damage.allCases)
  func first(_ damage: Damage) async throws {
    let bench = try await damaged(damage)
    #expect(try await bench.open().list().map(\.state) == Array(repeating: .reconcile, count: 40))
    #expect(try await bench.open().books().isBalanced)
  }

  @Test("Rows that are right are left alone, tombstones and passages in every step among them")
  func right() async throws {
    let bench = try DeliveryBench()
    try await bench.record(1)
    _ = try await bench.deliverAll()
    bench.clock.advance(49 * 3600 * 1000)
    #expect(try await bench.open().purge(at: bench.clock.nowMs()) == 1)
    for number in 2...4 { try await bench.record(number) }
    try await bench.record(5, tenant: nil)
    try await bench.quit()
    let outbox = await Outbox.openInBackground(
      try StateFolder.open(bench.state), settings: bench.outboxSettings, at: bench.unitMs)
    try await outbox.opened()
    await outbox.inspection?.value
    #expect(try await outbox.list(includingGone: true).map(\.state) == [.done, .queued, .queued, .queued, .held])
    try await outbox.close()
  }

  @Test("An outbox that cannot be opened says why to everybody who waits for it")
  func failure() async throws {
    let bench = try DeliveryBench()
    try await bench.record(1)
    try await bench.quit()
    try FileManager.default.removeItem(atPath: bench.state + "/outbox.sqlite")
    try FileManager.default.createDirectory(atPath: bench.state + "/outbox.sqlite", withIntermediateDirectories: false)
    let outbox = await Outbox.openInBackground(try StateFolder.open(bench.state), at: bench.unitMs)
    await #expect(throws: StorageError.self) { try await outbox.books() }
    await #expect(throws: StorageError.self) { try await outbox.opened() }
  }
}
