/// Reads JSON that a hostile or broken server may have written: strict, without recursion deeper than `maximumDepth`,
/// and never more work than the bytes are long.
struct JSONReader {
  /// What is wrong, and where.
  struct Fault: Error, Equatable {
    let reason: String
    let offset: Int
  }

  /// Deeper nesting is refused; the deepest documented answer has five levels.
  static let maximumDepth = 64

  private let bytes: [UInt8]
  private var at = 0

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The one value that `bytes` hold.
  static func read(_ bytes: some Sequence<UInt8>) throws(Fault) -> JSONValue {
    var reader = JSONReader(Array(bytes))
    let value = try reader.value(depth: 1)
    reader.skipBlanks()
    guard reader.at == reader.bytes.count else { throw reader.fault("something follows the value") }
    return value
  }

  private func fault(_ reason: String) -> Fault { Fault(reason: reason, offset: at) }

  private var next: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    at += 1
    return true
  }

  private mutating func value(depth: Int) throws(Fault) -> JSONValue {
    guard depth <= Self.maximumDepth else { throw fault("nested too deep") }
    skipBlanks()
    guard let next else { throw fault("ends too early") }
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    default: throw fault("is no JSON")
    }
  }

  private mutating func object(depth: Int) throws(Fault) -> JSONValue {
    at += 1
    var members: [JSONValue.Member] = []
    skipBlanks()
    if take(UInt8(ascii: "}")) { return .object(members) }
    while true {
      skipBlanks()
      guard next == UInt8(ascii: "\"") else { throw fault("lacks a member name") }
      let name = try string()
      skipBlanks()
      guard take(UInt8(ascii: ":")) else { throw fault("lacks a colon") }
      let value = try value(depth: depth + 1)
      if value != .null { members.append(JSONValue.Member(name: name, value: value)) }
      skipBlanks()
      if take(UInt8(ascii: "}")) { return .object(members) }
      guard take(UInt8(ascii: ",")) else { throw fault("lacks a comma or brace") }
    }
  }

  private mutating func array(depth: Int) throws(Fault) -> JSONValue {
    at += 1
    var items: [JSONValue] = []
    skipBlanks()
    if take(UInt8(ascii: "]")) { return .array(items) }
    while true {
      items.append(try value(depth: depth + 1))
      skipBlanks()
      if take(UInt8(ascii: "]")) { return .array(items) }
      guard take(UInt8(ascii: ",")) else { throw fault("lacks a comma or bracket") }
    }
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws(Fault) -> JSONValue {
    for byte in word.utf8 {
      guard take(byte) else { throw fault("is no JSON") }
    }
    return value
  }

  private mutating func digits() throws(Fault) {
    let start = at
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { at += 1 }
    guard at > start else { throw fault("lacks a digit") }
  }

  private mutating func number() throws(Fault) -> String {
    let start = at
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    if take(UInt8(ascii: ".")) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
    guard at - start <= 64 else { throw fault("has an endless number") }
    return String(decoding: bytes[start..<at], as: UTF8.self)
  }

  private mutating func string() throws(Fault) -> String {
    at += 1
    var text: [UInt8] = []
    while let byte = next {
      at += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw fault("has text that is no UTF-8") }
        return string
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20: throw fault("has a control character in a text")
      default: text.append(byte)
      }
    }
    throw fault("ends within a text")
  }

  private mutating func escape(into text: inout [UInt8]) throws(Fault) {
    guard let byte = next else { throw fault("ends within a text") }
    at += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var scalar = try hexUnit()
      if (0xD800..<0xDC00).contains(scalar) {
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw fault("has half a character") }
        let low = try hexUnit()
        guard (0xDC00..<0xE000).contains(low) else { throw fault("has half a character") }
        scalar = 0x10000 + ((scalar - 0xD800) << 10) + (low - 0xDC00)
      }
      guard let character = Unicode.Scalar(scalar) else { throw fault("has half a character") }
      text.append(contentsOf: Array(String(character).utf8))
    default: throw fault("has an unknown escape")
    }
  }

  private mutating func hexUnit() throws(Fault) -> UInt32 {
    guard at + 4 <= bytes.count,
      bytes[at..<at + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let unit = UInt32(String(decoding: bytes[at..<at + 4], as: UTF8.self), radix: 16)
    else { throw fault("has a broken escape") }
    at += 4
    return unit
  }
}
