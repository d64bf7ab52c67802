/// The body of a creation: one object, only known members, none of them null.
struct BodyMembers {
  private let members: [String: JSONValue]

  init(_ value: JSONValue, known: Set<String>, prefix: String = "") throws(Refusal) {
    guard let members = value.objectValue else {
      throw .member(prefix.isEmpty ? "body" : prefix, "is no object")
    }
    for (name, member) in members.sorted(by: { $0.key < $1.key }) {
      let full = prefix.isEmpty ? name : "\(prefix).\(name)"
      guard known.contains(name) else { throw .member(full, "is no member of this request") }
      guard member != .null else { throw .member(full, "is null; leave it out") }
    }
    self.members = members
  }

  func has(_ name: String) -> Bool { members[name] != nil }

  func value(_ name: String) throws(Refusal) -> JSONValue {
    guard let value = members[name] else { throw .member(name, "is required") }
    return value
  }

  func text(_ name: String) throws(Refusal) -> String? {
    guard let value = members[name] else { return nil }
    guard let text = value.stringValue else { throw .member(name, "is no string") }
    guard !text.isEmpty else { throw .member(name, "is empty") }
    return text
  }

  func requiredText(_ name: String) throws(Refusal) -> String {
    guard let text = try text(name) else { throw .member(name, "is required") }
    return text
  }

  /// A text of a certain shape.
  func text(_ name: String, _ isRight: (String) -> Bool, _ what: String) throws(Refusal) -> String? {
    guard let text = try text(name) else { return nil }
    guard isRight(text) else { throw .member(name, what) }
    return text
  }

  func whole(_ name: String, in range: ClosedRange<Int>) throws(Refusal) -> Int? {
    guard let value = members[name] else { return nil }
    guard let number = value.integerValue, range.contains(number) else {
      throw .member(name, "is no whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}
