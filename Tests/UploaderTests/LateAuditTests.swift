import Foundation
import Testing

@testable import Uploader

@Suite struct LateAuditTests {
  /// Runs the daemon's loop for so long by its own clock.
  private func run(_ bench: DeliveryBench, hours: Int64) async throws {
    let delivery = try await bench.delivery()
    let end = bench.clock.nowMs() + hours * 3_600_000
    let runner = Task { try await delivery.run() }
    while bench.clock.nowMs() < end { await Task.yield() }
    await delivery.stop()
    try await runner.value
  }

  private func duplicates(_ bench: DeliveryBench) -> [[String]] {
    bench.events.all.compactMap { if case .duplicateRemote(_, let ids) = $0 { ids } else { nil } }
  }

  @Test("An image set that the cloud finishes long after the grace is reported, once, and nothing is removed")
  func late() async throws {
    let bench = try DeliveryBench()
    // Ten minutes late: after both looks of the reconciliation.
    bench.cloud.fault = { operation, call in operation == .create && call == 1 ? .late(600_000) : nil }
    try await bench.record(1)
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    #expect(duplicates(bench).isEmpty)
    try await run(bench, hours: 26)
    #expect(bench.cloud.sets.count == 2)
    #expect(duplicates(bench).map(\.count) == [2])
    #expect(!bench.cloud.sets.contains { $0.isDeleted })
    #expect(try await bench.open().nextAuditAt() == nil)
  }

  @Test(
    "A doubt that was settled well is looked at twice more, also by the next process; a creation without doubt never")
  func twice() async throws {
    let bench = try DeliveryBench()
    bench.cloud.fault = { operation, call in operation == .create && call == 1 ? .broken(commits: true) : nil }
    try await bench.record(1)
    try await bench.record(2)
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    let before = bench.cloud.count(.find)
    try await run(bench, hours: 2)
    #expect(bench.cloud.count(.find) == before + 1)
    try await bench.quit()
    try await run(bench, hours: 24)
    #expect(bench.cloud.count(.find) == before + 2)
    #expect(duplicates(bench).isEmpty)
    #expect(try await bench.open().nextAuditAt() == nil)
  }

  @Test("A look that the cloud does not answer is taken later, not forgotten")
  func unanswered() async throws {
    let bench = try DeliveryBench()
    bench.cloud.fault = { operation, call in operation == .create && call == 1 ? .late(600_000) : nil }
    try await bench.record(1)
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    let silent = bench.cloud.count(.find) + 2
    bench.cloud.fault = { operation, call in operation == .find && call <= silent ? .status(503) : nil }
    try await run(bench, hours: 4)
    #expect(duplicates(bench).map(\.count) == [2])
  }
}
