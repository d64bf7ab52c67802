import ArgumentParser
import Foundation

/// The table of `--coverage`: a row for each camera of each run.
enum CoverageSheet {
  static func run(_ trials: [Trial], limit: Int, jobs: Int, json: String?) throws {
    let results = Results(count: trials.count)
    let queue = TrialQueue(trials.enumerated().map { $0 })
    DispatchQueue.concurrentPerform(iterations: jobs) { _ in
      while let (index, trial) = queue.next() { results.set(index, Result { try trial.coverage(limit: limit) }) }
    }
    let rows = try results.all()
    print(
      columns("scenario", "seed", "camera", "chosen", "settled", "covered", "by time", "sharpness", "strangers", ""))
    for row in rows {
      print(
        columns(
          row.scenario, "\(row.seed)", row.camera, "\(row.chosen)", "\(row.settled)", figure(row.covered),
          figure(row.coveredByTime),
          figure(row.sharpness), row.strangers.map { "\($0)" } ?? "-", row.isRight ? "" : "WRONG"))
    }
    if let json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
      try encoder.encode(rows).write(to: URL(fileURLWithPath: json), options: .atomic)
    }
    let right = rows.count(where: \.isRight)
    print("\(right) of \(rows.count) cameras cover their vehicle")
    if right < rows.count { throw ExitCode(1) }
  }

  private static func figure(_ value: Double) -> String { String(format: "%.3f", value) }

  private static func columns(_ texts: String...) -> String {
    zip(texts, [16, 6, 13, 8, 9, 9, 9, 11, 11, 6]).map { Columns.left($0.0, $0.1) }.joined()
  }

  /// What the threads bring back, in the order of the trials.
  ///
  /// `@unchecked Sendable`: the only changing member is read and written under the lock.
  private final class Results: @unchecked Sendable {
    private let lock = NSLock()
    private var results: [Result<[CoverageRow], any Error>?]

    init(count: Int) { results = Array(repeating: nil, count: count) }

    func set(_ index: Int, _ result: Result<[CoverageRow], any Error>) { lock.withLock { results[index] = result } }

    func all() throws -> [CoverageRow] {
      try lock.withLock { try results.compactMap { try $0?.get() }.flatMap(\.self) }
    }
  }
}
