import Foundation

/// The clock delivery lives by; tests and simulations bring their own.
public protocol DeliveryClock: Sendable {
  /// Milliseconds since 1970. Never steps while the process runs: it is the wall clock of the start, carried on by a clock that
  /// counts through suspension, so that setting the time neither stalls nor bursts anything.
  func nowMs() -> Int64
  /// The wall clock as it stands now, milliseconds since 1970; may step. For the hours of the day alone.
  func wallMs() -> Int64
  /// Returns at that time, or at once when the task is cancelled.
  func sleep(untilMs: Int64) async
}

extension DeliveryClock {
  /// A clock that never steps is its own wall clock.
  public func wallMs() -> Int64 { nowMs() }
}

/// The real clock.
public struct SteadyClock: DeliveryClock {
  private let startMs: Int64
  private let start: ContinuousClock.Instant

  /// Begins to count now.
  public init() {
    startMs = Int64(Date().timeIntervalSince1970 * 1000)
    start = ContinuousClock.now
  }

  /// See `DeliveryClock`.
  public func nowMs() -> Int64 {
    let passed = (ContinuousClock.now - start).components
    return startMs + passed.seconds * 1000 + passed.attoseconds / 1_000_000_000_000_000
  }

  /// See `DeliveryClock`.
  public func wallMs() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

  /// See `DeliveryClock`.
  public func sleep(untilMs: Int64) async {
    do {
      try await Task.sleep(for: .milliseconds(max(0, untilMs - nowMs())))
    } catch {
      // Cancelled: whoever cancelled wants us back now.
    }
  }
}
