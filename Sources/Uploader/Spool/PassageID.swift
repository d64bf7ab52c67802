import Foundation

/// The name of one passage, given when it begins and kept for ever: a UUID, in lower-case text.
public struct PassageID: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
  /// The UUID.
  public let uuid: UUID

  /// The passage named `uuid`.
  public init(_ uuid: UUID) { self.uuid = uuid }

  /// Reads the text form; nil when it is no UUID.
  public init?(_ text: String) {
    guard text.utf8.count == 36, let uuid = UUID(uuidString: text) else { return nil }
    self.uuid = uuid
  }

  /// The text form, lower case: directory name, row key and JSON value.
  public var description: String { uuid.uuidString.lowercased() }

  /// By text, which for the time-ordered ids of live passages is by time.
  public static func < (one: Self, other: Self) -> Bool { one.description < other.description }

  /// Reads a single string.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let id = PassageID(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no passage id")
    }
    self = id
  }

  /// Writes a single string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
