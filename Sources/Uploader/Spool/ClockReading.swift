import CTimex
import Foundation

/// The clocks of this moment: what passages with a doubtful time are set right by.
public struct ClockReading: Sendable, Equatable {
  /// Wall clock, milliseconds since 1970.
  public var wallMs: Int64
  /// Seconds since boot, on the time base of live lanes (CLOCK_MONOTONIC).
  public var uptimeSeconds: Double
  /// The kernel's name for this boot; nil when it gives none.
  public var bootId: String?
  /// How sure the wall clock is.
  public var trust: ClockTrust

  /// A reading.
  public init(wallMs: Int64, uptimeSeconds: Double, bootId: String?, trust: ClockTrust) {
    self.wallMs = wallMs
    self.uptimeSeconds = uptimeSeconds
    self.bootId = bootId
    self.trust = trust
  }

  /// The kernel's name for this boot, the same for every process until the next one.
  public static let currentBootId: String? = {
    guard let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8) else { return nil }
    let name = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return name.isEmpty ? nil : name
  }()

  /// Whether the kernel says that its clock is synchronised; nil when it cannot be asked.
  public static var isKernelSynchronised: Bool? {
    switch ctimex_is_synchronised() {
    case 1: true
    case 0: false
    default: nil
    }
  }
}

/// What becomes of a passage that was recorded under a doubtful clock.
enum ClockSettlement: Equatable {
  /// Nobody knows better yet.
  case wait
  /// This is its second now, as sure as that.
  case settled(recDate: Int64, trust: ClockTrust)

  /// A passage waits at most so long for a clock; then it is sent with the time it has.
  static let patienceSeconds: Double = 86_400

  /// `previous`: the second of the last passage before it whose time was sure; nothing was recorded before that.
  static func judge(_ facts: PassageFacts, previous: Int64?, at now: ClockReading) -> ClockSettlement {
    let isThisBoot = facts.bootId != nil && facts.bootId == now.bootId
    // The boot that recorded it is over: its seconds cannot be counted back any more.
    let recorded = facts.recordedAtMs >= 0 ? facts.recordedAtMs / 1000 : 0
    let bounded = max(recorded, (previous ?? 0) + 1)
    guard now.trust == .guess else {
      guard isThisBoot else { return .settled(recDate: min(bounded, now.wallMs / 1000), trust: .guess) }
      let agoMs = Int64(max(0, now.uptimeSeconds - facts.from) * 1000)
      return .settled(recDate: max(0, now.wallMs - agoMs) / 1000, trust: now.trust)
    }
    let waited = isThisBoot ? now.uptimeSeconds - facts.from : now.uptimeSeconds
    return waited < patienceSeconds ? .wait : .settled(recDate: bounded, trust: .guess)
  }
}
