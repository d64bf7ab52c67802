import Foundation

/// A scenario over all of its seeds.
struct ScenarioRow: Codable, Sendable {
  /// Median and largest distance from the truth, seconds.
  struct Spread: Codable, Sendable {
    let median: Double
    let largest: Double

    init?(_ errors: [Double]) {
      guard !errors.isEmpty else { return nil }
      let sorted = errors.map(abs).sorted()
      median = sorted[sorted.count / 2]
      largest = sorted[sorted.count - 1]
    }
  }

  let scenario: String
  let isJudged: Bool
  let vehicles: Int
  let passages: Int
  let missed: Int
  let doubled: Int
  let invented: Int
  let fromError: Spread?
  let toError: Spread?
  let directionsWrong: Int
  let seeds: Int
  let seedsRight: Int
  let costSeconds: Double
  let laneSeconds: Double
  /// Looks for every frame: less than one where the lane was idle.
  let looks: Double

  /// `results` are those of one scenario.
  init(_ results: [TrialResult]) {
    let all = results.flatMap(\.verdict.vehicles)
    scenario = results.first?.scenario ?? ""
    isJudged = results.allSatisfy(\.isJudged)
    vehicles = all.count
    missed = all.count { $0.found == nil }
    doubled = results.reduce(0) { $0 + $1.verdict.doubled.count }
    invented = results.reduce(0) { $0 + $1.verdict.invented.count }
    passages = vehicles - missed + doubled + invented
    fromError = Spread(all.compactMap(\.fromError))
    toError = Spread(all.compactMap(\.toError))
    directionsWrong = all.count(where: \.isDirectionWrong)
    seeds = results.count
    seedsRight = results.count(where: \.isRight)
    costSeconds = results.reduce(0) { $0 + $1.costSeconds }
    laneSeconds = results.reduce(0) { $0 + $1.laneSeconds }
    looks = Double(results.reduce(0) { $0 + $1.looks }) / Double(max(1, results.reduce(0) { $0 + $1.frames }))
  }

  static let heading = row([
    "scenario", "vehicles", "found", "missed", "doubled", "no vehicle", "from", "max", "to", "max", "way wrong",
    "right", "cost s", "lane s", "looks",
  ])

  var text: String {
    func error(_ spread: Spread?, _ value: (Spread) -> Double) -> String {
      spread.map { String(format: "%.2f", value($0)) } ?? "-"
    }
    return Self.row([
      scenario + (isJudged ? "" : " (dark)"), "\(vehicles)", "\(passages)", "\(missed)", "\(doubled)", "\(invented)",
      error(fromError, \.median), error(fromError, \.largest), error(toError, \.median), error(toError, \.largest),
      "\(directionsWrong)", "\(seedsRight)/\(seeds)", String(format: "%.1f", costSeconds),
      String(format: "%.1f", laneSeconds), String(format: "%.2f", looks),
    ])
  }

  private static func row(_ columns: [String]) -> String {
    let widths = [9, 6, 7, 8, 11, 6, 6, 6, 6, 10, 7, 8, 8, 7]
    return Columns.left(columns[0], 20) + zip(columns.dropFirst(), widths).map(Columns.right).joined()
  }
}

/// What `--json` keeps: the table and every run.
struct ResultFile: Codable, Sendable {
  let scenarios: [ScenarioRow]
  let runs: [TrialResult]

  init(_ results: [TrialResult]) {
    runs = results
    var order: [String] = []
    for result in results where order.last != result.scenario { order.append(result.scenario) }
    let grouped = Dictionary(grouping: results, by: \.scenario)
    scenarios = order.map { ScenarioRow(grouped[$0] ?? []) }
  }
}
