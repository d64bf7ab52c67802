import Foundation

/// Who last got on with its work, and when: what feeds the watchdog.
///
/// A timer that feeds the watchdog proves that a timer runs. Each part that must not hang says `advance` when it has
/// finished a round, and `end` when it has nothing to do; the watchdog is fed while no part is overdue. A dead camera is
/// no reason to restart; a stuck lane is.
final class Progress: Sendable {
  /// A part of the daemon that must not hang.
  enum Part: String, CaseIterable, Sendable {
    case lane, pictures, delivery

    /// After so many seconds without a sign of life it is stuck: longer than its longest single step may take on slow hardware.
    var patienceSeconds: Double {
      switch self {
      // A frame is looked at in milliseconds.
      case .lane: 20
      // The pictures of one passage, encoded and synced to a slow disk.
      case .pictures: 180
      // One exchange with the cloud, whose own deadline is 300 s for an upload.
      case .delivery: 600
      }
    }
  }

  private let lock = NSLock()
  nonisolated(unsafe) private var last: [Part: Double] = [:]  // guarded by `lock`

  /// `part` is watched from now on, and got on at `now` (monotonic seconds).
  func advance(_ part: Part, now: Double) { lock.withLock { unsafe last[part] = now } }

  /// `part` has ended as it should and is watched no longer.
  func end(_ part: Part) { lock.withLock { unsafe last[part] = nil } }

  /// The parts that have not got on for longer than they may, by name.
  func stuck(now: Double) -> [Part] {
    lock.withLock { unsafe last.filter { now - $0.value > $0.key.patienceSeconds }.map(\.key) }
      .sorted { $0.rawValue < $1.rawValue }
  }
}
