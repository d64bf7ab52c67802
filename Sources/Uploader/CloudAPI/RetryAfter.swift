/// Reads the `Retry-After` header.
public enum RetryAfter {
  /// Seconds from now, from a number of seconds or an HTTP date; nil for garbage. Not clamped; a date that is past
  /// gives 0. `now` is the server's time where it is known, in epoch seconds.
  public static func seconds(_ text: String, now: Double) -> Double? {
    let word = text.trimmingBlanks()
    if (1...9).contains(word.utf8.count),
      word.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
    {
      return Double(word)
    }
    return CloudTime.httpDate(word).map { max(0, Double($0) - now) }
  }
}

extension StringProtocol {
  /// Without blanks, tabs and line ends around it.
  func trimmingBlanks() -> String {
    let start = drop { $0.isWhitespace || $0.isNewline }
    guard let last = start.lastIndex(where: { !$0.isWhitespace && !$0.isNewline }) else { return "" }
    return String(start[...last])
  }
}
