import Foundation

/// The table: a row per scenario, printed as soon as all of its seeds are through.
///
/// `@unchecked Sendable`: every changing member is read and written under the lock.
final class ResultSheet: @unchecked Sendable {
  private let lock = NSLock()
  private let order: [String]
  private let expected: [String: Int]
  private let isVerbose: Bool
  private var byScenario: [String: [TrialResult]] = [:]
  private var printed = 0
  private var failure: (any Error)?

  init(trials: [Trial], isVerbose: Bool) {
    var order: [String] = []
    for trial in trials where order.last != trial.entry.name { order.append(trial.entry.name) }
    self.order = order
    self.isVerbose = isVerbose
    expected = Dictionary(grouping: trials, by: \.entry.name).mapValues(\.count)
  }

  func add(_ result: Result<TrialResult, any Error>, of trial: Trial) {
    lock.withLock {
      switch result {
      case .success(let result): byScenario[trial.entry.name, default: []].append(result)
      case .failure(let error): failure = failure ?? error
      }
      while printed < order.count, let done = byScenario[order[printed]], done.count == expected[order[printed]] {
        let sorted = done.sorted { $0.seed < $1.seed }
        byScenario[order[printed]] = sorted
        print(ScenarioRow(sorted).text)
        if isVerbose { for result in sorted { Self.printAll(result) } }
        fflush(nil)
        printed += 1
      }
    }
  }

  /// All of them in order; throws what kept one from being run.
  func results() throws -> [TrialResult] {
    try lock.withLock {
      if let failure { throw failure }
      return order.flatMap { byScenario[$0] ?? [] }
    }
  }

  static func printHeading() { print(ScenarioRow.heading) }

  /// One line for everything that went wrong.
  static func printFailures(_ results: [TrialResult]) {
    for result in results where !result.isRight {
      let name = "\(result.scenario) seed \(result.seed)\(result.isJudged ? "" : " (too dark to judge)")"
      let verdict = result.verdict
      for vehicle in verdict.vehicles where !vehicle.isRight {
        let truth = "vehicle \(vehicle.vehicle) (\(vehicle.model)) \(Columns.times(vehicle.from, vehicle.to))"
        guard let found = vehicle.found, let from = vehicle.fromError, let to = vehicle.toError else {
          print("\(name): \(truth) was missed")
          continue
        }
        var wrong: [String] = []
        if abs(from) > Verdict.tolerance { wrong.append("from \(Columns.signed(from))") }
        if abs(to) > Verdict.tolerance { wrong.append("to \(Columns.signed(to))") }
        if vehicle.isDirectionWrong { wrong.append("\(found.direction), not \(vehicle.direction)") }
        print("\(name): \(truth) was found \(Columns.times(found.from, found.to)): \(wrong.joined(separator: ", "))")
      }
      for found in verdict.doubled {
        print("\(name): \(Columns.times(found.from, found.to)) is a vehicle's second passage")
      }
      for found in verdict.invented { print("\(name): \(Columns.times(found.from, found.to)) is no vehicle") }
    }
  }

  private static func printAll(_ result: TrialResult) {
    let verdict = result.verdict
    print("  seed \(result.seed): \(result.seconds) s")
    for vehicle in verdict.vehicles {
      print("    truth     \(Columns.times(vehicle.from, vehicle.to)) \(vehicle.direction) \(vehicle.model)")
      if let found = vehicle.found { print("    found     \(line(found))") }
    }
    for found in verdict.doubled { print("    doubled   \(line(found))") }
    for found in verdict.invented { print("    invented  \(line(found))") }
    for one in result.dismissed {
      print("    dismissed \(Columns.times(one.from, one.to)) \(one.reason) \(Columns.evidence(one.evidence))")
    }
  }

  private static func line(_ found: FoundPassage) -> String {
    let cameras = found.cameras.joined(separator: ",")
    return "\(Columns.times(found.from, found.to)) \(found.direction) \(cameras) \(Columns.evidence(found.evidence))"
  }
}

/// Numbers and words in columns.
enum Columns {
  static func left(_ text: String, _ width: Int) -> String {
    text.count >= width ? text + " " : text + String(repeating: " ", count: width - text.count)
  }

  static func right(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(width - text.count, 0)) + text
  }

  static func times(_ from: Double, _ to: Double) -> String { String(format: "%.2f to %.2f s", from, to) }

  static func signed(_ seconds: Double) -> String { String(format: "%+.2f s", seconds) }

  static func evidence(_ figures: [String: Double]) -> String {
    figures.sorted { $0.key < $1.key }.map { "\($0.key)=" + String(format: "%.3g", $0.value) }.joined(separator: " ")
  }
}
