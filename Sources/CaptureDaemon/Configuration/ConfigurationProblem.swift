/// One thing that is wrong with the configuration, as one line: `FILE:LINE: KEY: what is wrong; allowed: …`.
struct ConfigurationProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// Where it stands.
  var place: Place
  /// Dotted: `cameras[0].rate`; nil when the file as a whole is meant.
  var key: String?
  /// What is wrong, without a full stop.
  var what: String
  /// What would be right; nil when `what` says it.
  var allowed: String?

  /// Where a value was given.
  enum Place: Sendable, Equatable, CustomStringConvertible {
    /// Lines count from 1; nil when no single line is to blame.
    case file(String, line: Int?)
    /// The name of the variable.
    case environment(String)
    /// The option: `--set`.
    case commandLine(String)

    var description: String {
      switch self {
      case .file(let name, let line?): "\(name):\(line)"
      case .file(let name, nil): name
      case .environment(let name): "environment: \(name)"
      case .commandLine(let option): "command line: \(option)"
      }
    }
  }

  var description: String {
    let subject = key.map { "\($0): " } ?? ""
    let hint = allowed.map { "; allowed: \($0)" } ?? ""
    return "\(place): \(subject)\(what)\(hint)"
  }
}

/// All that is wrong with the configuration, at once.
struct ConfigurationProblems: Error, Sendable, Equatable, CustomStringConvertible {
  /// In the order of the file, then environment and command line; never empty.
  var problems: [ConfigurationProblem]

  /// One line each.
  var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// Where a value in force comes from.
enum Origin: Sendable, Equatable, CustomStringConvertible {
  case builtIn
  case file(String, line: Int)
  case environment(String)
  case commandLine(String)

  var description: String {
    switch self {
    case .builtIn: "default"
    case .file(let name, let line): "\(name):\(line)"
    case .environment(let name): "environment \(name)"
    case .commandLine(let option): "command line \(option)"
    }
  }
}

/// What a person wrote, made fit for one line of an error: short, and without control characters.
func quoted(_ text: String) -> String {
  let visible = text.unicodeScalars.prefix(61).map { scalar in
    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || (0x202A...0x202E).contains(scalar.value)
      ? "·" : String(scalar)
  }
  let isCut = visible.count > 60
  return "'\(visible.prefix(60).joined())\(isCut ? "…" : "")'"
}

/// The known word nearest to a misspelt one, or nil when none is near: `did you mean`.
func nearest(to word: String, among known: [String]) -> String? {
  let written = Array(word.lowercased().prefix(64))
  guard !written.isEmpty else { return nil }
  let ranked = known.map { (distance: editDistance(written, Array($0.lowercased())), word: $0) }
  guard let best = ranked.min(by: { ($0.distance, $0.word) < ($1.distance, $1.word) }) else { return nil }
  return best.distance <= max(1, best.word.count / 3) ? best.word : nil
}

/// Insertions, deletions, replacements and swaps of neighbours from one word to the other.
private func editDistance(_ one: [Character], _ other: [Character]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...other.count)
  for i in one.indices {
    var row = [i + 1]
    for j in other.indices {
      var cost = min(last[j] + (one[i] == other[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, one[i] == other[j - 1], one[i - 1] == other[j] { cost = min(cost, beforeLast[j - 1] + 1) }
      row.append(cost)
    }
    (beforeLast, last) = (last, row)
  }
  return last[other.count]
}
