/// A moment on the lane's common time base, in nanoseconds.
///
/// Live: CLOCK_MONOTONIC, as V4L2 stamps its buffers. Recordings: time since the recording's start, which is zero.
/// Never wall time: the wall clock may jump, this one cannot.
public struct MonotonicTime: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// Nanoseconds since the time base's zero.
  public let nanoseconds: Int64

  /// The moment `nanoseconds` after zero.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  /// The moment `seconds` after zero, rounded to the nanosecond.
  public init(seconds: Double) { self.nanoseconds = Int64((seconds * 1e9).rounded()) }

  /// Seconds since zero.
  public var seconds: Double { Double(nanoseconds) / 1e9 }

  /// The same moment, for people: seconds with three decimals.
  public var description: String {
    let milliseconds = (nanoseconds + 500_000) / 1_000_000
    let fraction = String(abs(milliseconds % 1000))
    let sign = milliseconds < 0 ? "-" : ""
    return "\(sign)\(abs(milliseconds / 1000)).\(String(repeating: "0", count: 3 - fraction.count))\(fraction) s"
  }

  /// Earlier first.
  public static func < (one: Self, other: Self) -> Bool { one.nanoseconds < other.nanoseconds }

  /// Seconds from `other` to `one`.
  public static func - (one: Self, other: Self) -> Double { Double(one.nanoseconds - other.nanoseconds) / 1e9 }

  /// The moment `seconds` later.
  public func advanced(bySeconds seconds: Double) -> MonotonicTime {
    MonotonicTime(nanoseconds: nanoseconds + Int64((seconds * 1e9).rounded()))
  }
}
