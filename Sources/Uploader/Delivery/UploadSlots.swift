import Foundation

/// How many images may be on the line at once: those that are announced ahead wait here for their turn, so that a connection that has become free
/// never waits for an announcement.
// @unchecked: everything is only touched under the lock.
final class UploadSlots: @unchecked Sendable {
  private let lock = NSLock()
  private var free: Int
  private var isClosed = false
  private var waiting: [CheckedContinuation<Bool, Never>] = []

  init(_ count: Int) { free = count }

  /// Waits for a slot; false when none will be given any more.
  func take() async -> Bool {
    await withCheckedContinuation { continuation in
      let answer = lock.withLock { () -> Bool? in
        if isClosed { return false }
        if free > 0 {
          free -= 1
          return true
        }
        waiting.append(continuation)
        return nil
      }
      if let answer { continuation.resume(returning: answer) }
    }
  }

  /// Gives one back: whoever waits longest has it.
  func give() {
    let next = lock.withLock { () -> CheckedContinuation<Bool, Never>? in
      if !waiting.isEmpty { return waiting.removeFirst() }
      free += 1
      return nil
    }
    next?.resume(returning: true)
  }

  /// Nobody who waits gets one any more, nor anybody who asks.
  func close() {
    let turnedAway = lock.withLock { () -> [CheckedContinuation<Bool, Never>] in
      isClosed = true
      defer { waiting = [] }
      return waiting
    }
    for continuation in turnedAway { continuation.resume(returning: false) }
  }
}
