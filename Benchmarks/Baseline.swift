import Foundation

/// The ratios that a run is held against, by step: `baseline.json`.
struct Baseline: Codable {
  /// A ratio that is worse by more than this is a step back; less is the machine.
  static let tolerancePercent = 10

  var ratios: [String: Double]

  /// Reads a file of ratios; one that may be missing is empty then.
  init(path: String, mayBeMissing: Bool) throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      guard mayBeMissing else {
        throw BenchmarkError(description: "\(path): cannot be read; `make benchmark-baseline` writes one")
      }
      ratios = [:]
      return
    }
    do {
      self = try JSONDecoder().decode(Baseline.self, from: data)
    } catch {
      throw BenchmarkError(description: "\(path): is no baseline (\(error)); `make benchmark-baseline` writes one")
    }
  }

  /// Writes them, rounded: the last digits are the machine's.
  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    var rounded = self
    rounded.ratios = ratios.mapValues { ($0 * 1000).rounded() / 1000 }
    do {
      try (encoder.encode(rounded) + Data("\n".utf8)).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw BenchmarkError(description: "\(path): cannot be written (\(error.localizedDescription))")
    }
  }
}
