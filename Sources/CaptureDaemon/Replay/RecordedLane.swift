import ArgumentParser
import CameraIO
import FrameSelect
import Foundation

/// How fast a recording is replayed; the events are the same.
enum ReplaySpeed: String, Sendable, ExpressibleByArgument, CaseIterable {
  /// As fast as the machine goes.
  case max
  /// Every frame at its own time.
  case realtime
}

/// A recording on its way through the lane, on a thread of its own: frames in their order, events as they come.
///
/// Nothing is dropped for want of speed. Where pictures take longer than frames the lane waits, so that the frames of at most
/// two passages are held for encoding.
struct RecordedLane: Sendable {
  let recording: Recording
  let configuration: LaneConfiguration
  let pool: FramePool
  let speed: ReplaySpeed

  /// What the lane took in.
  struct Totals: Sendable, Equatable {
    var frames = 0
    var dropped = 0
    /// Length of the recording as far as it could be read.
    var lastTime = MonotonicTime(nanoseconds: 0)
    /// One line for each camera whose file is not whole.
    var complaints: [String] = []
  }

  /// Events that were told and not dealt with yet.
  private static let eventsInFlight = 2

  /// Runs the recording to its end; `body` sees the events one after the other.
  func run(_ body: (LaneEvent) async throws -> Void) async throws -> Totals {
    let credit = Credit(Self.eventsInFlight)
    let outcome = Outcome()
    let (events, continuation) = AsyncStream.makeStream(of: LaneEvent.self)
    let thread = NamedThread("lane") {
      outcome.set(
        Result {
          try drive { event in
            credit.take()
            continuation.yield(event)
          }
        })
      continuation.finish()
    }
    do {
      for await event in events {
        try await body(event)
        credit.give()
      }
    } catch {
      credit.giveUp()
      await thread.join()
      throw error
    }
    await thread.join()
    return try outcome.get()
  }

  /// On the thread `lane`.
  private func drive(_ tell: (LaneEvent) -> Void) throws -> Totals {
    let lane = Lane(configuration: configuration)
    let merge = FrameMerge(try recording.cameras.map { try recording.source(of: $0) })
    var totals = Totals()
    var damaged: [CameraPosition: Int] = [:]
    let start = SuspendingClock.now
    let progress = ProgressLine((recording.path as NSString).lastPathComponent)
    defer { progress?.clear() }
    while true {
      switch try merge.next(into: pool, waitingAtMost: Self.patienceSeconds) {
      case .frame(let frame):
        totals.frames += 1
        totals.lastTime = max(totals.lastTime, frame.time)
        progress?.show(totals.lastTime.seconds, of: recording.statedSeconds, unit: "s")
        if speed == .realtime {
          let ahead = frame.time.seconds - (SuspendingClock.now - start) / .seconds(1)
          if ahead > 0 { Thread.sleep(forTimeInterval: ahead) }
        }
        for event in try lane.ingest(frame) { tell(event) }
      case .dropped(let camera, _):
        damaged[camera, default: 0] += 1
      case .cameraEnded(let camera, let damage):
        if !damage.isNone { totals.complaints.append(Self.complaint(about: camera, damage)) }
      case .nothing:
        throw Complaint(
          .configuration,
          "\(recording.path): \(pool.byteBudget >> 20) MiB of frames stay in use; raise capture.memory")
      case .endOfStream:
        for event in lane.finish() { tell(event) }
        damaged.merge(lane.damagedFrames, uniquingKeysWith: +)
        totals.dropped = damaged.values.reduce(0, +)
        for (camera, count) in damaged.sorted(by: { $0.key < $1.key }) {
          totals.complaints.append("\(camera.rawValue): damaged frames left out: \(count)")
        }
        return totals
      }
    }
  }

  /// How long memory may be short before it is clear that it stays so. Encoding two passages takes far less.
  private static let patienceSeconds = 120.0

  private static func complaint(about camera: CameraPosition, _ damage: RecordingDamage) -> String {
    let what = damage.isCutOff ? "is cut off" : "is damaged"
    let skipped = damage.framesSkipped > 0 ? ", \(damage.framesSkipped) frames skipped" : ""
    let reason = damage.reason.map { " (\($0))" } ?? ""
    return "\(camera.rawValue): the recording \(what)\(skipped)\(reason); replayed what there is"
  }

  /// Lets the lane run ahead of the pictures by so many events and no more.
  private final class Credit: Sendable {
    private let condition = NSCondition()
    nonisolated(unsafe) private var left: Int  // guarded by `condition`
    nonisolated(unsafe) private var isGivenUp = false  // guarded by `condition`

    init(_ count: Int) { unsafe left = count }

    func take() {
      condition.lock()
      defer { condition.unlock() }
      while unsafe left == 0 && !isGivenUp { condition.wait() }
      unsafe left -= 1
    }

    func give() {
      condition.lock()
      defer { condition.unlock() }
      unsafe left += 1
      condition.signal()
    }

    /// Nobody deals with events any more: the lane runs to its end unheard.
    func giveUp() {
      condition.lock()
      defer { condition.unlock() }
      unsafe left = .max / 2
      unsafe isGivenUp = true
      condition.broadcast()
    }
  }

  /// What the thread came to, read after it was joined.
  private final class Outcome: Sendable {
    private let lock = NSLock()
    nonisolated(unsafe) private var result: Result<Totals, any Error>?  // guarded by `lock`

    func set(_ result: Result<Totals, any Error>) { lock.withLock { unsafe self.result = result } }

    func get() throws -> Totals {
      guard let result = lock.withLock({ unsafe result }) else { throw CancellationError() }
      return try result.get()
    }
  }
}
