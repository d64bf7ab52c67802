import Foundation
import Testing

@testable import CameraIO

@Suite("The loop of a grabber")
struct CameraGrabberTests {
  let pool = FramePool(byteBudget: 64 << 20)
  let queue = FrameQueue(capacity: 100)
  let counters = CameraCounters()
  let stop = StopFlag()

  final class Reports: @unchecked Sendable {
    private let lock = NSLock()
    private var list: [String] = []
    var all: [String] { lock.withLock { list } }
    func add(_ text: String) { lock.withLock { list.append(text) } }
  }

  func run(
    _ steps: [ScriptedSource.Step], policy: CameraGrabber.QueuePolicy = .oldestGivesWay, reports: Reports = Reports()
  )
    -> CameraGrabber.Ending
  {
    CameraGrabber(
      source: ScriptedSource(.topLeft, steps), pool: pool, queue: queue, counters: counters, stop: stop, policy: policy
    ) { camera, error in reports.add("\(camera.rawValue) \(error)") }.run()
  }

  @Test("Frames reach the queue and are counted until the source ends")
  func grabs() {
    let ending = run([.frame(sequence: 0, milliseconds: 0), .nothing, .frame(sequence: 1, milliseconds: 33)])
    #expect(ending == .endOfStream)
    #expect(queue.count == 2)
    #expect(!queue.isClosed)
    #expect(counters[.topLeft].frames == 2)
    #expect(counters[.topLeft].lastFrameAt == MonotonicTime(nanoseconds: 33_000_000))
    #expect(counters[.topRight] == CameraCounters.Counts())
  }

  @Test("Gaps in the source's count are frames missed, but not those that were dropped here")
  func countsMissed() {
    _ = run([
      .frame(sequence: 5, milliseconds: 0), .frame(sequence: 6, milliseconds: 33),
      .frame(sequence: 9, milliseconds: 133),
      .dropped(.damaged), .frame(sequence: 11, milliseconds: 200), .dropped(.pool), .dropped(.pool),
      .frame(sequence: 16, milliseconds: 300), .frame(sequence: 2, milliseconds: 400),
      .frame(sequence: 3, milliseconds: 433),
    ])
    #expect(counters[.topLeft].frames == 7)
    #expect(counters[.topLeft].missed == 2 + 0 + 2)
    #expect(counters[.topLeft].dropped == [.damaged: 1, .pool: 2])
    #expect(counters[.topLeft].droppedInAll == 3)
  }

  @Test("Numbers left out before the first whole frame are missed as well, and an overtaken picture hides no gap")
  func countsMissedAroundDrops() {
    _ = run([
      .dropped(.damaged), .frame(sequence: 23, milliseconds: 0), .frame(sequence: 25, milliseconds: 33),
      .dropped(.late), .frame(sequence: 27, milliseconds: 66),
    ])
    #expect(counters[.topLeft].missed == 22 + 1 + 1)
    #expect(counters[.topLeft].dropped == [.damaged: 1, .late: 1])
  }

  @Test("A frame that gave way counts for its own camera")
  func countsLaneDrops() throws {
    let queue = FrameQueue(capacity: 1)
    _ = queue.push(try #require(ScriptedSource.frame(pool, .backLeft)))
    let source = ScriptedSource(
      .topLeft, [.frame(sequence: 0, milliseconds: 0), .frame(sequence: 1, milliseconds: 33)])
    let ending = CameraGrabber(
      source: source, pool: pool, queue: queue, counters: counters, stop: stop, report: { _, _ in }
    ).run()
    #expect(ending == .endOfStream)
    #expect(counters.snapshot[.backLeft]?.dropped == [.lane: 1])
    #expect(counters.snapshot[.topLeft]?.dropped == [.lane: 1])
    #expect(counters.snapshot[.topLeft]?.frames == 2)
  }

  @Test("A source that fails ends the run, is reported once and counted")
  func reportsErrors() {
    let error = CameraError(.broken, "/dev/video0", "went away: check the cable")
    let reports = Reports()
    let ending = run([.frame(sequence: 0, milliseconds: 0), .fail(error)], reports: reports)
    #expect(ending == .failed(error))
    #expect(reports.all == ["topLeft /dev/video0: went away: check the cable"])
    #expect(counters[.topLeft].errors == 1)
  }

  @Test("The stop flag ends the run, however long the source would go on")
  func stops() {
    let stop = self.stop
    let ending = run([
      .frame(sequence: 0, milliseconds: 0), .call { stop.set() }, .frame(sequence: 1, milliseconds: 33),
    ])
    #expect(ending == .stopped)
    #expect(counters[.topLeft].frames == 1)
  }

  @Test("A closed queue ends the run, and so does a stop while it waits for room", arguments: [true, false])
  func stopsAtQueue(closing: Bool) throws {
    let full = FrameQueue(capacity: 1)
    _ = full.push(try #require(ScriptedSource.frame(pool)))
    let grabber = CameraGrabber(
      source: ScriptedSource(.topLeft, [.frame(sequence: 0, milliseconds: 0)]), pool: pool, queue: full,
      counters: counters, stop: stop, policy: .wait, waitSeconds: 0.001, report: { _, _ in })
    let stop = self.stop
    Thread { if closing { full.close() } else { stop.set() } }.start()
    #expect(grabber.run() == .stopped)
  }

  @Test("A grabber that waits loses nothing to a slow lane")
  func losesNothing() {
    let narrow = FrameQueue(capacity: 1)
    let grabber = CameraGrabber(
      source: ScriptedSource(.topLeft, (0..<100).map { .frame(sequence: $0, milliseconds: Int64($0)) }), pool: pool,
      queue: narrow, counters: counters, stop: stop, policy: .wait, report: { _, _ in })
    Thread {
      _ = grabber.run()
      narrow.close()
    }.start()
    var seen: [UInt64] = []
    while let frame = narrow.pop(waitingAtMost: 600) { seen.append(frame.sequence) }
    #expect(seen == Array(0..<100))
    #expect(counters[.topLeft].droppedInAll == 0)
  }
}
