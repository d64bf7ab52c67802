import Foundation

/// Tells the one who sleeps that there is work. Signals that come while nobody sleeps are remembered as one.
// @unchecked: both properties are only touched under the lock.
final class WakeSignal: @unchecked Sendable {
  private let lock = NSLock()
  private var isSet = false
  private var sleeper: CheckedContinuation<Void, Never>?

  func signal() {
    let sleeper = lock.withLock { () -> CheckedContinuation<Void, Never>? in
      isSet = self.sleeper == nil
      defer { self.sleeper = nil }
      return self.sleeper
    }
    sleeper?.resume()
  }

  /// Returns at the next signal, at once if there was one, or when the task is cancelled.
  func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let goesOn = lock.withLock { () -> Bool in
          if isSet || Task.isCancelled {
            isSet = false
            return true
          }
          sleeper = continuation
          return false
        }
        if goesOn { continuation.resume() }
      }
    } onCancel: {
      // A sleeper that is cancelled goes; the signal that it did not get is not kept.
      let sleeper = lock.withLock { () -> CheckedContinuation<Void, Never>? in
        defer { self.sleeper = nil }
        return self.sleeper
      }
      sleeper?.resume()
    }
  }

  /// Sleeps until a time, a signal or a cancellation.
  func wait(untilMs: Int64, clock: any DeliveryClock) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await clock.sleep(untilMs: untilMs) }
      group.addTask { await self.wait() }
      await group.next()
      group.cancelAll()
    }
  }
}
