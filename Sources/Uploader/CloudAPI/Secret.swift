/// A text that must never be shown: printing, dumping and interpolating it give a fingerprint.
public struct Secret: Sendable, Equatable {
  /// The text itself, for the one header that carries it.
  let text: String
  /// The first eight hex digits of its SHA-256: enough to tell two keys apart, useless for anything else.
  public let fingerprint: String

  /// Wraps `text`.
  public init(_ text: String) {
    self.text = text
    fingerprint = "sha256:" + Digest.sha256(Array(text.utf8)).prefix(8)
  }

  /// `text` with every occurrence of the secret hidden.
  public func redacted(in other: String) -> String {
    text.isEmpty ? other : other.replacing(text, with: "(secret)")
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// `Secret(sha256:ab12cd34)`.
  public var description: String { "Secret(\(fingerprint))" }
  /// The same.
  public var debugDescription: String { description }
  /// The same.
  public var customMirror: Mirror { Mirror(self, children: ["fingerprint": fingerprint]) }
}
