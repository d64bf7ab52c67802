import Foundation
import Testing

@testable import Uploader

/// Delivery against a cloud, a power supply, a disk and a clock that do their worst, from a seed: the same seed, the same story.
///
/// A few seeds by default, or `DELIVERY_SEEDS=1000`; `make reliability` plays ten thousand of the same stories in an optimised program (Tests/Seeds).
/// `DELIVERY_SEED=17` plays that one alone.
@Suite struct DeliverySimulationTests {
  private static let environment = ProcessInfo.processInfo.environment

  private static var seeds: Range<UInt64> {
    if let one = environment["DELIVERY_SEED"].flatMap({ UInt64($0) }) { return one..<one + 1 }
    return 0..<(environment["DELIVERY_SEEDS"].flatMap { UInt64($0) } ?? 120)
  }

  /// Two at a time: each is mostly one thread that waits for its own disk.
  private static func run(_ seeds: Range<UInt64>, _ weather: DeliveryStory.Weather) async throws
    -> DeliveryStory.Outcome
  {
    try await withThrowingTaskGroup(of: (UInt64, DeliveryStory.Outcome).self) { group in
      var sum = DeliveryStory.Outcome()
      var waiting = seeds
      func begin() {
        guard let seed = waiting.popFirst() else { return }
        group.addTask { (seed, try await DeliveryStory(seed, weather).run()) }
      }
      for _ in 0..<2 { begin() }
      while let (seed, outcome) = try await group.next() {
        if !outcome.isRight, !weather.isControl { Issue.record("DELIVERY_SEED=\(seed): \(outcome)") }
        sum.add(outcome)
        begin()
      }
      return sum
    }
  }

  @Test("No seed loses or doubles a passage while the cloud is late by less than the grace")
  func withinAssumptions() async throws {
    let outcome = try await Self.run(Self.seeds, DeliveryStory.Weather())
    #expect(outcome.isRight)
    if Self.seeds.count > 20 {
      let sum = [
        outcome.deaths, outcome.ambiguous, outcome.fullDisks, outcome.clockSteps, outcome.notKept, outcome.grown,
        outcome.abandoned,
      ]
      #expect(!sum.contains(0), "something never went wrong, so nothing was shown of it: \(outcome)")
    }
    print("delivery simulation: \(Self.seeds.count) seeds, \(outcome)")
  }

  @Test("Control: without a grace, passages are doubled, and none is lost")
  func withoutGrace() async throws {
    var weather = DeliveryStory.Weather()
    weather.graceSeconds = 0
    weather.faultsPerMille = 500
    weather.isControl = true
    let outcome = try await Self.run(0..<20, weather)
    #expect(outcome.doubled > 0 && outcome.lost == 0, "\(outcome)")
  }

  @Test("Control: a network that sends a creation twice by itself doubles passages")
  func sentTwice() async throws {
    var weather = DeliveryStory.Weather()
    weather.sendsTwice = true
    weather.isControl = true
    let outcome = try await Self.run(0..<5, weather)
    #expect(outcome.doubled > 0 && outcome.lost == 0, "\(outcome)")
  }

  @Test("Control: an outbox that forgets what it has committed loses passages")
  func forgets() async throws {
    var weather = DeliveryStory.Weather()
    weather.forgetsCommits = true
    weather.isControl = true
    let outcome = try await Self.run(0..<20, weather)
    #expect(outcome.lost > 0, "\(outcome)")
  }
}
