/// What is wrong with a JSON text, and at which byte.
struct JSONProblem: Error, CustomStringConvertible, Equatable {
  let what: String
  let offset: Int
  var description: String { "\(what) at byte \(offset)" }
}

/// Reads one JSON text strictly: UTF-8, no member twice, bounded depth, nothing behind the value.
///
/// A reader of our own, because Foundation's turns `1`, `1.0` and `true` into one kind of number, and the contract
/// tells them apart.
struct JSONParser {
  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  /// Deeper texts are refused: nothing in the API nests deeper than five levels.
  static let maximumDepth = 32

  private init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The value of the whole text.
  static func parse(_ bytes: [UInt8]) throws(JSONProblem) -> JSONValue {
    guard String(validating: bytes, as: UTF8.self) != nil else { throw JSONProblem(what: "no UTF-8", offset: 0) }
    var parser = JSONParser(bytes)
    parser.skipBlanks()
    let value = try parser.value()
    parser.skipBlanks()
    guard parser.position == bytes.count else { throw parser.problem("text behind the value") }
    return value
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func problem(_ what: String) -> JSONProblem { JSONProblem(what: what, offset: position) }

  private mutating func skipBlanks() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    position += 1
    return true
  }

  private mutating func value() throws(JSONProblem) -> JSONValue {
    switch current {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try array()
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case .some(let byte) where byte == UInt8(ascii: "-") || (0x30...0x39).contains(byte): return try number()
    case nil: throw problem("the text ends where a value should stand")
    default: throw problem("no value")
    }
  }

  private mutating func word(_ text: String, _ value: JSONValue) throws(JSONProblem) -> JSONValue {
    guard bytes[position...].starts(with: text.utf8) else { throw problem("no value") }
    position += text.utf8.count
    return value
  }

  private mutating func enter() throws(JSONProblem) {
    depth += 1
    guard depth <= JSONParser.maximumDepth else { throw problem("nested deeper than \(JSONParser.maximumDepth)") }
    position += 1
    skipBlanks()
  }

  private mutating func object() throws(JSONProblem) -> JSONValue {
    try enter()
    defer { depth -= 1 }
    var members: [String: JSONValue] = [:]
    if take(UInt8(ascii: "}")) { return .object(members) }
    while true {
      skipBlanks()
      guard current == UInt8(ascii: "\"") else { throw problem("no member name") }
      let name = try string()
      skipBlanks()
      guard take(UInt8(ascii: ":")) else { throw problem("no colon after a member name") }
      skipBlanks()
      let member = try value()
      guard members.updateValue(member, forKey: name) == nil else { throw problem("member \(name) stands twice") }
      skipBlanks()
      if take(UInt8(ascii: "}")) { return .object(members) }
      guard take(UInt8(ascii: ",")) else { throw problem("no comma or brace after a member") }
    }
  }

  private mutating func array() throws(JSONProblem) -> JSONValue {
    try enter()
    defer { depth -= 1 }
    var items: [JSONValue] = []
    if take(UInt8(ascii: "]")) { return .array(items) }
    while true {
      skipBlanks()
      items.append(try value())
      skipBlanks()
      if take(UInt8(ascii: "]")) { return .array(items) }
      guard take(UInt8(ascii: ",")) else { throw problem("no comma or bracket after an item") }
    }
  }

  private mutating func digits() throws(JSONProblem) -> Int {
    let start = position
    while let byte = current, byte >= 0x30, byte <= 0x39 { position += 1 }
    guard position > start else { throw problem("no digit") }
    return position - start
  }

  private mutating func number() throws(JSONProblem) -> JSONValue {
    let start = position
    _ = take(UInt8(ascii: "-"))
    let leadsWithZero = current == UInt8(ascii: "0")
    guard try digits() == 1 || !leadsWithZero else { throw problem("a number with a leading zero") }
    var isWhole = true
    if take(UInt8(ascii: ".")) {
      isWhole = false
      _ = try digits()
    }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      isWhole = false
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      _ = try digits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isWhole, let value = Int(text) { return .integer(value) }
    guard let value = Double(text), value.isFinite else { throw problem("a number out of range") }
    return .number(value)
  }

  private mutating func string() throws(JSONProblem) -> String {
    position += 1
    var out: [UInt8] = []
    while let byte = current {
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: out, as: UTF8.self)
      case 0..<0x20: throw problem("a control character in a string")
      case UInt8(ascii: "\\"): try escape(into: &out)
      default: out.append(byte)
      }
    }
    throw problem("a string without end")
  }

  private mutating func escape(into out: inout [UInt8]) throws(JSONProblem) {
    guard let byte = current else { throw problem("a string without end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): out.append(byte)
    case UInt8(ascii: "b"): out.append(0x08)
    case UInt8(ascii: "f"): out.append(0x0C)
    case UInt8(ascii: "n"): out.append(0x0A)
    case UInt8(ascii: "r"): out.append(0x0D)
    case UInt8(ascii: "t"): out.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if (0xD800..<0xDC00).contains(code) {
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw problem("half a surrogate pair") }
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low) else { throw problem("half a surrogate pair") }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw problem("half a surrogate pair") }
      out.append(contentsOf: String(Character(scalar)).utf8)
    default: throw problem("an unknown escape")
    }
  }

  private mutating func hexadecimal() throws(JSONProblem) -> UInt32 {
    guard position + 4 <= bytes.count,
      let code = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16),
      bytes[position] != UInt8(ascii: "+")
    else { throw problem("an escape without four hexadecimal digits") }
    position += 4
    return code
  }
}
