import Foundation
import GRDB
import Testing

@testable import Uploader

/// Two units of a capture set against one cloud that does its worst, from a seed.
@Suite struct PairingSimulationTests {
  struct Outcome: Sendable, Equatable {
    /// Committed by one of them, and not at the cloud, or not with all of its pictures.
    var lost = 0
    /// Two image sets for one vehicle; and of these, told of by neither unit.
    var doubled = 0
    var unreported = 0
    var booksWrong = 0
    var deaths = 0
    var shared = 0

    mutating func add(_ other: Self) {
      lost += other.lost
      doubled += other.doubled
      unreported += other.unreported
      booksWrong += other.booksWrong
      deaths += other.deaths
      shared += other.shared
    }
  }

  private static let vehicles = 4

  private static func fault(_ dice: Dice) -> LedgerCloud.Fault? {
    guard dice.roll(1000) < 200 else { return nil }
    return switch dice.roll(6) {
    case 0: .notSent
    case 1: .status(503)
    case 2: .status(500, commits: true)
    case 3: .broken(commits: true)
    case 4: .late(Int64(dice.roll(20_000)))
    default: .broken(commits: false)
    }
  }

  /// One seed's story: each unit records the vehicles by its own clock, delivers a little, dies; then the sky clears.
  private static func play(_ seed: UInt64, _ roles: (UnitRole, UnitRole)) async throws -> Outcome {
    let dice = Dice(seed: seed)
    let leader = try DeliveryBench()
    let units = [leader, try DeliveryBench(beside: leader)]
    let cloud = leader.cloud
    let base = leader.clock.nowMs() / 1000
    for (unit, role) in zip(units, [roles.0, roles.1]) {
      unit.settings.pairing = Pairing(role)
      unit.settings.parallelImages = 1
      unit.settings.probesBeforeGivingUp = 3
      unit.settings.patienceSeconds = 1
    }
    units[1].camera = "roofRight"
    cloud.setLagMs = 5_000
    cloud.fault = { _, _ in fault(dice) }
    var outcome = Outcome()
    var next = [0, 0]
    var committed: [Set<Int>] = [[], []]
    for _ in 0..<60 {
      let place = Int(dice.roll(2))
      let unit = units[place]
      leader.clock.advance(Int64(dice.roll(4000)))
      let cut = PowerCut(after: Int(dice.roll(200)))
      do {
        try await unit.open().cutPower { try cut.pass($0) }
        let second = base + Int64(next[place]) * 30
        if next[place] < vehicles, leader.clock.nowMs() / 1000 >= second {
          try await unit.record(next[place], images: 2, second: second + Int64(place == 0 ? 0 : dice.roll(7)) - 3)
          committed[place].insert(next[place])
          next[place] += 1
        }
        _ = try await unit.deliverAll(seed: dice.roll(.max))
      } catch is PowerCut {
        outcome.deaths += 1
        try await unit.die()
      }
    }
    cloud.fault = { _, _ in nil }
    cloud.settle()
    for pause in [0, 2 * 86_400_000] as [Int64] {
      leader.clock.advance(pause)
      for unit in units {
        try await unit.open().cutPower(nil)
        unit.settings.patienceSeconds = 100_000
        unit.settings.probesBeforeGivingUp = 1000
        var ending = try await unit.deliverAll().ending
        if try await unit.takeUpAgain() > 0 { ending = try await unit.deliverAll().ending }
        if ending != .nothingOwed { outcome.booksWrong += 1 }
      }
    }
    for number in 0..<vehicles {
      let sets = cloud.sets.filter { abs(Int64($0.recDate) - base - Int64(number) * 30) <= 8 }
      let wanted = committed.map { $0.contains(number) ? 2 : 0 }.reduce(0, +)
      if sets.reduce(0, { $0 + $1.images.count }) < wanted { outcome.lost += 1 }
      if sets.count == 1, sets[0].images.count == 4 { outcome.shared += 1 }
      guard sets.count > 1 else { continue }
      outcome.doubled += 1
      var isReported = false
      for unit in units {
        let told = try await unit.open().read { database in
          try Bool.fetchOne(
            database, sql: "SELECT EXISTS(SELECT 1 FROM event WHERE kind = 'duplicate_remote' AND passage_id = ?)",
            arguments: [DeliveryBench.id(number).uuid])
        }
        if told == true { isReported = true }
      }
      if !isReported { outcome.unreported += 1 }
    }
    for unit in units {
      let books = try await unit.open().books()
      if !books.isBalanced || books.pending + books.open + books.quarantined > 0 { outcome.booksWrong += 1 }
      try await unit.quit()
    }
    return outcome
  }

  private static func play(_ seeds: Range<UInt64>, _ roles: (UnitRole, UnitRole)) async throws -> Outcome {
    var sum = Outcome()
    for seed in seeds {
      let outcome = try await play(seed, roles)
      if outcome.lost + outcome.unreported + outcome.booksWrong > 0, roles.0 != .alone {
        Issue.record("PAIRING_SEED=\(seed): \(outcome)")
      }
      sum.add(outcome)
    }
    return sum
  }

  @Test("No seed loses a picture of either unit, and a second image set for a vehicle is told of")
  func pairs() async throws {
    let environment = ProcessInfo.processInfo.environment
    let one = environment["PAIRING_SEED"].flatMap { UInt64($0) }
    let count = environment["DELIVERY_SEEDS"].flatMap { UInt64($0) }.map { $0 / 10 } ?? 30
    let outcome = try await Self.play(one.map { $0..<$0 + 1 } ?? 0..<count, (.leader, .follower))
    #expect(outcome.lost + outcome.unreported + outcome.booksWrong == 0)
    #expect(one != nil || outcome.shared > 0 && outcome.deaths > 0)
    print("two units: \(count) seeds, \(outcome)")
  }

  @Test("Control: two units that are alone make two image sets for a vehicle, and nobody tells")
  func control() async throws {
    let outcome = try await Self.play(0..<3, (.alone, .alone))
    #expect(outcome.unreported > 0)
  }
}
