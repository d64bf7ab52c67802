import CameraIO
import Foundation

/// What the thread `record` does: frames out of a queue into the files, until the queue is over.
///
/// A disk that takes its time holds up this thread at most. Frames wait in the queue meanwhile, and what does not fit there is
/// counted as dropped. After the end of the room or an error of the disk the queue is emptied and nothing more is written.
struct RecordingThread: Sendable {
  /// What it came to.
  struct Outcome: Sendable {
    var tallies: [CameraPosition: RecordedFiles.Tally] = [:]
    var byteCount = 0
    var start: MonotonicTime?
  }

  let queue: FrameQueue
  /// Which frames are written; nil: all that come.
  let stretch: StretchCut?
  let end: RecordingEnd
  /// Hears how many seconds are recorded.
  let progress: @Sendable (Double) -> Void

  /// Without a single picture a recording of a stretch waits this long at least: cameras take seconds to start.
  private static let leastPatienceSeconds = 10.0

  func run(_ files: RecordedFiles) -> Outcome {
    var stretch = stretch
    let begun = MonotonicClock.now
    while !queue.isFinished {
      let frame = queue.pop(waitingAtMost: 0.1)
      let now = MonotonicClock.now
      if end.reason == nil || end.reason?.isWriting == true {
        do {
          if let frame, stretch?.takes(frame.camera, at: frame.time) ?? true { try files.write(frame, now: now) }
        } catch {
          end.come(Self.reason(error))
        }
        if let frame, let start = files.start { progress(frame.time - start) }
      }
      if let cut = stretch, end.reason == nil {
        if cut.isOver(now: now) { end.come(.complete) }
        if cut.start == nil, let seconds = cut.seconds, now - begun >= max(seconds, Self.leastPatienceSeconds) {
          end.come(.noPicture)
        }
      }
    }
    do {
      try files.finish()
    } catch {
      end.come(Self.reason(error))
    }
    return Outcome(tallies: files.tallies, byteCount: files.byteCount, start: files.start)
  }

  private static func reason(_ error: any Error) -> RecordingEnd.Reason {
    if case .full(let limit) = error as? RecordedFiles.Full { return .full(limit) }
    return .failed(Complaint(about: error).text)
  }
}
