/// The shapes of single values, in one place.
enum ContractText {
  static let cameras: Set<String> = [
    "backLeft", "backRight", "bottomLeft", "bottomRight", "frontLeft", "frontRight", "roofLeft", "roofRight", "topLeft",
    "topRight",
  ]

  static let plateRule = "is not 1 to 16 characters without blank and #"

  /// 1 to 16 characters, no blank, no `#`.
  static func isPlate(_ text: String) -> Bool {
    (1...16).contains(text.unicodeScalars.count) && !text.contains { $0.isWhitespace || $0 == "#" }
  }

  /// A plate as the car list has it: upper case, without separators.
  static func isNormalPlate(_ text: String) -> Bool {
    text == text.uppercased() && text.allSatisfy { $0.isLetter || $0.isNumber }
  }

  static func isCountry(_ text: String) -> Bool { text.utf8.count == 2 && text.utf8.allSatisfy(isLetter) }

  static func isVIN(_ text: String) -> Bool {
    (1...20).contains(text.utf8.count) && text.utf8.allSatisfy { isLetter($0) || isDigit($0) }
  }

  /// Epoch seconds as text: 1 to 11 digits.
  static func isRecDate(_ text: String) -> Bool { (1...11).contains(text.utf8.count) && text.utf8.allSatisfy(isDigit) }

  /// `<camera>_<frame>.webp`, frame 0 to 999999 without leading zeros; gives the camera.
  static func camera(ofFileName text: String) -> String? {
    guard text.hasSuffix(".webp"), let underscore = text.firstIndex(of: "_") else { return nil }
    let camera = String(text[..<underscore])
    let frame = text[text.index(after: underscore)...].dropLast(5)
    guard cameras.contains(camera), (1...6).contains(frame.utf8.count), frame.utf8.allSatisfy(isDigit) else {
      return nil
    }
    return frame.utf8.count > 1 && frame.first == "0" ? nil : camera
  }

  /// `WxH` without leading zeros.
  static func isPixelSize(_ text: String) -> Bool {
    let parts = text.split(separator: "x", omittingEmptySubsequences: false)
    return parts.count == 2
      && parts.allSatisfy { !$0.isEmpty && $0.utf8.count <= 9 && $0.first != "0" && $0.utf8.allSatisfy(isDigit) }
  }

  static func isGenerator(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }
}
