import CameraIO
import Foundation

/// What somebody asked `record` for, every value checked.
struct RecordRequest: Sendable, Equatable {
  /// How much is recorded.
  enum Extent: Sendable, Equatable {
    /// Seconds from the first picture on; nil: until it is stopped.
    case stretch(seconds: Double?)
    /// So many vehicles, and seconds before each.
    case passages(Int, preRollSeconds: Double)
  }

  /// The folder, absolute or as it was written.
  var output: String
  var extent: Extent
  /// The most bytes that the recording may take.
  var budgetBytes: Int = defaultBudgetBytes
  /// Which of the configured cameras; empty: all of them, until `chosen` has named them.
  var cameras: [CameraPosition] = []

  static let defaultBudgetBytes = 20 << 30
  static let defaultPreRollSeconds = 2.0

  static let durations = Notation<Duration>.duration(.milliseconds(100)...(.seconds(7 * 86400)))
  static let preRolls = Notation<Duration>.duration(.zero...(.seconds(10)))
  static let budgets = Notation<Int>.size((1 << 20)...(64 << 40))
  static let passageCounts = Notation<Int>.integer(1...100_000)

  /// The cameras that are meant, in the order of the configuration; a complaint about one that is not configured.
  func chosen(from configured: [Configuration.Camera]) throws(Complaint) -> [Configuration.Camera] {
    guard !cameras.isEmpty else { return configured }
    if let missing = cameras.first(where: { position in !configured.contains { $0.position == position } }) {
      let known = configured.map(\.position.rawValue).joined(separator: ", ")
      throw Complaint(
        .usage,
        "--camera \(missing.rawValue): no such camera is configured; there are: \(known.isEmpty ? "none" : known)")
    }
    return configured.filter { cameras.contains($0.position) }
  }
}
