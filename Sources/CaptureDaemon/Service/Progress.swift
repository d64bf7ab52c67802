import Foundation

/// Who last got on with its work, and when: what feeds the watchdog.
///
/// A timer that feeds the watchdog proves that a timer runs. Each part that must not hang says `advance` when it has
/// finished a round, also an idle one; the watchdog is fed while every part has done so recently enough. A dead camera is
/// no reason to restart; a stuck lane is.
final class Progress: Sendable {
  /// A part of the daemon that must not hang.
  enum Part: String, CaseIterable, Sendable { case lane, pictures, delivery }

  private let lock = NSLock()
  nonisolated(unsafe) private var last: [Part: Double] = [:]  // guarded by `lock`

  /// `part` is watched from now on, and got on at `now` (monotonic seconds).
  func advance(_ part: Part, now: Double) { lock.withLock { unsafe last[part] = now } }

  /// `part` has ended as it should and is watched no longer.
  func end(_ part: Part) { lock.withLock { unsafe last[part] = nil } }

  /// The parts that have not got on for `seconds`, by name.
  func stuck(for seconds: Double, now: Double) -> [Part] {
    lock.withLock { unsafe last.filter { now - $0.value > seconds }.map(\.key) }.sorted { $0.rawValue < $1.rawValue }
  }
}
