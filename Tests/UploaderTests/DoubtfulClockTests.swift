import Foundation
import Testing

@testable import Uploader

@Suite struct DoubtfulClockTests {
  /// Recorded 100 s after boot `b`, by a clock that stood at the tenth second of 1970.
  private static func facts(_ number: Int = 1, boot: String? = "b", wall: Int64 = 10, from: Double = 100)
    -> PassageFacts
  {
    var facts = DeliveryBench.facts(number)
    facts.recordedAtMs = wall * 1000
    facts.clock = .guess
    facts.bootId = boot
    facts.from = from
    return facts
  }

  private static func reading(
    wall: Int64 = 1_790_000_500, uptime: Double = 160, boot: String? = "b", _ trust: ClockTrust
  ) -> ClockReading {
    ClockReading(wallMs: wall * 1000, uptimeSeconds: uptime, bootId: boot, trust: trust)
  }

  @Test(
    "What becomes of a passage with a doubtful time",
    arguments: [
      (reading(uptime: 160, .guess), nil, .wait),
      (reading(uptime: 160, .ntp), nil, .settled(recDate: 1_790_000_440, trust: .ntp)),
      (reading(uptime: 160, .server), 5, .settled(recDate: 1_790_000_440, trust: .server)),
      (reading(uptime: 20, boot: "c", .ntp), nil, .settled(recDate: 10, trust: .guess)),
      (reading(uptime: 20, boot: "c", .ntp), 1_789_000_000, .settled(recDate: 1_789_000_001, trust: .guess)),
      (
        reading(wall: 1_790_000_500, uptime: 20, boot: "c", .ntp), 1_795_000_000,
        .settled(recDate: 1_790_000_500, trust: .guess)
      ),
      (reading(uptime: 86_499, .guess), nil, .wait),
      (reading(uptime: 86_500, .guess), nil, .settled(recDate: 10, trust: .guess)),
      (reading(uptime: 86_399, boot: nil, .guess), nil, .wait),
      (reading(uptime: 86_400, boot: nil, .guess), 77, .settled(recDate: 78, trust: .guess)),
    ] as [(ClockReading, Int64?, ClockSettlement)])
  func judged(_ now: ClockReading, _ previous: Int64?, _ expected: ClockSettlement) {
    #expect(ClockSettlement.judge(Self.facts(), previous: previous, at: now) == expected)
  }

  private func keep(_ facts: PassageFacts, in bench: DeliveryBench, number: Int = 1) async throws {
    guard case .opened(let set) = try await bench.open().begin(facts, at: bench.clock.nowMs()) else { return }
    try await set.add((0..<3).map { DeliveryBench.image($0, of: number) })
    _ = try await set.close(at: bench.clock.nowMs())
  }

  @Test("A passage of 1970 waits, gets its true second when the clock is right, and is delivered under that one")
  func bootIn1970() async throws {
    let bench = try DeliveryBench()
    try await keep(Self.facts(), in: bench)
    try await bench.record(2)
    guard case .heldBack(1, _) = try await bench.deliverAll().ending else {
      Issue.record("not held back")
      return
    }
    #expect(bench.cloud.sets.map(\.recDate) == [1_790_000_120])
    #expect(try await bench.open().books() == OutboxBooks(seen: 2, delivered: 1, pending: 1))
    #expect(try await bench.open().settleClock(Self.reading(.guess)) == 0)
    // 340 s before the passage that was recorded under a sure clock: true all the same, for its boot says so.
    #expect(try await bench.open().settleClock(Self.reading(wall: 1_790_000_120, uptime: 400, .ntp)) == 1)
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    #expect(bench.cloud.sets.map(\.recDate).sorted() == [1_789_999_820, 1_790_000_120])
    #expect(try await bench.open().books() == OutboxBooks(seen: 2, delivered: 2))
  }

  @Test("What was settled outlives the database, and what was not still waits")
  func databaseLost() async throws {
    let bench = try DeliveryBench()
    try await keep(Self.facts(1), in: bench)
    _ = try await bench.open().settleClock(Self.reading(.server))
    try await keep(Self.facts(2), in: bench, number: 2)
    try await bench.die()
    for name in ["/outbox.sqlite", "/outbox.sqlite-wal"] {
      try Data(repeating: 0x5a, count: 9000).write(to: URL(fileURLWithPath: bench.state + name))
    }
    let rows = try await bench.open().list()
    #expect(rows.map(\.state) == [.holdClock, .reconcile])
    #expect(rows.map(\.recDate) == [10, 1_790_000_440])
  }

  @Test("Without an owner it waits for one afterwards, and keeps the time it was given")
  func withoutOwner() async throws {
    let bench = try DeliveryBench()
    var facts = Self.facts()
    facts.tenantId = nil
    try await keep(facts, in: bench)
    #expect(try await bench.open().list().map(\.state) == [.holdClock])
    _ = try await bench.open().settleClock(Self.reading(.ntp))
    #expect(try await bench.open().list().map(\.state) == [.held])
    #expect(try await bench.open().releaseHeld(tenantId: "t", captureSetId: "s", at: 0) == 1)
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    #expect(bench.cloud.sets.map(\.recDate) == [1_790_000_440])
  }

  @Test("A person may send it with the time it has; a replay's guess waits for nobody")
  func byHand() async throws {
    let bench = try DeliveryBench()
    try await keep(Self.facts(), in: bench)
    #expect(try await bench.open().retry(DeliveryBench.id(1), at: 0))
    try await keep(Self.facts(2, boot: nil, wall: 20), in: bench, number: 2)
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    #expect(bench.cloud.sets.map(\.recDate).sorted() == [10, 20])
  }

  @Test("Two passages that come to stand in the same second get seconds of their own")
  func sameSecond() async throws {
    let bench = try DeliveryBench()
    try await keep(Self.facts(1, from: 100.2), in: bench)
    try await keep(Self.facts(2, wall: 11, from: 100.9), in: bench, number: 2)
    #expect(try await bench.open().settleClock(Self.reading(uptime: 160, .ntp)) == 2)
    #expect(Set(try await bench.open().list().map(\.recDate)).count == 2)
  }
}
