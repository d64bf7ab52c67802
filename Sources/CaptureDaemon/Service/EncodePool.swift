import CameraIO
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

  /// Jobs that nobody has begun and that go before a new one or with it: drafts are in nobody's way but each other's.
  func waiting(isDraft: Bool) -> Int { jobs.count(withDrafts: isDraft) }

  /// Runs `job` on one of the threads and gives back what it made; one that `isDraft` when there is nothing else to do. Throws
  /// `CancellationError` for a job that was cancelled before a thread had come to it.
  func run<Value: Sendable>(isDraft: Bool = false, _ job: @escaping @Sendable () throws -> Value) async throws -> Value
  {
    let isCancelled = StopFlag()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isQueued = jobs.append(isDraft: isDraft) {
          continuation.resume(
            with: Result {
              if isCancelled.isSet { throw CancellationError() }
              return try job()
            })
        }
        if !isQueued { continuation.resume(throwing: CancellationError()) }
      }
    } onCancel: {
      isCancelled.set()
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
    nonisolated(unsafe) private var drafts: [@Sendable () -> Void] = []  // guarded by `condition`
    nonisolated(unsafe) private var isClosed = false  // guarded by `condition`

    func count(withDrafts: Bool) -> Int {
      condition.lock()
      defer { condition.unlock() }
      return unsafe jobs.count + (withDrafts ? drafts.count : 0)
    }

    func append(isDraft: Bool, _ job: @escaping @Sendable () -> Void) -> Bool {
      condition.lock()
      defer { condition.unlock() }
      guard unsafe !isClosed else { return false }
      if isDraft { unsafe drafts.append(job) } else { unsafe jobs.append(job) }
      condition.signal()
      return true
    }

    func next() -> (@Sendable () -> Void)? {
      condition.lock()
      defer { condition.unlock() }
      while unsafe jobs.isEmpty && drafts.isEmpty && !isClosed { condition.wait() }
      if unsafe !jobs.isEmpty { return unsafe jobs.removeFirst() }
      return unsafe drafts.isEmpty ? nil : drafts.removeFirst()
    }

    func close() {
      condition.lock()
      defer { condition.unlock() }
      unsafe isClosed = true
      condition.broadcast()
    }
  }
}
