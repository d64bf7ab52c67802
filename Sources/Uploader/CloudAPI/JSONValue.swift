/// An answer of the cloud as a tree, members in the order they came; null members are left out, for null and missing
/// are the same thing.
indirect enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  /// The digits as written.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([Member])

  struct Member: Sendable, Equatable {
    let name: String
    let value: JSONValue
  }

  /// The member of that name: the last one, should there be several.
  subscript(_ name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }

  /// The text, when it is one.
  var string: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The truth value, when it is one.
  var bool: Bool? {
    if case .bool(let truth) = self { truth } else { nil }
  }

  /// The number, when it is one.
  var double: Double? {
    guard case .number(let digits) = self, let value = Double(digits), value.isFinite else { return nil }
    return value
  }

  /// The whole number, when it is one; `3.0` is one too.
  var integer: Int? {
    guard case .number(let digits) = self else { return nil }
    if let value = Int(digits) { return value }
    guard let value = Double(digits), value.magnitude < 9e15, value == value.rounded() else { return nil }
    return Int(value)
  }

  /// The items, when it is a list.
  var items: [JSONValue]? {
    if case .array(let items) = self { items } else { nil }
  }

  /// The members, when it is an object.
  var members: [Member]? {
    if case .object(let members) = self { members } else { nil }
  }
}
