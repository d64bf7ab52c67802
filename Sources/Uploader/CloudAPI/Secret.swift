import CCrypto

/// A text that must never be shown: printing, dumping and interpolating it give a fingerprint.
public struct Secret: Sendable, Equatable {
  /// The text itself, for the one header that carries it.
  let text: String
  /// The first eight hex digits of its SHA-256: enough to tell two keys apart, useless for anything else.
  public let fingerprint: String

  /// Wraps `text`.
  public init(_ text: String) {
    self.text = text
    var digest = [UInt8](repeating: 0, count: 32)
    let bytes = Array(text.utf8)
    let worked = unsafe ccrypto_sha256(bytes, bytes.count, &digest)
    fingerprint = worked == 1 ? "sha256:" + digest.prefix(4).map { Self.hex($0) }.joined() : "sha256:unknown"
  }

  /// `text` with every occurrence of the secret hidden.
  public func redacted(in other: String) -> String {
    text.isEmpty ? other : other.replacing(text, with: "(secret)")
  }

  private static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// `Secret(sha256:ab12cd34)`.
  public var description: String { "Secret(\(fingerprint))" }
  /// The same.
  public var debugDescription: String { description }
  /// The same.
  public var customMirror: Mirror { Mirror(self, children: ["fingerprint": fingerprint]) }
}
