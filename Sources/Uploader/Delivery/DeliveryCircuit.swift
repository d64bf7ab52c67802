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

/// Which image set of the cloud is the one whose creation is in doubt. CONTRACT.md section 5.
enum Reconciliation: Equatable {
  /// None: it was never made, or is not listed yet.
  case none
  /// This one.
  case found(String)
  /// Several fit: the one to take, and all of them.
  case several(String, all: [String])

  /// Judges a whole listing. `owned`: image sets of other passages of ours.
  static func judge(_ listed: [RemoteImageSet], for new: NewImageSet, owned: Set<String>) -> Reconciliation {
    let fitting = listed.filter { set in
      set.recDate == new.recDate
        && (set.originId == nil || set.originId == new.deviceSetId)
        && (set.prefixedPlate == nil || new.plate == nil || set.prefixedPlate == new.plate?.prefixed)
        && !owned.contains(set.id)
    }
    // One with images, else the oldest; ids decide between twins so that two looks come to the same end.
    let ranked = fitting.sorted { one, other in
      let first = (one.hasImages == true ? 0 : 1, one.createdAt ?? .max, one.id)
      return first < (other.hasImages == true ? 0 : 1, other.createdAt ?? .max, other.id)
    }
    guard let best = ranked.first else { return .none }
    return ranked.count == 1 ? .found(best.id) : .several(best.id, all: ranked.map(\.id))
  }
}
