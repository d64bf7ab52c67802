import Foundation
import GRDB
import Testing

@testable import Uploader

@Suite struct DeliveryCrashTests {
  /// What the cloud does to the first creation of each life; the cut comes on top.
  enum Weather: String, CaseIterable, Sendable {
    case fine, answerLost, lateCommit

    var fault: LedgerCloud.Fault? {
      switch self {
      case .fine: nil
      case .answerLost: .broken(commits: true)
      case .lateCommit: .late(25_000)
      }
    }
  }

  private func life(_ bench: DeliveryBench, isRepeatable: Bool) async throws {
    for number in 1...2 { try await bench.record(number, isRepeatable: isRepeatable) }
    let ending = try await bench.deliverAll().ending
    #expect(ending == .nothingOwed)
  }

  @Test(
    "Stopped at any durable step and started again, every passage is in the cloud exactly once, whole",
    arguments: Weather.allCases, [false, true])
  func everyStep(_ weather: Weather, _ isRepeatable: Bool) async throws {
    var cuts: Set<String> = []
    for steps in 0... {
      let bench = try DeliveryBench()
      bench.settings.parallelImages = 1
      bench.cloud.fault = { operation, call in operation == .create && call == 1 ? weather.fault : nil }
      let cut = PowerCut(after: steps)
      try await bench.open().cutPower { try cut.pass($0) }
      do { try await life(bench, isRepeatable: isRepeatable) } catch is PowerCut {}
      guard cut.happened else { break }
      cuts.insert(cut.step ?? "")
      try await bench.die()
      try await life(bench, isRepeatable: isRepeatable)
      bench.cloud.settle()
      try await bench.judge(1...2)
      let books = try await bench.open().books()
      // A live passage that had only its trigger is told of as interrupted; a replay's is not, for it comes again.
      #expect(books.delivered == 2 && books.interrupted <= (isRepeatable ? 0 : 1), "\(books) after \(cut.step ?? "")")
      #expect(try await bench.open().check(.hash).isEmpty)
    }
    for step in ["before commit", "after commit", "before intent", "after intent", "after created", "after stored"] {
      #expect(cuts.contains(step), "no cut at '\(step)'")
    }
  }

  @Test("Stopped at any durable step and the database destroyed on top, every passage is in the cloud exactly once")
  func databaseDestroyed() async throws {
    for steps in 0... {
      let bench = try DeliveryBench()
      bench.settings.parallelImages = 1
      let cut = PowerCut(after: steps)
      try await bench.open().cutPower { try cut.pass($0) }
      do { try await life(bench, isRepeatable: true) } catch is PowerCut {}
      guard cut.happened else { break }
      try await bench.die()
      // Both files: a young database lives in its log alone.
      for name in ["/outbox.sqlite", "/outbox.sqlite-wal"] {
        try Data(repeating: 0x5a, count: 9000).write(to: URL(fileURLWithPath: bench.state + name))
      }
      try await life(bench, isRepeatable: true)
      try await bench.judge(1...2)
      #expect(try !FileManager.default.contentsOfDirectory(atPath: bench.state + "/corrupt").isEmpty)
    }
  }

  @Test("A creation that was under way when the process died is looked for after the grace, not made again")
  func intentSurvives() async throws {
    let bench = try DeliveryBench()
    let id = try await bench.record(1)
    let outbox = try await bench.open()
    let cut = PowerCut(after: 0)
    await outbox.cutPower { step in if step == "before created" || cut.happened { try cut.pass(step) } }
    await #expect(throws: PowerCut.self) { try await bench.deliverAll() }
    #expect(bench.cloud.sets.count == 1)
    try await bench.die()
    #expect(try await bench.open().show(id)?.passage.state == .reconcile)
    let start = bench.clock.nowMs()
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    #expect(bench.clock.nowMs() - start >= 120_000)
    #expect(bench.cloud.count(.create) == 1)
    try await bench.judge([1])
  }
}
