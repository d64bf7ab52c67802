/// Why a request is not done: the status and the text for the client, and the rule of the contract that it broke, if any.
struct Refusal: Error, Equatable {
  let status: Int
  let message: String
  /// Goes into the ledger as a violation; nil for what may happen to a client that keeps every rule.
  let rule: String?

  /// A member or parameter that is missing, unknown or out of range.
  static func member(_ name: String, _ what: String) -> Refusal {
    Refusal(status: 422, message: "\(name) \(what)", rule: name)
  }

  static func notFound(_ what: String) -> Refusal { Refusal(status: 404, message: "\(what) not found", rule: nil) }

  static func forbidden(_ message: String = "Forbidden") -> Refusal {
    Refusal(status: 403, message: message, rule: nil)
  }
}
