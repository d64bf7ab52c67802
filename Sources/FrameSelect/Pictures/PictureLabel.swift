import CameraIO

/// What a picture says about itself wherever it goes: an XMP packet inside the WebP file.
///
/// XMP rather than EXIF, because most of it has no field there: `xmp:CreateDate` and `exif:ExposureTime` are read by every
/// viewer, the rest stands under `urn:capture-daemon:picture:1`.
public struct PictureLabel: Sendable, Equatable {
  /// When it was exposed, milliseconds since 1970; nil when nobody knows.
  public var wallMilliseconds: Int64?
  /// How sure that is: `ntp`, `server`, `guess`.
  public var clock: String?
  /// The capture unit; nil while nobody knows it.
  public var unit: String?
  /// The passage's name.
  public var passage: String?
  /// How long the shutter was open, where the camera was told so.
  public var exposureSeconds: Double?

  /// A label.
  public init(
    wallMilliseconds: Int64? = nil, clock: String? = nil, unit: String? = nil, passage: String? = nil,
    exposureSeconds: Double? = nil
  ) {
    self.wallMilliseconds = wallMilliseconds
    self.clock = clock
    self.unit = unit
    self.passage = passage
    self.exposureSeconds = exposureSeconds
  }

  /// The packet of a chosen frame. Figures have as many digits as they are good for.
  func packet(of selected: SelectedFrame) -> String {
    let candidate = selected.candidate
    var members: [(String, String)] = []
    if let wallMilliseconds { members.append(("xmp:CreateDate", Self.moment(wallMilliseconds))) }
    if let clock { members.append(("capture:clock", clock)) }
    if let unit { members.append(("capture:unit", unit)) }
    if let passage { members.append(("capture:passage", passage)) }
    members.append(("capture:camera", candidate.frame.camera.rawValue))
    members.append(("capture:frame", "\(candidate.frame.sequence)"))
    if let displacement = candidate.displacement { members.append(("capture:displacement", Self.text(displacement))) }
    members.append(("capture:sharpness", Self.text(candidate.score.sharpness)))
    members.append(("capture:reason", selected.reason))
    if let exposureSeconds, exposureSeconds > 0 {
      members.append(("exif:ExposureTime", "\(Int((exposureSeconds * 1e6).rounded()))/1000000"))
    }
    let attributes = members.map { "\n    \($0.0)=\"\(Self.escaped($0.1))\"" }.joined()
    return """
      <x:xmpmeta xmlns:x="adobe:ns:meta/">
        <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
          <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
          xmlns:capture="urn:capture-daemon:picture:1"\(attributes)/>
        </rdf:RDF>
      </x:xmpmeta>
      """
  }

  /// Four decimals, or nothing where it is no number.
  private static func text(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "" }
    return "\((value * 1e4).rounded() / 1e4)"
  }

  /// `2026-01-01T12:00:13.860Z`; the calendar is reckoned here, so that no time zone and no locale can have a say.
  static func moment(_ milliseconds: Int64) -> String {
    func two(_ number: Int64, _ digits: Int = 2) -> String {
      let text = "\(number)"
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    let (days, rest) = (milliseconds.flooredQuotient(by: 86_400_000), milliseconds.flooredRemainder(by: 86_400_000))
    // Years that begin in March have their leap day at the end: 400 of them have 146097 days.
    let shifted = days + 719_468
    let era = shifted.flooredQuotient(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marched = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marched + 2) / 5 + 1
    let month = marched < 10 ? marched + 3 : marched - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let clock = [rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60].map { two($0) }.joined(separator: ":")
    return "\(two(year, 4))-\(two(month))-\(two(day))T\(clock).\(two(rest % 1000, 3))Z"
  }

  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case "\"": result += "&quot;"
      case _ where scalar.value < 0x20: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
  }
}

extension Int64 {
  fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
    self / divisor - (self % divisor < 0 ? 1 : 0)
  }

  fileprivate func flooredRemainder(by divisor: Int64) -> Int64 { self - flooredQuotient(by: divisor) * divisor }
}
