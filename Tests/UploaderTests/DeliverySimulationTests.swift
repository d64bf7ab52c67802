import Foundation
import Testing

@testable import Uploader

/// Delivery against a cloud and a power supply that do their worst, from a seed: the same seed, the same story.
@Suite struct DeliverySimulationTests {
  struct Outcome: Sendable, Equatable {
    var lost = 0
    var doubled = 0
    var imagesWrong = 0
    var deaths = 0
    var ambiguous = 0
    var balanced = true
  }

  /// How bad it gets. The cloud may finish a creation up to `latenessMs` after our last byte.
  struct Weather: Sendable {
    var faultsPerMille: UInt64 = 250
    var latenessMs: Int64 = 60_000
    var setLagMs: Int64 = 5_000
    var graceSeconds: Int64 = 120
    var passages = 4
  }

  private static func run(_ seed: UInt64, _ weather: Weather) async throws -> Outcome {
    let bench = try DeliveryBench()
    bench.outboxSettings.graceSeconds = weather.graceSeconds
    // One image at a time, so that the order of requests is the seed's alone.
    bench.settings.parallelImages = 1
    bench.settings.patienceSeconds = 100_000
    bench.settings.refusalPauseSeconds = 600
    bench.settings.keyProbeSeconds = 60
    bench.settings.probesBeforeGivingUp = 1000
    bench.cloud.setLagMs = weather.setLagMs
    bench.cloud.formSeconds = 300
    let dice = Dice(seed: seed)
    var outcome = Outcome()
    let counted = Counter()
    // The worst lasts a while, then the sky clears: whatever is owed by then must arrive.
    let badUntil = bench.clock.nowMs() + 3_600_000
    bench.cloud.fault = { [cloud = bench.cloud] operation, _ in
      guard cloud.clock.nowMs() < badUntil, dice.roll(1000) < weather.faultsPerMille else { return nil }
      if operation == .create { counted.add() }
      switch dice.roll(9) {
      case 0: return .notSent
      case 1: return .status(503)
      case 2: return .status(500, commits: true)
      case 3: return .broken(commits: true)
      case 4: return .broken(commits: false)
      case 5: return .late(Int64(dice.roll(UInt64(weather.latenessMs + 1))))
      case 6: return .html(commits: dice.roll(2) == 0)
      case 7: return operation == .upload ? .expiredForm : .status(429, headers: ["Retry-After": "3"])
      default: return .status(502, commits: true)
      }
    }
    var next = 1
    while true {
      let cut = PowerCut(after: bench.clock.nowMs() < badUntil ? Int(dice.roll(120)) : .max)
      do {
        try await bench.open().cutPower { try cut.pass($0) }
        while next <= weather.passages {
          try await bench.record(next, images: 2)
          next += 1
          if dice.roll(3) == 0 { break }
        }
        let summary = try await bench.delivery(seed: dice.roll(.max)).deliverAll()
        guard next > weather.passages else { continue }
        if summary.ending == .nothingOwed { break }
        if case .quarantined(let count) = summary.ending {
          outcome.lost += count
          break
        }
      } catch is PowerCut {
        outcome.deaths += 1
        try await bench.die()
      }
    }
    bench.cloud.settle()
    for number in 1...weather.passages {
      let sets = bench.cloud.sets.filter { $0.recDate == 1_790_000_000 + number * 60 }
      if sets.isEmpty { outcome.lost += 1 }
      if sets.count > 1 { outcome.doubled += 1 }
      if sets.filter({ $0.images.count == 2 }).count != 1 { outcome.imagesWrong += 1 }
    }
    outcome.ambiguous = counted.value
    outcome.balanced = try await bench.open().books().isBalanced
    return outcome
  }

  private static func run(_ seeds: Range<UInt64>, _ weather: Weather) async throws -> Outcome {
    var sum = Outcome()
    for seed in seeds {
      let one = try await run(seed, weather)
      sum.lost += one.lost
      sum.doubled += one.doubled
      sum.imagesWrong += one.imagesWrong
      sum.deaths += one.deaths
      sum.ambiguous += one.ambiguous
      sum.balanced = sum.balanced && one.balanced
      if one.lost + one.doubled + one.imagesWrong > 0, weather.graceSeconds > 60 {
        Issue.record("seed \(seed): \(one)")
      }
    }
    return sum
  }

  @Test("No seed loses or doubles a passage while the cloud is late by less than the grace")
  func withinAssumptions() async throws {
    let seeds = ProcessInfo.processInfo.environment["DELIVERY_SEEDS"].flatMap { UInt64($0) } ?? 60
    let outcome = try await Self.run(0..<seeds, Weather())
    #expect(outcome.lost == 0 && outcome.doubled == 0 && outcome.imagesWrong == 0 && outcome.balanced)
    #expect(outcome.deaths > 0 && outcome.ambiguous > 0, "nothing went wrong, so nothing was shown: \(outcome)")
    print("delivery simulation: \(seeds) seeds, \(outcome)")
  }

  @Test("The simulation can fail: without a grace, passages are doubled")
  func negativeControl() async throws {
    var weather = Weather()
    weather.graceSeconds = 0
    weather.faultsPerMille = 500
    let outcome = try await Self.run(0..<20, weather)
    #expect(outcome.doubled > 0, "\(outcome)")
    #expect(outcome.lost == 0)
  }
}

/// The seed's own numbers.
final class Dice: @unchecked Sendable {
  private let lock = NSLock()
  private var random: DeliveryRandom

  init(seed: UInt64) { random = DeliveryRandom(seed: seed) }

  func roll(_ sides: UInt64) -> UInt64 {
    lock.withLock { sides == .max ? random.next() : random.next() % max(1, sides) }
  }
}

final class Counter: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0
  func add() { lock.withLock { count += 1 } }
  var value: Int { lock.withLock { count } }
}
