/// The answer to one of a technician's questions.
struct Finding: Sendable, Equatable {
  enum Status: String, Sendable {
    case pass, warn, fail, skip

    /// Four letters, so that the column stands straight.
    var word: String {
      switch self {
      case .pass: "ok  "
      case .warn: "warn"
      case .fail: "FAIL"
      case .skip: "skip"
      }
    }
  }

  /// Dotted name, stable for scripts: `camera.roofLeft.rate`.
  let check: String
  let status: Status
  /// What was found, one line.
  let summary: String
  /// What to do about it; nil when it is fine.
  let hint: String?
  /// The figures behind it.
  let data: [JSONLine.Member]

  init(_ check: String, _ status: Status, _ summary: String, hint: String? = nil, data: [JSONLine.Member] = []) {
    self.check = check
    self.status = status
    self.summary = summary
    self.hint = hint
    self.data = data
  }

  var json: JSONLine {
    .line([
      "check": .string(check), "status": .string(status.rawValue), "summary": .string(summary),
      "hint": .optional(hint), "data": .object(data),
    ])
  }

  /// One line, and the hint under it.
  var text: String {
    let name = check + String(repeating: " ", count: max(1, 28 - check.count))
    return "\(status.word)  \(name)\(summary)" + (hint.map { "\n      \($0)" } ?? "")
  }
}
