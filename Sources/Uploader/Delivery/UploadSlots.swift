import Foundation

/// How many images may be on the line at once: those that are announced ahead wait here for their turn, so that a connection that has become free
/// never waits for an announcement.
// @unchecked: everything is only touched under the lock.
final class UploadSlots: @unchecked Sendable {
  private let lock = NSLock()
  private var free: Int
  /// Slots that come once one was given back.
  private var heldBack: Int
  private var isClosed = false
  private var waiting: [CheckedContinuation<Bool, Never>] = []

  /// `beginningWith`: no more than that before the first is given back, so that the first image does not share the line with all.
  init(_ count: Int, beginningWith first: Int) {
    free = min(first, count)
    heldBack = count - min(first, count)
  }

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
    let next = lock.withLock { () -> [CheckedContinuation<Bool, Never>] in
      free += 1 + heldBack
      heldBack = 0
      let count = min(free, waiting.count)
      free -= count
      defer { waiting.removeFirst(count) }
      return Array(waiting.prefix(count))
    }
    for continuation in next { continuation.resume(returning: true) }
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
