import Synchronization

/// What the thread `grab-<camera>` does: source -> pool -> queue, and everything counted. It starts no thread itself.
///
/// Sendable: everything but the source is Sendable; the source is handed over to it for good, and only `run` touches it,
/// which one thread may call once.
public final class CameraGrabber: @unchecked Sendable {
  /// How a run came to its end.
  public enum Ending: Equatable, Sendable {
    /// Somebody set the stop flag or closed the queue.
    case stopped
    /// The source has no more frames: a recording that is played once.
    case endOfStream
    /// The source failed; the error was reported.
    case failed(CameraError)
  }

  /// What happens to frames when the queue is full.
  public enum QueuePolicy: Sendable {
    /// The oldest frame in the queue gives way and is counted as dropped for the lane.
    case oldestGivesWay
    /// The grabber waits: for recordings that must lose nothing.
    case wait
  }

  /// The camera whose frames it grabs.
  public let camera: CameraPosition

  private let source: any FrameSource
  private let pool: FramePool
  private let queue: FrameQueue
  private let counters: CameraCounters
  private let stop: StopFlag
  private let policy: QueuePolicy
  private let waitSeconds: Double
  private let report: @Sendable (CameraPosition, CameraError) -> Void
  private let hasRun = Atomic<Bool>(false)

  /// A grabber that looks at the stop flag at least every `waitSeconds`.
  ///
  /// `report` is called on the grabber's thread when the source fails.
  public init(
    source: sending any FrameSource, pool: FramePool, queue: FrameQueue, counters: CameraCounters, stop: StopFlag,
    policy: QueuePolicy = .oldestGivesWay, waitSeconds: Double = 0.25,
    report: @escaping @Sendable (CameraPosition, CameraError) -> Void
  ) {
    camera = source.camera
    self.source = source
    self.pool = pool
    self.queue = queue
    self.counters = counters
    self.stop = stop
    self.policy = policy
    self.waitSeconds = waitSeconds
    self.report = report
  }

  /// Grabs until stopped, until the source ends, or until it fails. The queue stays open: other cameras use it too.
  ///
  /// Once per grabber.
  public func run() -> Ending {
    let ranBefore = hasRun.exchange(true, ordering: .acquiringAndReleasing)
    precondition(!ranBefore, "a grabber runs once")
    var gaps = SequenceGaps()
    var rhythm = FrameRhythm()
    var openings = source.openings
    while !stop.isSet {
      let arrival: FrameArrival
      do {
        arrival = try source.next(into: pool, waitingAtMost: waitSeconds)
      } catch {
        counters.countError(of: camera)
        report(camera, error)
        return .failed(error)
      }
      switch arrival {
      case .nothing: continue
      case .endOfStream: return .endOfStream
      case .dropped(let reason):
        gaps.dropped(reason)
        counters.countDrop(of: camera, reason)
      case .frame(let frame):
        if source.openings != openings {
          openings = source.openings
          rhythm = FrameRhythm()
        }
        let skipped = rhythm.take(frame.time, sequence: frame.sequence)
        let missed = gaps.frame(frame.sequence)
        counters.countFrame(of: camera, at: frame.time, missed: missed, skipped: skipped)
        guard handOver(frame) else { return .stopped }
      }
    }
    return .stopped
  }

  /// False when there is nobody left to take frames.
  private func handOver(_ frame: Frame) -> Bool {
    if policy == .oldestGivesWay {
      switch queue.push(frame) {
      case .queued, .full: return true
      case .closed: return false
      case .queuedInstead(let oldest):
        counters.countDrop(of: oldest.camera, .lane)
        return true
      }
    }
    while !stop.isSet {
      switch queue.push(frame, waitingAtMost: waitSeconds) {
      case .full: continue
      case .closed: return false
      case .queued, .queuedInstead: return true
      }
    }
    return false
  }
}
