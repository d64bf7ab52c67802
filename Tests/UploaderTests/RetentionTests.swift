import Foundation
import Testing

@testable import Uploader

@Suite struct RetentionTests {
  private static func kept(_ number: Int, ageHours: Int64, isWhole: Bool = true) -> Retention.Kept {
    Retention.Kept(
      id: DeliveryBench.id(number), verifiedAtMs: 1_800_000_000_000 - ageHours * 3_600_000, bytes: 100, isWhole: isWhole
    )
  }

  @Test(
    "Delivered image sets go when they are old enough or the room is wanted, oldest first",
    arguments: [
      (0, 1 << 40, [1]), (-150, 1 << 40, [1, 2]), (-250, 1 << 40, [1, 2, 3]), (0, 50, [1]), (0, -150, [1, 2]),
    ] as [(Int64, Int64, [Int])])
  func choice(_ overBudget: Int64, _ overFloor: Int64, _ expected: [Int]) {
    var settings = OutboxSettings()
    settings.storageBudget = 1000
    settings.freeSpaceFloor = 500
    let sets = [
      Self.kept(3, ageHours: 1), Self.kept(1, ageHours: 49), Self.kept(2, ageHours: 47),
      Self.kept(9, ageHours: 900, isWhole: false),
    ]
    let chosen = Retention(settings).choose(
      sets, used: 1000 - overBudget, room: DiskRoom(freeBytes: 1000 + overFloor, bytes: 1 << 40), at: 1_800_000_000_000)
    #expect(chosen == expected.map { DeliveryBench.id($0) })
  }

  @Test("What is not delivered is never removed, however full the disk is")
  func undelivered() async throws {
    let bench = try DeliveryBench()
    bench.outboxSettings.storageBudget = 1
    bench.outboxSettings.freeSpaceFloor = 0
    try await bench.record(1)
    _ = try await bench.deliverAll()
    try await bench.record(2)
    #expect(try await bench.open().purge(at: bench.clock.nowMs()) == 1)
    #expect(try await bench.open().list(includingGone: true).map(\.state) == [.done, .queued])
    #expect(try await bench.open().books() == OutboxBooks(seen: 2, delivered: 1, pending: 1))
    #expect(try await bench.open().check(.hash).isEmpty)
  }

  @Test("A removal that was stopped half-way is finished at the next start")
  func stopped() async throws {
    for step in ["after purging", "after trash"] {
      let bench = try DeliveryBench()
      try await bench.record(1)
      _ = try await bench.deliverAll()
      bench.clock.advance(49 * 3600 * 1000)
      let cut = PowerCut(after: 0)
      try await bench.open().cutPower { if $0 == step { try cut.pass($0) } }
      await #expect(throws: PowerCut.self) { try await bench.open().purge(at: bench.clock.nowMs()) }
      try await bench.die()
      #expect(try await bench.open().list(includingGone: true).map(\.state) == [.done])
      #expect(try await bench.open().books() == OutboxBooks(seen: 1, delivered: 1))
      #expect(try await bench.open().check().isEmpty)
    }
  }

  @Test("Tombstones go after their time, and the books do not forget")
  func tombstones() async throws {
    let bench = try DeliveryBench()
    try await bench.record(1)
    _ = try await bench.deliverAll()
    bench.clock.advance(49 * 3600 * 1000)
    try await bench.open().purge(at: bench.clock.nowMs())
    bench.clock.advance(91 * 86400 * 1000)
    try await bench.open().purge(at: bench.clock.nowMs())
    #expect(try await bench.open().list(includingGone: true).isEmpty)
    #expect(try await bench.open().books() == OutboxBooks(seen: 1, delivered: 1))
  }
}
