import CameraIO
import FrameSelect
import Foundation

/// What the thread `lane` does while passages are recorded: it looks at the frames as `run` does, and hands on those that belong to
/// passages.
///
/// It waits where writing is slower, so that the lane sees exactly the frames that are recorded: what has no room is dropped
/// before both, in the queue of the cameras.
struct RecordingLane: Sendable {
  let configuration: LaneConfiguration
  let incoming: FrameQueue
  let outgoing: FrameQueue
  let end: RecordingEnd
  /// Hears of each vehicle that has left, with times since the recording's start.
  let tell: @Sendable (Passage) -> Void

  /// What it came to.
  struct Outcome: Sendable, Equatable {
    var passages = 0
    var dismissed = 0
    /// Dismissed beginnings that are in the recording nevertheless.
    var dismissedWritten = 0
    var isPreRollShortened = false
    var damaged: [CameraPosition: Int] = [:]
  }

  func run(_ cut: PassageCut) -> Outcome {
    var cut = cut
    let lane = Lane(configuration: configuration)
    while !incoming.isFinished {
      guard let frame = incoming.pop(waitingAtMost: 0.1), !cut.isOver else { continue }
      let events: [LaneEvent]
      do throws(LaneError) {
        events = try lane.ingest(frame)
      } catch {
        end.come(.failed("\(error)"))
        continue
      }
      for frame in cut.take(frame, events) { handOver(frame) }
      tell(events, since: cut.start)
      if cut.isOver { end.come(.complete) }
    }
    let events = lane.finish()
    cut.finish(events)
    tell(events, since: cut.start)
    outgoing.close()
    return Outcome(
      passages: cut.seen, dismissed: cut.dismissed.all, dismissedWritten: cut.dismissed.written,
      isPreRollShortened: cut.isPreRollShortened, damaged: lane.damagedFrames)
  }

  private func handOver(_ frame: Frame) {
    while case .full = outgoing.push(frame, waitingAtMost: 1) {}
  }

  private func tell(_ events: [LaneEvent], since start: MonotonicTime?) {
    guard let start else { return }
    for case .ended(let passage, _, _) in events { tell(passage.counted(from: start)) }
  }
}

extension Passage {
  /// The same passage on a time base whose zero is `start`.
  func counted(from start: MonotonicTime) -> Passage {
    Passage(
      number: number, from: MonotonicTime(nanoseconds: from.nanoseconds - start.nanoseconds),
      to: MonotonicTime(nanoseconds: to.nanoseconds - start.nanoseconds), direction: direction, trigger: trigger,
      plateArea: plateArea, cameras: cameras, absences: absences, evidence: evidence)
  }
}
