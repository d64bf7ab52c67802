/// The query of a request: each parameter at most once, each one known.
struct QueryItems {
  private(set) var values: [String: String] = [:]

  /// Refuses broken escapes, parameters that stand twice, and parameters that the operation does not know.
  init(_ text: Substring?, known: Set<String>) throws(Refusal) {
    guard let text, !text.isEmpty else { return }
    for pair in text.split(separator: "&", omittingEmptySubsequences: false) {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = QueryItems.decode(parts[0]), let value = QueryItems.decode(parts.count == 2 ? parts[1] : "")
      else {
        throw Refusal(status: 400, message: "query is not percent-encoded UTF-8", rule: "query")
      }
      guard known.contains(name) else { throw .member(name, "is no parameter of this operation") }
      guard values.updateValue(value, forKey: name) == nil else { throw .member(name, "stands twice") }
    }
  }

  /// Percent-decoding; `+` is a blank, as in a form.
  static func decode(_ text: Substring, plusIsBlank: Bool = true) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { return nil }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsBlank: bytes.append(0x20)
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }

  func has(_ name: String) -> Bool { values[name] != nil }

  func text(_ name: String) throws(Refusal) -> String? {
    guard let value = values[name] else { return nil }
    guard !value.isEmpty else { throw .member(name, "is empty") }
    return value
  }

  func flag(_ name: String) throws(Refusal) -> Bool? {
    switch values[name] {
    case nil: return nil
    case "true": return true
    case "false": return false
    default: throw .member(name, "is neither true nor false")
    }
  }

  func whole(_ name: String, in range: ClosedRange<Int>) throws(Refusal) -> Int? {
    guard let value = values[name] else { return nil }
    guard value.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(value), range.contains(number) else {
      throw .member(name, "is no whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// Values joined by commas.
  func list(_ name: String) throws(Refusal) -> [String]? {
    guard let value = values[name] else { return nil }
    let items = value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard items.allSatisfy({ !$0.isEmpty }) else { throw .member(name, "has an empty item") }
    return items
  }

  func plate() throws(Refusal) -> String? {
    guard let value = values["registrationNo"] else { return nil }
    guard ContractText.isPlate(value) else { throw .member("registrationNo", ContractText.plateRule) }
    return value
  }

  /// Upper case; NO where none is given.
  func country() throws(Refusal) -> String {
    guard let value = values["countryCode"] else { return "NO" }
    guard ContractText.isCountry(value) else { throw .member("countryCode", "is not two letters") }
    return value.uppercased()
  }

  func paging(default size: Int) throws(Refusal) -> Paging {
    Paging(
      limit: try whole("limit", in: 1...Paging.maximum) ?? size, page: try whole("page", in: 1...1_000_000_000) ?? 1)
  }
}

/// Which part of a list is wanted.
struct Paging: Equatable {
  let limit: Int
  let page: Int
  static let maximum = 100

  /// The page, and the block that describes it. `currentItemsPerPage` is the size of a page, not the number of items on it.
  /// Shifted pages repeat items of the page before, as happens when something new appears between two requests.
  func cut(_ items: [JSONValue], shiftedBy shift: Int = 0) -> (items: [JSONValue], meta: [String: JSONValue]) {
    let start = max(0, (page - 1) * limit - shift)
    let slice = start < items.count ? Array(items[start..<min(items.count, start + limit)]) : []
    return (
      slice,
      [
        "currentItemsPerPage": .integer(limit), "currentPage": .integer(page),
        "lastPage": .integer((items.count + limit - 1) / limit), "maxPerPage": .integer(Paging.maximum),
        "totalItems": .integer(items.count),
      ]
    )
  }
}
