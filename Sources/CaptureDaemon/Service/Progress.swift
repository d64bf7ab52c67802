import Foundation

/// Who last got on with its work, and when: what feeds the watchdog.
///
/// A timer that feeds the watchdog proves that a timer runs. Each part that must not hang says `advance` when it has
/// finished a round, and `end` when it has nothing to do; one that does several things at once says `begin` and `finish` of each, and `getOn` when
/// any of them came nearer to its end. The watchdog is fed while no part is overdue. A dead camera is no reason to restart; a stuck lane is.
final class Progress: Sendable {
  /// A part of the daemon that must not hang.
  enum Part: String, CaseIterable, Sendable {
    case lane, pictures, delivery

    /// After so many seconds without a sign of life it is stuck: longer than its longest single step may take on slow hardware.
    var patienceSeconds: Double {
      switch self {
      // A frame is looked at in milliseconds.
      case .lane: 20
      // A group of pictures, encoded and synced to a slow disk. A whole passage may take longer where several queue for a slow processor: ended
      // then, their pictures would be lost.
      case .pictures: 180
      // One exchange with the cloud, whose own deadline is 300 s for an upload.
      case .delivery: 600
      }
    }
  }

  private let lock = NSLock()
  nonisolated(unsafe) private var last: [Part: Double] = [:]  // guarded by `lock`
  nonisolated(unsafe) private var underWay: [Part: [Double]] = [:]  // guarded by `lock`
  nonisolated(unsafe) private var gotOn: [Part: Double] = [:]  // guarded by `lock`

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

  /// So many times its patience `part` waits for one of several things while others get on: what hangs is found, only later.
  private static let longestWait = 10.0

  /// One of the things that `part` does at once came nearer to its end at `now`; the others may be waiting for it.
  func getOn(_ part: Part, now: Double) { lock.withLock { unsafe gotOn[part] = now } }

  /// The parts that have not got on for longer than they may, by name.
  func stuck(now: Double) -> [Part] {
    let signs = lock.withLock {
      var begun: [Part: Double] = [:]
      for (part, times) in unsafe underWay {
        guard let first = times.min() else { continue }
        let excused = first + (Self.longestWait - 1) * part.patienceSeconds
        begun[part] = unsafe max(first, min(gotOn[part] ?? first, excused))
      }
      return unsafe last.merging(begun) { min($0, $1) }
    }
    return signs.filter { now - $0.value > $0.key.patienceSeconds }.map(\.key).sorted { $0.rawValue < $1.rawValue }
  }
}
