import Foundation

/// A JSON value whose members keep the order in which they were written: what `--json` prints.
///
/// Foundation's encoder sorts or shuffles members; a line that people read should begin with what it is about, and equal
/// events must be equal bytes.
enum JSONLine: Sendable, Equatable {
  case string(String)
  case integer(Int)
  /// Rounded to this many decimals, trailing zeros left out.
  case number(Double, decimals: Int)
  case bool(Bool)
  case null
  case array([JSONLine])
  case object([Member])

  /// One member of an object.
  struct Member: Sendable, Equatable {
    let name: String
    let value: JSONLine
    init(_ name: String, _ value: JSONLine) {
      self.name = name
      self.value = value
    }
  }

  /// An object of `members` in their order.
  static func line(_ members: KeyValuePairs<String, JSONLine>) -> JSONLine {
    .object(members.map { Member($0.key, $0.value) })
  }

  /// Seconds, to the millisecond.
  static func seconds(_ value: Double) -> JSONLine { .number(value, decimals: 3) }

  static func optional(_ text: String?) -> JSONLine { text.map { .string($0) } ?? .null }
  static func optional(_ integer: Int?) -> JSONLine { integer.map { .integer($0) } ?? .null }

  /// The text, on one line.
  var text: String {
    switch self {
    case .string(let text): Self.quoted(text)
    case .integer(let value): String(value)
    case .number(let value, let decimals): Self.decimal(value, decimals)
    case .bool(let value): value ? "true" : "false"
    case .null: "null"
    case .array(let items): "[" + items.map(\.text).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { Self.quoted($0.name) + ":" + $0.value.text }.joined(separator: ",") + "}"
    }
  }

  private static func decimal(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return "null" }
    var text = String(format: "%.\(decimals)f", value)
    if text.contains(".") {
      while text.hasSuffix("0") { text.removeLast() }
      if text.hasSuffix(".") { text.removeLast() }
    }
    return text == "-0" ? "0" : text
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case let other where other.value < 0x20 || other.value == 0x2028 || other.value == 0x2029:
        result += String(format: "\\u%04x", other.value)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
