import Foundation

/// Who last got on with its work, and when: what feeds the watchdog.
///
/// A timer that feeds the watchdog proves that a timer runs. Each part that must not hang says `advance` when it has
/// finished a round, and `end` when it has nothing to do; one that does several things at once says `begin` and `finish` of each. The watchdog is fed while no part is overdue. A dead camera is
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
  nonisolated(unsafe) private var underWay: [Part: [Double]] = [:]  // guarded by `lock`

  /// `part` is watched from now on, and got on at `now` (monotonic seconds).
  func advance(_ part: Part, now: Double) { lock.withLock { unsafe last[part] = now } }

  /// `part` has ended as it should and is watched no longer.
  func end(_ part: Part) { lock.withLock { unsafe last[part] = nil } }

  /// `part` has begun with one of several things at `now`; each is watched for itself.
  func begin(_ part: Part, now: Double) { lock.withLock { unsafe underWay[part, default: []].append(now) } }

  /// `part` has finished the one that it began with at `begun`.
  func finish(_ part: Part, begun: Double) {
    lock.withLock {
      guard let index = unsafe underWay[part]?.firstIndex(of: begun) else { return }
      _ = unsafe underWay[part]?.remove(at: index)
    }
  }

  /// The parts that have not got on for longer than they may, by name.
  func stuck(now: Double) -> [Part] {
    let signs = lock.withLock {
      let begun = unsafe underWay.compactMapValues { $0.min() }
      return unsafe last.merging(begun) { min($0, $1) }
    }
    return signs.filter { now - $0.value > $0.key.patienceSeconds }.map(\.key).sorted { $0.rawValue < $1.rawValue }
  }
}
