/// What strikes one request: at most one wrong answer, and any number of twists.
struct FiredFaults: Sendable, Equatable {
  var answer: FaultRule?
  var twists: [FaultRule] = []

  var delaySeconds: Double {
    (twists + [answer].compactMap { $0 }).reduce(0) { $0 + $1.delaySeconds }
      + twists.filter { $0.action == .delay }.reduce(0) { $0 + ($1.seconds ?? 0) }
  }

  func twist(_ action: FaultAction) -> FaultRule? { twists.first { $0.action == action } }
}

/// The rules in force, and how often each has seen a request and struck.
struct FaultBook: Sendable {
  private struct Entry: Sendable {
    let rule: FaultRule
    var seen = 0
    var fired = 0
    var random: UInt64
  }

  private var entries: [Entry]

  init(_ rules: [FaultRule] = []) {
    entries = rules.map { Entry(rule: $0, random: $0.seed) }
  }

  /// Which rules strike the next request of an operation; nil: of no known operation.
  mutating func fire(_ operation: Operation?) -> FiredFaults {
    var fired = FiredFaults()
    for index in entries.indices {
      let rule = entries[index].rule
      guard rule.operation == nil || rule.operation == operation else { continue }
      // The first wrong answer wins; the others wait for their turn.
      if !rule.action.isTwist, fired.answer != nil { continue }
      entries[index].seen += 1
      guard entries[index].seen > rule.after, entries[index].fired < rule.times ?? .max,
        FaultBook.draw(&entries[index].random) < rule.probability
      else { continue }
      entries[index].fired += 1
      if rule.action.isTwist { fired.twists.append(rule) } else { fired.answer = rule }
    }
    return fired
  }

  /// SplitMix64, as a number from 0 up to 1.
  private static func draw(_ state: inout UInt64) -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    mixed ^= mixed >> 31
    return Double(mixed >> 11) / 9_007_199_254_740_992
  }

  var json: JSONValue {
    [
      "rules": .array(
        entries.map { entry in
          guard case .object(var members) = entry.rule.json else { return .null }
          members["seen"] = .integer(entry.seen)
          members["fired"] = .integer(entry.fired)
          return .object(members)
        })
    ]
  }
}
