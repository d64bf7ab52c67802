/// Wall time as recordings write it, ISO 8601, to and from milliseconds since 1970: "2026-11-23T12:00:00.000Z".
enum WallTime {
  /// Milliseconds since 1970, or nil when `text` is no date with time and zone (`Z` or `+01:00`; fraction optional).
  static func milliseconds(iso8601 text: String) -> Int64? {
    var rest = Substring(text)
    func number(_ digits: Int, upTo most: Int64) -> Int64? {
      guard rest.utf8.count >= digits, rest.prefix(digits).utf8.allSatisfy({ (48...57).contains($0) }),
        let value = Int64(rest.prefix(digits)), value <= most
      else { return nil }
      rest = rest.dropFirst(digits)
      return value
    }
    func mark(_ allowed: String) -> Bool {
      guard let first = rest.first, allowed.contains(first) else { return false }
      rest = rest.dropFirst()
      return true
    }
    guard let year = number(4, upTo: 9999), mark("-"), let month = number(2, upTo: 12), mark("-"),
      let day = number(2, upTo: 31), month > 0, day > 0, day <= days(of: month, year), mark("Tt "),
      let hour = number(2, upTo: 23), mark(":"), let minute = number(2, upTo: 59), mark(":"),
      let second = number(2, upTo: 60)
    else { return nil }
    var fraction: Int64 = 0
    if mark(".,") {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard !digits.isEmpty, let thousandths = Int64((digits.prefix(3) + "000").prefix(3)) else { return nil }
      fraction = thousandths
      rest = rest.dropFirst(digits.count)
    }
    var offset: Int64 = 0
    if !mark("Zz") {
      let sign: Int64 = rest.first == "-" ? -1 : 1
      guard mark("+-"), let hours = number(2, upTo: 23) else { return nil }
      _ = mark(":")
      guard let minutes = number(2, upTo: 59) else { return nil }
      offset = sign * (hours * 60 + minutes)
    }
    guard rest.isEmpty else { return nil }
    let minutes = (dayNumber(year, month, day) * 24 + hour) * 60 + minute - offset
    return (minutes * 60 + second) * 1000 + fraction
  }

  /// The same moment as text, in UTC with three decimals.
  static func iso8601(_ milliseconds: Int64) -> String {
    let seconds = floorDivide(milliseconds, 1000)
    let day = floorDivide(seconds, 86_400)
    let inDay = seconds - day * 86_400
    // Days are counted in eras of 400 years that begin on the first of March, so that leap days come last.
    let shifted = day + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, 2))"
    let time = "\(padded(inDay / 3600, 2)):\(padded(inDay / 60 % 60, 2)):\(padded(inDay % 60, 2))"
    return "\(date)T\(time).\(padded(milliseconds - seconds * 1000, 3))Z"
  }

  private static func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = floorDivide(shiftedYear, 400)
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func days(of month: Int64, _ year: Int64) -> Int64 {
    switch month {
    case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func floorDivide(_ value: Int64, _ by: Int64) -> Int64 {
    value >= 0 ? value / by : -((-value + by - 1) / by)
  }

  private static func padded(_ value: Int64, _ digits: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
  }
}
