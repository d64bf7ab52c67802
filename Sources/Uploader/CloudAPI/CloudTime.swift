/// The times that come as text: in headers and in policies. Everything is UTC and becomes epoch seconds.
enum CloudTime {
  /// `Sun, 06 Nov 1994 08:49:37 GMT`, the one form of HTTP dates that is still in use; nil for anything else.
  static func httpDate(_ text: String) -> Int? {
    let words = text.split(separator: " ", omittingEmptySubsequences: true)
    guard words.count == 6, words[5] == "GMT" || words[5] == "UTC", words[0].hasSuffix(","),
      let day = number(words[1], digits: 1...2), let month = months.firstIndex(of: words[2].lowercased()),
      let year = number(words[3], digits: 4...4)
    else { return nil }
    let clock = words[4].split(separator: ":", omittingEmptySubsequences: false)
    guard clock.count == 3, let hour = number(clock[0], digits: 2...2), let minute = number(clock[1], digits: 2...2),
      let second = number(clock[2], digits: 2...2)
    else { return nil }
    return epoch(year, month + 1, day, hour, minute, second)
  }

  /// `2026-11-23T12:00:00.000Z`, `2026-11-23T12:00:00Z` or `20261123T120000Z`; fractions are cut off.
  static func iso8601(_ text: String) -> Int? {
    guard text.utf8.count <= 40, text.hasSuffix("Z") else { return nil }
    let whole = text.dropLast().split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let digits = whole[0].filter { $0 != "-" && $0 != ":" }
    let halves = digits.split(separator: "T", omittingEmptySubsequences: false)
    guard halves.count == 2, halves[0].count == 8, halves[1].count == 6,
      whole.count == 1 || whole[1].allSatisfy({ ("0"..."9").contains($0) }),
      let date = number(halves[0], digits: 8...8), let clock = number(halves[1], digits: 6...6)
    else { return nil }
    return epoch(date / 10000, date / 100 % 100, date % 100, clock / 10000, clock / 100 % 100, clock % 100)
  }

  private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

  private static func number(_ text: some StringProtocol, digits: ClosedRange<Int>) -> Int? {
    guard digits.contains(text.utf8.count),
      text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    else { return nil }
    return Int(text)
  }

  /// Days since 1970 by the civil calendar: years begin in March, so that leap days come last.
  private static func epoch(_ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Int) -> Int? {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard (1970...9999).contains(year), (1...12).contains(month), (1...lengths[month - 1]).contains(day),
      (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
    else { return nil }
    let shifted = month <= 2 ? year - 1 : year
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let era = shifted / 400
    let yearOfEra = shifted % 400
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    return ((days * 24 + hour) * 60 + minute) * 60 + second
  }
}
