import Foundation
import Testing

@testable import Uploader

@Suite struct DiscardTests {
  @Test("Discarded, a passage is gone from the disk, stays in the books, and is never kept again")
  func undelivered() async throws {
    let bench = try DeliveryBench()
    let id = try await bench.record(1)
    try await bench.record(2)
    let outbox = try await bench.open()
    #expect(try await outbox.discard(id, at: 5) == .discarded)
    #expect(try await outbox.books() == OutboxBooks(seen: 2, pending: 1, discarded: 1))
    #expect(try await outbox.list(includingGone: true).map(\.state) == [.discarded, .queued])
    #expect(try await outbox.check(.hash).isEmpty)
    #expect(try await outbox.discard(id, at: 5) == .nothingLeft)
    #expect(try await outbox.retry(id, at: 5) == false)
    guard case .alreadyKept(.discarded) = try await outbox.begin(DeliveryBench.facts(1), at: 6) else {
      Issue.record("kept again")
      return
    }
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    try await bench.judge([2])
    #expect(bench.cloud.sets.count == 1)
  }

  @Test("One that was set aside leaves that account; one that is delivered stays delivered, and its last pictures go")
  func accounts() async throws {
    let bench = try DeliveryBench()
    let first = try await bench.record(1)
    let second = try await bench.record(2)
    let outbox = try await bench.open()
    try FileManager.default.removeItem(atPath: "\(bench.state)/spool/20260921/\(first)/roofLeft_1.webp")
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    try await outbox.quarantine(second, reason: "no", at: 0)
    bench.clock.advance(100 * 3_600_000)
    #expect(try await outbox.purge(at: bench.clock.nowMs()) == 0, "its only copy is here")
    #expect(try await outbox.discard(first, at: 9) == .discarded)
    #expect(try await outbox.discard(second, at: 9) == .discarded)
    #expect(try await outbox.books() == OutboxBooks(seen: 2, delivered: 1, discarded: 1))
    #expect(try FileManager.default.subpathsOfDirectory(atPath: bench.state + "/spool") == ["20260921"])
  }

  @Test("A power cut in the middle of it ends it at the next start, with the same books", arguments: [true, false])
  func powerCut(_ isBefore: Bool) async throws {
    let bench = try DeliveryBench()
    let id = try await bench.record(1)
    let cut = PowerCut(after: 0)
    let step = isBefore ? "after discard" : "after trash"
    try await bench.open().cutPower { if $0 == step { try cut.pass($0) } }
    await #expect(throws: PowerCut.self) { try await bench.open().discard(id, at: 0) }
    try await bench.die()
    #expect(try await bench.open().books() == OutboxBooks(seen: 1, discarded: 1))
    #expect(try await bench.open().list(includingGone: true).map(\.state) == [.discarded])
    #expect(try FileManager.default.subpathsOfDirectory(atPath: bench.state + "/spool") == ["20260921"])
  }

  @Test("Discarded while a step of its delivery is under way, it stays discarded and stops nothing")
  func underWay() async throws {
    for operation in [LedgerCloud.Operation.find, .announce, .upload, .list] {
      let bench = try DeliveryBench()
      bench.settings.parallelImages = 1
      let id = try await bench.record(1)
      try await bench.record(2)
      let outbox = try await bench.open()
      let answer = AnswerHook(bench.cloud) { kind in
        if kind == operation, try await outbox.show(id)?.passage.folder != nil {
          _ = try await outbox.discard(id, at: 0)
        }
      }
      bench.cloud.fault = { kind, call in
        operation == .find && kind == .create && call == 1 ? .broken(commits: true) : nil
      }
      #expect(try await bench.delivery(over: answer).deliverAll().ending == .nothingOwed)
      #expect(try await outbox.books() == OutboxBooks(seen: 2, delivered: 1, discarded: 1), "\(operation)")
      #expect(try await outbox.check(.hash).isEmpty)
    }
  }

  @Test("An export holds every picture against its digest, and says what is not as it was committed")
  func export() async throws {
    let bench = try DeliveryBench()
    let id = try await bench.record(1)
    let folder = try #require(try await bench.open().show(id)?.passage.folder)
    let source = bench.state + "/" + folder
    let whole = try ImageSetExport.copy(source, to: bench.directory.file("whole"))
    #expect(whole == ImageSetExport.Report(images: 3, bytes: 600, problems: []))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: bench.directory.file("whole")).sorted()
        == ["manifest.json", "roofLeft_0.webp", "roofLeft_1.webp", "roofLeft_2.webp"])
    try Data("x".utf8).write(to: URL(fileURLWithPath: source + "/roofLeft_0.webp"))
    try FileManager.default.removeItem(atPath: source + "/roofLeft_2.webp")
    let damaged = try ImageSetExport.copy(source, to: bench.directory.file("damaged"))
    #expect(damaged.problems == ["roofLeft_0.webp: its SHA-256 differs", "roofLeft_2.webp: is gone"])
    #expect(throws: StorageError.self) { try ImageSetExport.copy(source, to: bench.directory.file("whole")) }
  }
}

/// Lets something happen between a request and its answer.
final class AnswerHook: HTTPTransport, @unchecked Sendable {
  // Sendable: nothing changes after the initialiser.
  private let cloud: LedgerCloud
  private let happen: (LedgerCloud.Operation) async throws -> Void

  init(_ cloud: LedgerCloud, _ happen: @escaping (LedgerCloud.Operation) async throws -> Void) {
    self.cloud = cloud
    self.happen = happen
  }

  func send(_ request: HTTPRequest) async -> HTTPExchange {
    let exchange = await cloud.send(request)
    do { try await happen(LedgerCloud.operation(of: request)) } catch { Issue.record("\(error)") }
    return exchange
  }
}
