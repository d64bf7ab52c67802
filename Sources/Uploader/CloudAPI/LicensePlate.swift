/// A registration number and its country, in the form the cloud wants: `KL9802` and `DK` in requests, `DK#KL9802` in
/// answers.
public struct LicensePlate: Hashable, Sendable, Codable {
  /// 1...16 letters and digits, upper case, without separators.
  public let registrationNo: String
  /// Two letters, upper case.
  public let countryCode: String

  /// Brings a plate into form: upper case, everything but letters and digits removed. Nil when nothing proper is left.
  public init?(registrationNo: String, countryCode: String) {
    let number = registrationNo.uppercased().filter { $0.isLetter || $0.isNumber }
    let country = countryCode.uppercased()
    guard (1...16).contains(number.unicodeScalars.count), country.utf8.count == 2,
      country.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) })
    else { return nil }
    self.registrationNo = number
    self.countryCode = country
  }

  /// `DK#KL9802`, as answers have it.
  public var prefixed: String { "\(countryCode)#\(registrationNo)" }
}
