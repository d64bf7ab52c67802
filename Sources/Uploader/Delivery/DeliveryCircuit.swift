/// Keeps ten thousand waiting passages from making ten thousand requests to a host that does not answer: after a few failures in a
/// row one probe at a time goes out, with growing pauses.
struct DeliveryCircuit: Sendable {
  private let threshold: Int
  private let retry: RetryPolicy
  private(set) var failures = 0
  private(set) var probes = 0
  private(set) var reason = ""
  private(set) var probeAtMs: Int64 = 0

  init(threshold: Int, retry: RetryPolicy) {
    self.threshold = max(1, threshold)
    self.retry = retry
  }

  /// True while only probes may go out.
  var isOpen: Bool { failures >= threshold }

  /// A failure; true when it opened the circuit.
  mutating func failed(_ reason: String, at nowMs: Int64, using random: inout some RandomNumberGenerator) -> Bool {
    let wasOpen = isOpen
    failures += 1
    self.reason = reason
    guard isOpen else { return false }
    if wasOpen { probes += 1 }
    let delay = retry.delaySeconds(afterFailures: failures - threshold + 1, using: &random)
    probeAtMs = nowMs + Int64(delay * 1000)
    return !wasOpen
  }

  /// An answer, whatever it said; true when it closed the circuit.
  mutating func answered() -> Bool {
    let wasOpen = isOpen
    failures = 0
    probes = 0
    return wasOpen
  }
}
