import CCrypto
import Foundation

/// The two fingerprints of a file: SHA-256 guards it on our disk, MD5 is what the cloud's storage answers with.
public struct Digest: Hashable, Sendable {
  /// 32 bytes as 64 lower-case hexadecimal digits.
  public let sha256: String
  /// 16 bytes as 32 lower-case hexadecimal digits: the storage's `ETag` without its quotes.
  public let md5: String

  /// The fingerprints of `bytes`.
  public init(of bytes: some ContiguousBytes) {
    sha256 = Self.sha256(bytes)
    md5 = Self.md5(bytes)
  }

  /// Known fingerprints, as read from a manifest or a row.
  public init(sha256: String, md5: String) {
    self.sha256 = sha256
    self.md5 = md5
  }

  /// SHA-256 of `bytes` in hexadecimal.
  public static func sha256(_ bytes: some ContiguousBytes) -> String {
    hexadecimal(rawSHA256(bytes))
  }

  /// SHA-256 of `bytes`, 32 bytes: for ids derived from a name.
  public static func rawSHA256(_ bytes: some ContiguousBytes) -> [UInt8] {
    unsafe digest(bytes, count: 32) { unsafe ccrypto_sha256($0, $1, $2) }
  }

  /// MD5 of `bytes` in hexadecimal.
  public static func md5(_ bytes: some ContiguousBytes) -> String {
    unsafe hexadecimal(digest(bytes, count: 16) { unsafe ccrypto_md5($0, $1, $2) })
  }

  /// Two lower-case digits a byte.
  public static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count * 2)
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func digest(
    _ bytes: some ContiguousBytes, count: Int,
    _ call: (UnsafeRawPointer?, Int, UnsafeMutablePointer<UInt8>) -> Int32
  ) -> [UInt8] {
    unsafe bytes.withUnsafeBytes { source in
      unsafe [UInt8](unsafeUninitializedCapacity: count) { target, filled in
        guard let address = target.baseAddress else { return }
        let ok = unsafe call(source.baseAddress, source.count, address)
        precondition(ok == 1, "libcrypto has no such digest")
        filled = count
      }
    }
  }
}
