import Foundation

/// JSON whose last member is the SHA-256 of all before it: whoever reads it anew sees a byte that changed meanwhile.
enum SealedJSON {
  private static let head = #","sha256":""#
  private static let tailCount = head.utf8.count + 64 + "\"}\n".utf8.count

  /// The object `body` with its seal, as one line.
  static func seal(_ body: Data) -> Data {
    Data(body.dropLast()) + Data("\(head)\(Digest.sha256(body))\"}\n".utf8)
  }

  /// What was sealed; nil when a byte of it, or of the seal, changed.
  static func unseal(_ data: Data) -> Data? {
    guard data.count > tailCount else { return nil }
    let data = Data(data)
    let body = Data(data.prefix(data.count - tailCount) + Data("}".utf8))
    return seal(body) == data ? body : nil
  }

  /// Whether it ends as sealed objects do, whatever the seal says.
  static func isSealed(_ data: Data) -> Bool { data.last == UInt8(ascii: "\n") }
}
