import Foundation
import Glibc

/// The `encode-n` threads: decoding and encoding of chosen frames, one picture per core, away from the cooperative pool.
///
/// They have what capture leaves over: pictures are made while the vehicle still drives, and no frame may be missed for one.
final class EncodePool: Sendable {
  private let jobs = JobQueue()
  private let threads: [NamedThread]

  /// One thread for each core.
  static var defaultThreads: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }
  /// Steps below the threads that capture: a tenth of their time where both want it.
  private static let niceness: Int32 = 10

  /// On Linux a priority belongs to a thread, and 0 is the calling one. Where it is refused all is as fast, and less sure.
  private static func giveWay() {
    let thread = __priority_which_t(PRIO_PROCESS.rawValue)
    _ = setpriority(thread, 0, getpriority(thread, 0) + niceness)
  }

  init(threads count: Int = EncodePool.defaultThreads) {
    threads = (0..<count).map { [jobs] index in
      NamedThread("encode-\(index)") {
        Self.giveWay()
        while let job = jobs.next() { job() }
      }
    }
  }

  /// Runs `job` on one of the threads and gives back what it made.
  func run<Value: Sendable>(_ job: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      let isQueued = jobs.append { continuation.resume(with: Result { try job() }) }
      if !isQueued { continuation.resume(throwing: CancellationError()) }
    }
  }

  /// Lets the threads finish what is queued, and end.
  func close() async {
    jobs.close()
    for thread in threads { await thread.join() }
  }

  /// What is still to do; a thread that finds nothing waits.
  private final class JobQueue: Sendable {
    private let condition = NSCondition()
    nonisolated(unsafe) private var jobs: [@Sendable () -> Void] = []  // guarded by `condition`
    nonisolated(unsafe) private var isClosed = false  // guarded by `condition`

    func append(_ job: @escaping @Sendable () -> Void) -> Bool {
      condition.lock()
      defer { condition.unlock() }
      guard unsafe !isClosed else { return false }
      unsafe jobs.append(job)
      condition.signal()
      return true
    }

    func next() -> (@Sendable () -> Void)? {
      condition.lock()
      defer { condition.unlock() }
      while unsafe jobs.isEmpty && !isClosed { condition.wait() }
      return unsafe jobs.isEmpty ? nil : jobs.removeFirst()
    }

    func close() {
      condition.lock()
      defer { condition.unlock() }
      unsafe isClosed = true
      condition.broadcast()
    }
  }
}
