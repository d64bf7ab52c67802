import Foundation

/// The one thread that may wait for the disk: SQLite and fsync run here, never on the tasks' own threads.
// @unchecked: `jobs` and `isStopped` are only touched under `condition`.
final class DiskThread: SerialExecutor, @unchecked Sendable {
  private let condition = NSCondition()
  private var jobs: [UnownedJob] = []
  private var isStopped = false

  init(name: String = "disk") {
    let thread = Thread {
      Self.nameCurrentThread(name)
      while self.runSome() {}
    }
    thread.stackSize = 4 << 20
    thread.start()
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    condition.withLock {
      jobs.append(job)
      condition.signal()
    }
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor { unsafe UnownedSerialExecutor(ordinary: self) }

  /// Ends the thread once its last job is done; called by the actor that lives on it, when it goes.
  func stop() {
    condition.withLock {
      isStopped = true
      condition.signal()
    }
  }

  private func runSome() -> Bool {
    condition.lock()
    while jobs.isEmpty && !isStopped { condition.wait() }
    let batch = jobs
    jobs.removeAll(keepingCapacity: true)
    condition.unlock()
    for job in batch { unsafe job.runSynchronously(on: asUnownedSerialExecutor()) }
    return !batch.isEmpty
  }

  /// A name reaches the kernel only from inside the thread, and `Thread.name` not even then while `start` is still returning.
  private static func nameCurrentThread(_ name: String) {
    let descriptor = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    let bytes = Array(name.utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    _ = close(descriptor)
  }
}
