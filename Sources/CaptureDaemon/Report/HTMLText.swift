import Foundation

/// Text made safe for the page, and figures made readable.
enum HTMLText {
  /// For text and for attributes in quotes.
  static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      // Control characters and marks that turn the direction of writing have no business in a report.
      case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): result += " "
      case _ where (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value): break
      default: result.unicodeScalars.append(scalar)
      }
    }
  }

  /// A relative path as a link: everything but plain characters is written in percent signs, so no scheme can hide in it.
  static func link(_ path: String) -> String {
    path.utf8.reduce(into: "") { result, byte in
      let isPlain =
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || [0x2D, 0x2E, 0x2F, 0x5F, 0x7E].contains(byte)
      result += isPlain ? String(UnicodeScalar(byte)) : "%" + hexadecimal(byte)
    }
  }

  /// An anchor: letters, digits and hyphens.
  static func anchor(_ text: String) -> String {
    String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return digits.count == 1 ? "0" + digits : digits
  }

  /// `digits` after the point; a figure that is none is a dash.
  static func number(_ value: Double, _ digits: Int) -> String {
    value.isFinite ? String(format: "%.\(digits)f", value) : "–"
  }

  /// As few digits as say it: coordinates and evidence.
  static func short(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    let text = String(format: abs(value) >= 100 ? "%.1f" : "%.3f", value)
    let trimmed = text.contains(".") ? String(text.reversed().drop { $0 == "0" }.reversed()) : text
    return trimmed.hasSuffix(".") ? String(trimmed.dropLast()) : trimmed
  }

  /// `181 kB`, `12.4 MB`.
  static func bytes(_ count: Int) -> String {
    switch count {
    case ..<1000: "\(count) B"
    case ..<1_000_000: "\((count + 500) / 1000) kB"
    case ..<100_000_000: "\(number(Double(count) / 1e6, 1)) MB"
    case ..<1_000_000_000: "\((count + 500_000) / 1_000_000) MB"
    default: "\(number(Double(count) / 1e9, 2)) GB"
    }
  }

  /// `3.76 s`, `1 min 04 s`, `2 h 05 min`.
  static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 60 else { return "\(number(seconds, 2)) s" }
    let whole = Int(min(seconds, 1e9).rounded())
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return whole < 3600
      ? "\(whole / 60) min \(two(whole % 60)) s" : "\(whole / 3600) h \(two(whole / 60 % 60)) min"
  }

  /// `1 image`, `3 images`.
  static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}
