import Foundation

/// The hours of the day, by the unit's local time, in which the line belongs to others: passages are kept, nothing is sent.
public struct QuietHours: Sendable, Equatable, CustomStringConvertible {
  /// Minutes since midnight; the first minute that is quiet.
  public let from: Int
  /// The first that is not any more; before `from`: on the next day.
  public let to: Int

  /// Quiet from one minute of the day to another; nil unless both are 0..<1440 and differ.
  public init?(from: Int, to: Int) {
    guard (0..<1440).contains(from), (0..<1440).contains(to), from != to else { return nil }
    self.from = from
    self.to = to
  }

  /// Reads `22:00-06:30`; nil for anything else.
  public init?(_ text: String) {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(Self.minute)
    guard ends.count == 2, let from = ends[0], let to = ends[1] else { return nil }
    self.init(from: from, to: to)
  }

  /// `22:00-06:30`.
  public var description: String { "\(Self.text(from))-\(Self.text(to))" }

  /// Seconds until the quiet hours are over, for a time of day in seconds; 0 when it is not quiet.
  func secondsLeft(at secondOfDay: Int) -> Int {
    let minute = secondOfDay / 60
    let isQuiet = from < to ? (from..<to).contains(minute) : minute >= from || minute < to
    guard isQuiet else { return 0 }
    let end = to * 60
    return end > secondOfDay ? end - secondOfDay : end + 86_400 - secondOfDay
  }

  /// The second of the local day.
  static func secondOfDay(ofWallMs wallMs: Int64) -> Int {
    let seconds = Int(wallMs / 1000)
    let offset = TimeZone.autoupdatingCurrent.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds)))
    return ((seconds + offset) % 86_400 + 86_400) % 86_400
  }

  private static func minute(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.allSatisfy(\.isASCIIDigit) }),
      let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
    else { return nil }
    return hour * 60 + minute
  }

  private static func text(_ minute: Int) -> String {
    let digits = [minute / 600, minute / 60 % 10, minute % 60 / 10, minute % 10].map(String.init)
    return "\(digits[0])\(digits[1]):\(digits[2])\(digits[3])"
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
