/// Makes the driver's count, which has 32 bits, wraps and starts anew with every stream, one that only grows.
struct SequenceCount: Equatable {
  /// What a number of the driver means.
  enum Step: Equatable {
    /// The next one, or one after a gap.
    case number(UInt64)
    /// It was overtaken by a later one: the driver completed its buffers out of order.
    case late
  }

  /// The number after the newest.
  private(set) var next: UInt64
  private var newest: UInt32?

  /// How far back a number may lie to count as overtaken; what lies farther back is a driver that began to count anew.
  static let reach: UInt32 = 64

  /// The first number, whatever the driver begins with, becomes `first`.
  init(first: UInt64 = 0) { next = first }

  /// The next number of the driver's.
  mutating func take(_ number: UInt32) -> Step {
    var step: UInt64 = 1
    if let newest {
      let forward = number &- newest
      // A driver that never counts gives the same number again and again; that is no gap and nothing overtaken.
      if forward > 0, newest &- number < Self.reach { return .late }
      // Half the circle decides: a driver that began anew is no leap of thousands of millions.
      if (1...UInt32.max / 2).contains(forward) { step = UInt64(forward) }
    }
    newest = number
    next += step
    return .number(next - 1)
  }

  /// The newest number was none of a picture: the next one follows the one before.
  mutating func takeBack() { next -= 1 }
}
