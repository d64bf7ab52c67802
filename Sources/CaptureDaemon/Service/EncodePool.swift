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

  /// What perhaps nobody wants: it is made when there is nothing else to do, or in its turn once somebody does.
  final class Draft: Sendable {
    fileprivate let wanted = StopFlag()
    /// Whether somebody wants it.
    var isWanted: Bool { wanted.isSet }
  }

  /// Jobs that nobody has begun and that go before a new one or with it: drafts are in nobody's way but each other's.
  func waiting(isDraft: Bool) -> Int { jobs.count(withDrafts: isDraft) }

  /// Somebody wants a draft: what waits for its turn by now goes before it, and nothing else.
  func want(_ draft: Draft) { jobs.promote(draft) }

  /// Runs `job` on one of the threads and gives back what it made; a draft when there is nothing else to do. Throws `CancellationError` for a
  /// job that was cancelled before a thread had come to it.
  func run<Value: Sendable>(as draft: Draft? = nil, _ job: @escaping @Sendable () throws -> Value) async throws -> Value
  {
    let isCancelled = StopFlag()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isQueued = jobs.append(draft) {
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
    nonisolated(unsafe) private var drafts: [(draft: Draft, job: @Sendable () -> Void)] = []  // guarded by `condition`
    nonisolated(unsafe) private var isClosed = false  // guarded by `condition`

    func count(withDrafts: Bool) -> Int {
      condition.lock()
      defer { condition.unlock() }
      return unsafe jobs.count + (withDrafts ? drafts.count : 0)
    }

    func append(_ draft: Draft?, _ job: @escaping @Sendable () -> Void) -> Bool {
      condition.lock()
      defer { condition.unlock() }
      guard unsafe !isClosed else { return false }
      if let draft, !draft.isWanted { unsafe drafts.append((draft, job)) } else { unsafe jobs.append(job) }
      condition.signal()
      return true
    }

    func promote(_ draft: Draft) {
      condition.lock()
      defer { condition.unlock() }
      // One that is not here yet, or was begun, needs no more than that.
      draft.wanted.set()
      guard let index = unsafe drafts.firstIndex(where: { $0.draft === draft }) else { return }
      unsafe jobs.append(drafts.remove(at: index).job)
    }

    func next() -> (@Sendable () -> Void)? {
      condition.lock()
      defer { condition.unlock() }
      while unsafe jobs.isEmpty && drafts.isEmpty && !isClosed { condition.wait() }
      if unsafe !jobs.isEmpty { return unsafe jobs.removeFirst() }
      return unsafe drafts.isEmpty ? nil : drafts.removeFirst().job
    }

    func close() {
      condition.lock()
      defer { condition.unlock() }
      unsafe isClosed = true
      condition.broadcast()
    }
  }
}
