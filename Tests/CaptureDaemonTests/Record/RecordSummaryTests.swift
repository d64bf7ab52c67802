import CameraIO
import Testing

@testable import CaptureDaemon

@Suite("What a recording came to")
struct RecordSummaryTests {
  private func summary(
    _ reason: RecordingEnd.Reason, frames: Int = 10, lane: RecordingLane.Outcome? = nil,
    silentFor silence: Double = 0, ended: CameraGrabber.Ending = .stopped, dropped: [DropReason: UInt64] = [:]
  ) -> RecordSummary {
    var counts: [CameraPosition: CameraCounters.Counts] = [:]
    var files = RecordingThread.Outcome()
    if frames > 0 {
      for (position, last) in [(CameraPosition.backLeft, 100.0), (.roofLeft, 100 - silence)] {
        var one = CameraCounters.Counts()
        one.frames = UInt64(frames)
        one.lastFrameAt = MonotonicTime(seconds: last)
        one.dropped = dropped
        counts[position] = one
        files.tallies[position] = .init(
          file: "\(position.rawValue).mkv", frames: frames, bytes: 1000, first: 0, last: 12.34)
      }
    }
    return RecordSummary(
      request: .init(output: "/r", extent: .stretch(seconds: nil), cameras: [.roofLeft, .topLeft, .backLeft]),
      reason: reason, files: files, lane: lane, counts: counts, opened: [.roofLeft, .backLeft],
      ended: [.roofLeft: ended, .backLeft: .stopped])
  }

  @Test("Asked for and stopped are fine; what ended too soon is 74 and one line that says what is left")
  func complaints() {
    for reason in [RecordingEnd.Reason.complete, .stopped, .camerasEnded] {
      #expect(summary(reason).complaint == nil, "\(reason)")
    }
    let table: [(RecordSummary, String)] = [
      (summary(.full(.budget)), "/r: the budget of 20 GiB is used up; what is recorded up to then, 12.3 s, is whole"),
      (summary(.full(.freeSpace)), "/r: its disk has no more room but what must stay free; what is recorded"),
      (summary(.failed("/r/a.mkv: writing failed (x)")), "/r/a.mkv: writing failed (x); what is recorded up to then"),
      (summary(.full(.budget), frames: 0), "/r: the budget of 20 GiB is used up; nothing was recorded"),
      (summary(.noPicture, frames: 0), "/r: nothing was recorded: no camera delivered a picture"),
      (summary(.camerasEnded, frames: 0), "/r: nothing was recorded: no camera delivered a picture"),
    ]
    for (summary, text) in table {
      #expect(summary.complaint?.status == .inputOutput)
      #expect(summary.complaint?.text.hasPrefix(text) == true, "\(summary.complaint?.text ?? "nothing")")
    }
    #expect(summary(.stopped, frames: 0).complaint == nil)
  }

  @Test("A camera that is silent at the end is told, one that ended was told already, one without a picture is told")
  func silentCameras() {
    #expect(summary(.complete).remarks.isEmpty)
    #expect(summary(.complete, silentFor: 1.9).remarks.isEmpty)
    #expect(summary(.complete, silentFor: 5, ended: .endOfStream).remarks.isEmpty)
    #expect(
      summary(.complete, silentFor: 5).remarks == [
        "roofLeft: delivers nothing; its last picture came 5 s before the end"
      ])
    #expect(
      summary(.stopped, frames: 0).remarks == [
        "backLeft: no picture came; it is not in the recording",
        "roofLeft: no picture came; it is not in the recording",
      ])
  }

  @Test("What was dropped is told with its reason, what the lane had to leave undecided, too")
  func remarks() {
    let lane = RecordingLane.Outcome(
      passages: 1, dismissed: 3, dismissedWritten: 2, isPreRollShortened: true, damaged: [.roofLeft: 4])
    let lines = summary(.complete, lane: lane, dropped: [.pool: 2, .lane: 1]).remarks
    #expect(
      lines == [
        "backLeft: 3 pictures were dropped (1 because looking or writing was too slow, 2 for want of memory, see capture.memory)",
        "roofLeft: 3 pictures were dropped (1 because looking or writing was too slow, 2 for want of memory, see capture.memory)",
        "roofLeft: 4 pictures could not be read by the lane",
        "the pre-roll was shortened: it did not fit into half of capture.memory",
        "2 beginnings that were no vehicles are recorded: they did not fit into half of capture.memory",
      ])
  }

  @Test("The summary names every camera that was wanted, also one that did not open")
  func summaryLine() {
    let text = summary(.full(.freeSpace)).line.text
    #expect(
      text.hasPrefix(#"{"event":"summary","ended":"freeSpace","frames":20,"missed":0,"dropped":0,"passages":null"#))
    #expect(text.contains(#""topLeft":{"file":null,"frames":0"#))
    #expect(text.contains(#""roofLeft":{"file":"roofLeft.mkv","frames":10"#))
  }
}
