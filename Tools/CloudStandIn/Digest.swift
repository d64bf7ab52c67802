import CCrypto
import Foundation

/// MD5 and keyed SHA-1, as the storage uses them.
enum Digest {
  /// In hexadecimal digits.
  static func md5(_ bytes: [UInt8]) -> String { hexadecimal(rawMD5(bytes)) }

  /// As in the header Content-MD5.
  static func md5Base64(_ bytes: [UInt8]) -> String { Data(rawMD5(bytes)).base64EncodedString() }

  private static func rawMD5(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 16)
    unsafe bytes.withUnsafeBytes { buffer in
      _ = unsafe ccrypto_md5(buffer.baseAddress, buffer.count, &digest)
    }
    return digest
  }

  static func hmacSHA1(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 20)
    unsafe key.withUnsafeBytes { keyBuffer in
      unsafe bytes.withUnsafeBytes { buffer in
        _ = unsafe ccrypto_hmac_sha1(keyBuffer.baseAddress, keyBuffer.count, buffer.baseAddress, buffer.count, &digest)
      }
    }
    return digest
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    var text = ""
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return text
  }
}
