import CameraIO
import Foundation

/// What stands in one scalar: the text, and whether it was quoted.
struct ScalarText: Sendable, Equatable {
  var text: String
  var isQuoted = false

  /// The ways of writing "nothing".
  static func isNull(_ text: String) -> Bool { ["", "~", "null", "Null", "NULL"].contains(text) }
}

/// A text that is not what its key wants.
struct Unreadable: Error, Sendable, Equatable {
  /// What is wrong with it.
  let what: String
}

/// A value as `config show` prints it and JSON carries it.
enum SettingValue: Sendable, Equatable {
  case null
  case text(String)
  case integer(Int64)
  case number(Double)
}

/// How values of one type are written in the file, the environment and on the command line.
struct Notation<Value: Sendable>: Sendable {
  /// For errors and the reference: `1...32`.
  let allowed: String
  /// Says why when the text is wrong.
  let read: @Sendable (ScalarText) throws(Unreadable) -> Value
  /// The way back.
  let write: @Sendable (Value) -> SettingValue

  /// The same, or `null`.
  var orNull: Notation<Value?> {
    Notation<Value?>(
      allowed: "\(allowed), or null",
      read: { (scalar) throws(Unreadable) in
        !scalar.isQuoted && ScalarText.isNull(scalar.text) ? nil : try read(scalar)
      },
      write: { $0.map(write) ?? .null })
  }
}

extension Notation where Value: CustomStringConvertible {
  /// A notation whose values print themselves.
  init(allowed: String, read: @escaping @Sendable (String) throws(Unreadable) -> Value) {
    self.init(
      allowed: allowed, read: { (scalar) throws(Unreadable) in try read(scalar.text) },
      write: { .text($0.description) })
  }
}

extension Notation<Int> {
  static func integer(_ range: ClosedRange<Int>) -> Self {
    Notation(
      allowed: "a whole number \(range.lowerBound)...\(range.upperBound)",
      read: { (scalar) throws(Unreadable) in
        guard let value = Int(scalar.text), !scalar.text.hasPrefix("+") else {
          throw Unreadable(what: "\(quoted(scalar.text)) is not a whole number")
        }
        if scalar.isQuoted { throw Unreadable(what: "\(quoted(scalar.text)) is text; leave out the quotes") }
        guard range.contains(value) else { throw Unreadable(what: "\(value) is out of range") }
        return value
      },
      write: { .integer(Int64($0)) })
  }
}

extension Notation<Double> {
  static func number(_ range: ClosedRange<Double>) -> Self {
    Notation(
      allowed: "a number \(plain(range.lowerBound))...\(plain(range.upperBound))",
      read: { (scalar) throws(Unreadable) in
        guard Quantity.isDecimal(scalar.text), let value = Double(scalar.text) else {
          throw Unreadable(what: "\(quoted(scalar.text)) is not a number")
        }
        if scalar.isQuoted { throw Unreadable(what: "\(quoted(scalar.text)) is text; leave out the quotes") }
        guard range.contains(value) else { throw Unreadable(what: "\(plain(value)) is out of range") }
        return value
      },
      write: { .number($0) })
  }
}

extension Notation<Bool> {
  static var truth: Self {
    Notation(
      allowed: "true, false",
      read: { (scalar) throws(Unreadable) in
        guard !scalar.isQuoted, let value = Bool(scalar.text) else {
          throw Unreadable(what: "\(quoted(scalar.text)) is neither true nor false")
        }
        return value
      },
      write: { .text($0 ? "true" : "false") })
  }
}

/// A number for people: without `.0`.
func plain(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
}

extension Notation where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of the words of an enumeration.
  static var word: Self {
    let words = Value.allCases.map(\.rawValue)
    return Notation(
      allowed: words.joined(separator: ", "),
      read: { (scalar) throws(Unreadable) in
        if let value = Value(rawValue: scalar.text) { return value }
        let hint = nearest(to: scalar.text, among: words).map { " (did you mean '\($0)'?)" } ?? ""
        throw Unreadable(what: "\(quoted(scalar.text)) is not known here\(hint)")
      },
      write: { .text($0.rawValue) })
  }
}

extension Notation<Duration> {
  /// `1.5 s`, `250 ms`, `2 min`, `48 h`, `7 d`.
  static func duration(_ range: ClosedRange<Duration>) -> Self {
    Notation(
      allowed: "\(Quantity.write(range.lowerBound)) ... \(Quantity.write(range.upperBound))",
      read: { (scalar) throws(Unreadable) in
        let nanoseconds = try Quantity.read(scalar.text, units: Quantity.times, example: "1.5 s, 250 ms, 2 min, 48 h")
        let value = Duration.nanoseconds(nanoseconds)
        guard range.contains(value) else { throw Unreadable(what: "\(quoted(scalar.text)) is out of range") }
        return value
      },
      write: { .text(Quantity.write($0)) })
  }
}

extension Notation where Value: FixedWidthInteger {
  /// `20 GiB`, `512 MiB`; also the decimal units `kB`, `MB`, `GB`.
  static func size(_ range: ClosedRange<Value>) -> Self {
    quantity(range, units: Quantity.sizes, example: "20 GiB, 512 MiB")
  }

  /// Bytes a second: `4 Mbit/s`, `500 kB/s`.
  static func rate(_ range: ClosedRange<Value>) -> Self {
    quantity(range, units: Quantity.rates, example: "4 Mbit/s, 500 kB/s")
  }

  private static func quantity(_ range: ClosedRange<Value>, units: [Quantity.Unit], example: String) -> Self {
    func text(_ value: Value) -> String { Quantity.write(Int64(value), units: units) }
    return Notation(
      allowed: "\(text(range.lowerBound)) ... \(text(range.upperBound))",
      read: { (scalar) throws(Unreadable) in
        let bytes = try Quantity.read(scalar.text, units: units, example: example)
        guard let value = Value(exactly: bytes), range.contains(value) else {
          throw Unreadable(what: "\(quoted(scalar.text)) is out of range")
        }
        return value
      },
      write: { .text(Quantity.write(Int64($0), units: units)) })
  }
}
