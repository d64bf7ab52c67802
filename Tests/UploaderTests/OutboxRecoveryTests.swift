import Foundation
import GRDB
import Testing

@testable import Uploader

@Suite struct OutboxRecoveryTests {
  private func open(_ number: Int, images: Int, in bench: DeliveryBench, isRepeatable: Bool = false) async throws {
    let facts = DeliveryBench.facts(number, isRepeatable: isRepeatable)
    guard case .opened(let set) = try await bench.open().begin(facts, at: bench.clock.nowMs()) else {
      Issue.record("not opened")
      return
    }
    try await set.add((0..<images).map { DeliveryBench.image($0, of: number) })
  }

  @Test("A live passage that was cut short is kept as partial with its whole pictures; a cut-off one is left out")
  func salvage() async throws {
    let bench = try DeliveryBench()
    try await open(1, images: 3, in: bench)
    let torn = bench.state + "/tmp/\(DeliveryBench.id(1))/roofLeft_2.webp"
    try Data(contentsOf: URL(fileURLWithPath: torn)).prefix(120).write(to: URL(fileURLWithPath: torn))
    try await bench.die()
    let shown = try #require(try await bench.open().show(DeliveryBench.id(1)))
    #expect(shown.passage.partial && shown.passage.state == .queued)
    #expect(shown.images.map(\.fileName) == ["roofLeft_0.webp", "roofLeft_1.webp"])
    #expect(shown.images.first.map { [$0.width, $0.height] } == [64, 48])
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    try await bench.judge([1], images: 2)
  }

  @Test("A live passage without a whole picture is counted as interrupted, once")
  func interrupted() async throws {
    let bench = try DeliveryBench()
    try await open(1, images: 0, in: bench)
    try await bench.die()
    #expect(try await bench.open().books() == OutboxBooks(seen: 1, interrupted: 1))
    try await bench.die()
    #expect(try await bench.open().books() == OutboxBooks(seen: 1, interrupted: 1))
  }

  @Test("A replay's open passage is dropped without a trace, for it comes again, whole")
  func repeatable() async throws {
    let bench = try DeliveryBench()
    try await open(1, images: 2, in: bench, isRepeatable: true)
    try await bench.die()
    #expect(try await bench.open().books() == OutboxBooks())
    try await bench.record(1, isRepeatable: true)
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    try await bench.judge([1])
  }

  @Test("After an orderly end everything is found as it was")
  func quit() async throws {
    let bench = try DeliveryBench()
    try await bench.record(1)
    _ = try await bench.deliverAll()
    try await bench.record(2)
    try await bench.quit()
    #expect(try await bench.open().books() == OutboxBooks(seen: 2, delivered: 1, pending: 1))
    #expect(try await bench.open().list().map(\.state) == [.verified, .queued])
  }

  enum Loss: String, CaseIterable, Sendable {
    case deleted, garbage, logOnly, foreign, newer
  }

  @Test(
    "A lost database is rebuilt from the manifests; what may have been sent is looked for, never made again blindly",
    arguments: Loss.allCases)
  func rebuilt(_ loss: Loss) async throws {
    let bench = try DeliveryBench()
    try await bench.record(1)
    _ = try await bench.deliverAll()
    try await bench.record(2)
    // The third was made at the cloud, and its answer never came.
    try await bench.record(3)
    bench.cloud.seed(tenant: "tenant-1", deviceSet: "set-1", recDate: 1_790_000_180)
    try await bench.die()
    let path = bench.state + "/outbox.sqlite"
    switch loss {
    case .deleted:
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.removeItem(atPath: path + "-wal")
    case .garbage:
      for suffix in ["", "-wal"] { try Data(repeating: 7, count: 5000).write(to: URL(fileURLWithPath: path + suffix)) }
    case .logOnly: try FileManager.default.removeItem(atPath: path + "-wal")
    case .foreign, .newer:
      try FileManager.default.removeItem(atPath: path)
      try FileManager.default.removeItem(atPath: path + "-wal")
      try FileManager.default.removeItem(atPath: bench.state + "/outbox.open")
      let queue = try DatabaseQueue(path: path)
      let sql =
        loss == .newer
        ? "PRAGMA application_id=\(OutboxSchema.applicationID); PRAGMA user_version=99" : "PRAGMA user_version=1"
      try await queue.write { try $0.execute(sql: "CREATE TABLE other(x); " + sql) }
      try queue.close()
    }
    #expect(try await bench.open().list().map(\.state) == [.created, .reconcile, .reconcile])
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    try await bench.judge(1...3)
    #expect(bench.cloud.count(.create) == 2)
    #expect(bench.cloud.sets[0].images.values.allSatisfy { $0.stores == 1 }, "what is listed is not sent again")
    if loss != .deleted {
      let aside = try FileManager.default.contentsOfDirectory(atPath: bench.state + "/corrupt")
      #expect(aside.count == 1)
    }
  }

