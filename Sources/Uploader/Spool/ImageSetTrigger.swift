/// `trigger.json`: what was known when an image set was opened, and the second it will have.
struct ImageSetTrigger: Codable, Equatable, Sendable {
  var facts: PassageFacts
  /// Seconds since 1970 as the cloud is told them, fixed at the opening when owner and time are known then: such a set may be sent while
  /// it grows. nil: settled when it is closed.
  var recDate: Int64?

  init(facts: PassageFacts, recDate: Int64?) {
    self.facts = facts
    self.recDate = recDate
  }

  private enum Keys: String, CodingKey { case recDate }

  /// One flat object: a program that knows only the facts reads it too.
  init(from decoder: any Decoder) throws {
    facts = try PassageFacts(from: decoder)
    recDate = try decoder.container(keyedBy: Keys.self).decodeIfPresent(Int64.self, forKey: .recDate)
  }

  func encode(to encoder: any Encoder) throws {
    try facts.encode(to: encoder)
    var container = encoder.container(keyedBy: Keys.self)
    try container.encodeIfPresent(recDate, forKey: .recDate)
  }
}

extension PassageFacts {
  /// Everything is known that its image set at the cloud is made of. A replay's passage is recorded again when the replay dies, so nothing of
  /// it is sent before it is whole.
  var canBeSentWhileGrowing: Bool {
    !isRepeatable && !isClockDoubtful && tenantId?.isEmpty == false && captureSetId?.isEmpty == false
  }
}
