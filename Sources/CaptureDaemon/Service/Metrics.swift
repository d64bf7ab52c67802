import Foundation

/// The daemon's counters and gauges, in Prometheus text at `/metrics`.
///
/// Names are promises to scripts. Families appear in the order in which they were first set, samples sorted by label.
final class Metrics: Sendable {
  /// What a family of samples is.
  enum Kind: String, Sendable { case counter, gauge, histogram }

  private struct Family {
    let kind: Kind
    let help: String
    var samples: [String: Double] = [:]
    var buckets: [String: [Int]] = [:]
  }

  /// Upper bounds of the histogram of seconds, from a tenth to ten minutes.
  static let secondsBounds: [Double] = [0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600]

  private let lock = NSLock()
  nonisolated(unsafe) private var families: [String: Family] = [:]  // guarded by `lock`
  nonisolated(unsafe) private var order: [String] = []  // guarded by `lock`

  /// Adds to a counter.
  func add(_ amount: Double = 1, to name: String, _ labels: KeyValuePairs<String, String> = [:], help: String = "") {
    update(name, .counter, help) { $0.samples[Self.key(labels), default: 0] += amount }
  }

  /// Sets a counter that is kept elsewhere, or a gauge.
  func set(
    _ name: String, _ kind: Kind = .gauge, _ labels: KeyValuePairs<String, String> = [:], to value: Double,
    help: String = ""
  ) {
    update(name, kind, help) { $0.samples[Self.key(labels)] = value }
  }

  /// Notes a duration in a histogram.
  func observe(_ seconds: Double, in name: String, _ labels: KeyValuePairs<String, String> = [:], help: String = "") {
    update(name, .histogram, help) { family in
      let key = Self.key(labels)
      var counts = family.buckets[key] ?? Array(repeating: 0, count: Self.secondsBounds.count + 1)
      counts[Self.secondsBounds.firstIndex { seconds <= $0 } ?? Self.secondsBounds.count] += 1
      family.buckets[key] = counts
      family.samples[key, default: 0] += seconds
    }
  }

  /// Sets a gauge.
  func set(_ name: String, _ labels: KeyValuePairs<String, String>, to value: Double, help: String = "") {
    set(name, .gauge, labels, to: value, help: help)
  }

  private func update(_ name: String, _ kind: Kind, _ help: String, _ change: (inout Family) -> Void) {
    lock.withLock {
      if unsafe families[name] == nil {
        unsafe order.append(name)
        unsafe families[name] = Family(kind: kind, help: help)
      }
      guard var family = unsafe families[name] else { return }
      change(&family)
      unsafe families[name] = family
    }
  }

  private static func key(_ labels: KeyValuePairs<String, String>) -> String {
    labels.map { name, value in
      let escaped = value.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
        .replacingOccurrences(of: "\n", with: "\\n")
      return "\(name)=\"\(escaped)\""
    }.joined(separator: ",")
  }

  /// The exposition: text format 0.0.4.
  var exposition: String {
    let (families, order) = lock.withLock { unsafe (self.families, self.order) }
    var text = ""
    for name in order {
      guard let family = families[name] else { continue }
      if !family.help.isEmpty { text += "# HELP \(name) \(family.help)\n" }
      text += "# TYPE \(name) \(family.kind.rawValue)\n"
      for key in family.samples.keys.sorted() {
        if family.kind == .histogram {
          text += histogram(name, key, family)
        } else {
          text += "\(name)\(key.isEmpty ? "" : "{\(key)}") \(Self.number(family.samples[key] ?? 0))\n"
        }
      }
    }
    return text
  }

  private func histogram(_ name: String, _ key: String, _ family: Family) -> String {
    let counts = family.buckets[key] ?? []
    let prefix = key.isEmpty ? "" : key + ","
    var text = ""
    var sum = 0
    for (bound, count) in zip(Self.secondsBounds.map(Self.number) + ["+Inf"], counts) {
      sum += count
      text += "\(name)_bucket{\(prefix)le=\"\(bound)\"} \(sum)\n"
    }
    let labels = key.isEmpty ? "" : "{\(key)}"
    return text + "\(name)_sum\(labels) \(Self.number(family.samples[key] ?? 0))\n\(name)_count\(labels) \(sum)\n"
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
  }
}