  @Test("An index that has lost a row is not believed: such a row would never be due again")
  func indexLostARow() async throws {
    let bench = try DeliveryBench()
    try await bench.record(1)
    try await bench.quit()
    let queue = try DatabaseQueue(path: bench.state + "/outbox.sqlite")
    // The index says that it holds other rows than it does; the quick check finds nothing wrong with that.
    try await queue.write { database in
      try database.execute(sql: "PRAGMA writable_schema=ON")
      try database.execute(
        sql:
          "UPDATE sqlite_schema SET sql = replace(sql, 'passage(state)', 'passage(tenant_id)') WHERE name = 'p_state'")
      #expect(database.changesCount == 1)
    }
    try queue.close()
    let again = try DatabaseQueue(path: bench.state + "/outbox.sqlite")
    #expect(try await again.read { try String.fetchOne($0, sql: "PRAGMA quick_check") } == "ok")
    try again.close()
    #expect(try await bench.open().list().map(\.state) == [.reconcile])
    #expect(try FileManager.default.contentsOfDirectory(atPath: bench.state + "/corrupt").count == 1)
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    try await bench.judge([1])
  }

  @Test("A manifest that another version wrote in its own way keeps the digest that it has on the disk")
  func foreignHand() async throws {
    let bench = try DeliveryBench()
    let id = try await bench.record(1)
    let place = try #require(try await bench.open().show(id)?.passage.folder)
    let path = URL(fileURLWithPath: bench.state + "/\(place)/manifest.json")
    let body = try #require(SealedJSON.unseal(try Data(contentsOf: path)))
    let text = String(decoding: body, as: UTF8.self).replacingOccurrences(of: "\":", with: "\" : ")
    try SealedJSON.seal(Data(text.utf8)).write(to: path)
    try await bench.die()
    for name in ["/outbox.sqlite", "/outbox.sqlite-wal"] {
      try FileManager.default.removeItem(atPath: bench.state + name)
    }
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    try await bench.judge([1])
  }

  @Test("A held passage keeps its late owner when the database is lost")
  func addressSurvives() async throws {
    let bench = try DeliveryBench()
    try await bench.record(1, tenant: nil, captureSet: nil)
    _ = try await bench.open().releaseHeld(tenantId: "tenant-1", captureSetId: "set-1", at: bench.clock.nowMs())
    try await bench.die()
    try FileManager.default.removeItem(atPath: bench.state + "/outbox.sqlite")
    try FileManager.default.removeItem(atPath: bench.state + "/outbox.sqlite-wal")
    #expect(try await bench.open().list().map(\.tenantId) == ["tenant-1"])
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    try await bench.judge([1])
  }

  @Test("The database says FULL, WAL, EXCLUSIVE, and nobody else gets in")
  func pragmas() async throws {
    let bench = try DeliveryBench()
    try await bench.record(1)
    let outbox = try await bench.open()
    let values = try await outbox.read { database in
      try ["synchronous", "journal_mode", "locking_mode", "foreign_keys", "trusted_schema", "user_version"].map {
        try String.fetchOne(database, sql: "PRAGMA \($0)") ?? ""
      }
    }
    #expect(values == ["2", "wal", "exclusive", "1", "0", "1"])
    let thread = try await outbox.threadName()
    #expect(thread == "disk")
  }
}

extension Outbox {
  func threadName() throws -> String {
    try String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8).trimmingCharacters(
      in: .whitespacesAndNewlines)
  }
}
