/// Numbers with units, read exactly: `1.5 s` is 1 500 000 000 nanoseconds and `0.1 s` is not nearly 100 ms.
enum Quantity {
  /// A unit's name and how many of the base unit it is.
  struct Unit: Sendable, Equatable {
    let name: String
    let factor: Int64
    /// Whether values are printed in it; the others are only read.
    var isPrinted = true
  }

  /// In nanoseconds.
  static let times: [Unit] = [
    Unit(name: "ms", factor: 1_000_000), Unit(name: "s", factor: 1_000_000_000),
    Unit(name: "min", factor: 60_000_000_000), Unit(name: "h", factor: 3_600_000_000_000),
    Unit(name: "d", factor: 86_400_000_000_000, isPrinted: false),
  ]

  /// In bytes.
  static let sizes: [Unit] = [
    Unit(name: "B", factor: 1), Unit(name: "KiB", factor: 1 << 10), Unit(name: "MiB", factor: 1 << 20),
    Unit(name: "GiB", factor: 1 << 30), Unit(name: "TiB", factor: 1 << 40),
    Unit(name: "kB", factor: 1_000, isPrinted: false), Unit(name: "MB", factor: 1_000_000, isPrinted: false),
    Unit(name: "GB", factor: 1_000_000_000, isPrinted: false),
    Unit(name: "TB", factor: 1_000_000_000_000, isPrinted: false),
  ]

  /// In bytes a second; lines are sold in bits.
  static let rates: [Unit] = [
    Unit(name: "B/s", factor: 1), Unit(name: "kbit/s", factor: 125), Unit(name: "Mbit/s", factor: 125_000),
    Unit(name: "Gbit/s", factor: 125_000_000), Unit(name: "kB/s", factor: 1_000, isPrinted: false),
    Unit(name: "MB/s", factor: 1_000_000, isPrinted: false), Unit(name: "KiB/s", factor: 1 << 10, isPrinted: false),
    Unit(name: "MiB/s", factor: 1 << 20, isPrinted: false),
  ]

  /// Digits, with at most one point between digits, and a minus in front where somebody means it.
  static func isDecimal(_ text: String) -> Bool {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    return digits.utf8.count <= 20 && (1...2).contains(parts.count)
      && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
  }

  /// The value in the base unit; a number without a unit is wrong, but for 0.
  static func read(_ text: String, units: [Unit], example: String) throws(Unreadable) -> Int64 {
    let number = String(text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") })
    let name = String(text.dropFirst(number.count).drop { $0 == " " })
    guard isDecimal(number) else {
      throw Unreadable(what: "\(quoted(text)) is not a number with a unit like \(example)")
    }
    if name.isEmpty {
      if Double(number) == 0 { return 0 }
      throw Unreadable(what: "\(quoted(text)) has no unit; write it like \(example)")
    }
    guard let unit = units.first(where: { $0.name == name }) else {
      let known = units.map(\.name).joined(separator: ", ")
      throw Unreadable(what: "\(quoted(text)) has an unknown unit \(quoted(name)); units are \(known)")
    }
    let parts = number.split(separator: ".")
    let digits = (parts.count > 1 ? parts[1] : "").prefix(12)
    guard let whole = Int64(parts[0]) else { throw Unreadable(what: "\(quoted(text)) is out of range") }
    let (scaled, overflow) = whole.multipliedReportingOverflow(by: unit.factor)
    // Twelve digits times the largest unit are within 128 bits.
    let tenths = digits.reduce(into: Int128(1)) { power, _ in power *= 10 }
    let fraction = Int64((Int128(String(digits)) ?? 0) * Int128(unit.factor) / tenths)
    let (sum, overflowAgain) = scaled.addingReportingOverflow(fraction)
    guard !overflow, !overflowAgain else { throw Unreadable(what: "\(quoted(text)) is out of range") }
    return sum
  }

  /// In the largest unit that needs no fraction.
  static func write(_ value: Int64, units: [Unit]) -> String {
    let fitting = units.filter { $0.isPrinted && value != 0 && value % $0.factor == 0 }
    let unit = fitting.max { $0.factor < $1.factor } ?? units[0]
    return "\(value / unit.factor) \(unit.name)"
  }

  /// Down to the millisecond, which is the finest unit that can be written.
  static func write(_ value: Duration) -> String {
    let (seconds, attoseconds) = value.components
    return write(seconds * 1_000_000_000 + attoseconds / 1_000_000_000, units: times)
  }
}
