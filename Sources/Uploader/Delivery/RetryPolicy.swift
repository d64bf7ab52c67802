/// How long to wait before the next attempt: full jitter under a ceiling that doubles, so that a thousand waiting
/// items do not come back together.
public struct RetryPolicy: Sendable, Equatable {
  /// The ceiling of the first wait, in seconds.
  public var baseSeconds: Double
  /// The highest ceiling, in seconds.
  public var capSeconds: Double
  /// What is made of the cloud's own wishes.
  public var retryAfterSeconds: ClosedRange<Double>

  /// A policy; the defaults are 2 s, 15 min, and 1 s to 15 min.
  public init(baseSeconds: Double = 2, capSeconds: Double = 900, retryAfterSeconds: ClosedRange<Double> = 1...900) {
    self.baseSeconds = baseSeconds
    self.capSeconds = capSeconds
    self.retryAfterSeconds = retryAfterSeconds
  }

  /// The highest wait after `failures` (1, 2, ...) failed attempts.
  public func ceilingSeconds(afterFailures failures: Int) -> Double {
    var ceiling = baseSeconds
    for _ in 1..<max(1, min(failures, 64)) { ceiling = min(capSeconds, ceiling * 2) }
    return min(capSeconds, ceiling)
  }

  /// The wait after `failures` failed attempts: anything up to the ceiling, but never earlier than the cloud asked
  /// (clamped).
  public func delaySeconds(
    afterFailures failures: Int, retryAfter: Double? = nil, using random: inout some RandomNumberGenerator
  ) -> Double {
    // Our own fraction of 53 bits: the standard one asks again for some numbers, for ever where a generator repeats them.
    let fraction = Double(random.next() >> 11) * 0x1p-53
    let jitter = fraction * ceilingSeconds(afterFailures: failures)
    guard let retryAfter, !retryAfter.isNaN else { return jitter }
    let asked = min(max(retryAfter, retryAfterSeconds.lowerBound), retryAfterSeconds.upperBound)
    return max(asked, jitter)
  }
}
