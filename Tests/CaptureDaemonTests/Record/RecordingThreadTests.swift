import CameraIO
import Foundation
import TestSupport
import Testing

@testable import CaptureDaemon

@Suite("The thread that writes a recording")
struct RecordingThreadTests {
  private let directory: TemporaryDirectory
  private let folder: RecordingFolder
  private let frames = RecordFrames()
  private let queue = FrameQueue(capacity: 100)
  private let stop = StopFlag()

  init() throws {
    directory = try TemporaryDirectory()
    folder = try RecordingFolder(making: directory.file("r"))
  }

  private func outcome(_ stretch: StretchCut?, budget: Int = 1 << 30) -> (RecordingThread.Outcome, RecordingEnd) {
    let end = RecordingEnd(stopping: stop)
    queue.close()
    let sync = RecordingSync(
      folder, .init(cameras: [:], nominalRates: [:], captureSet: .init(), wallMilliseconds: { _ in 0 }))
    let files = RecordedFiles(
      sync, room: RecordingRoom(budget: budget, reserve: 0), freeBytes: { nil }, say: { _ in })
    let thread = RecordingThread(queue: queue, stretch: stretch, end: end, progress: { _ in })
    return (thread.run(files), end)
  }

  @Test("What is queued when the end has come is still written, up to the end of the stretch")
  func writesWhatWaits() throws {
    for tenth in 0..<30 { _ = queue.push(try frames.frame(at: Double(tenth) / 10, width: 16, height: 16)) }
    let (outcome, end) = outcome(StretchCut(seconds: 2, cameras: [.roofLeft]))
    #expect(outcome.tallies[.roofLeft]?.frames == 20)
    #expect(outcome.tallies[.roofLeft]?.last == 1.9)
    #expect(end.reason == .complete && stop.isSet)
  }

  @Test("When the room is used up the queue is emptied, so that nobody waits, and the files are finished")
  func emptiesTheQueue() throws {
    for tenth in 0..<30 { _ = queue.push(try frames.frame(at: Double(tenth) / 10, width: 64, height: 64)) }
    let (outcome, end) = outcome(nil, budget: 60_000)
    #expect(end.reason == .full(.budget) && stop.isSet)
    #expect(queue.isFinished)
    #expect((3..<15).contains(outcome.tallies[.roofLeft]?.frames ?? 0))
    #expect(try Recording.open(path: folder.path).statedSeconds != nil)
  }

  @Test("A folder that is gone is an error of the disk: one line, and the queue is emptied")
  func folderIsGone() throws {
    for tenth in 0..<5 { _ = queue.push(try frames.frame(at: Double(tenth), width: 16, height: 16)) }
    try FileManager.default.removeItem(atPath: folder.path)
    let (outcome, end) = outcome(nil)
    #expect(queue.isFinished && outcome.tallies.isEmpty)
    guard case .failed(let text) = end.reason else { return #expect(Bool(false), "\(String(describing: end.reason))") }
    #expect(text.contains("roofLeft.mkv: cannot be written (No such file or directory)"), "\(text)")
  }
}
