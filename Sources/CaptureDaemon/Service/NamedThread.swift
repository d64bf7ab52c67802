import Foundation

/// Starts a thread that `ps -L` and a debugger show by name, and lets a task wait for its end.
///
/// Whatever blocks or burns CPU runs on one of these and never on the cooperative pool (up to the passage threads,
/// from the passage on tasks).
struct NamedThread: Sendable {
  private let ending: Ending

  /// Runs `body` on a new thread called `name`, cut to the 15 characters that the kernel takes.
  init(_ name: String, body: @escaping @Sendable () -> Void) {
    let ending = Ending()
    self.ending = ending
    let thread = Thread {
      // The name reaches the kernel only when it is set from inside the thread.
      Thread.current.name = String(name.prefix(15))
      body()
      ending.reach()
    }
    thread.stackSize = 4 << 20
    thread.start()
  }

  /// Returns when the thread has ended.
  func join() async { await ending.wait() }

  /// Becomes true once; wakes all that wait.
  private final class Ending: Sendable {
    private let lock = NSLock()
    nonisolated(unsafe) private var isReached = false  // guarded by `lock`
    nonisolated(unsafe) private var waiting: [CheckedContinuation<Void, Never>] = []  // guarded by `lock`

    func reach() {
      let all = lock.withLock {
        unsafe isReached = true
        defer { unsafe waiting = [] }
        return unsafe waiting
      }
      for one in all { one.resume() }
    }

    func wait() async {
      await withCheckedContinuation { continuation in
        let isOver = lock.withLock {
          if unsafe !isReached { unsafe waiting.append(continuation) }
          return unsafe isReached
        }
        if isOver { continuation.resume() }
      }
    }
  }
}
