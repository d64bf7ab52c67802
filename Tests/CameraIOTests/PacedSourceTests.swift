import Foundation
import TestSupport
import Testing

@testable import CameraIO

/// A clock that moves only when somebody sleeps, and remembers for how long.
final class FakeClock: @unchecked Sendable {
  private let lock = NSLock()
  private var time: Int64
  private var slept: [Int64] = []

  init(_ seconds: Double) { time = Int64(seconds * 1e9) }

  var milliseconds: Int64 { lock.withLock { time / 1_000_000 } }
  var sleeps: [Int64] { lock.withLock { slept.map { $0 / 1_000_000 } } }
  func advance(_ seconds: Double) { lock.withLock { time += Int64((seconds * 1e9).rounded()) } }

  var paceClock: PaceClock {
    PaceClock(
      now: { self.lock.withLock { MonotonicTime(nanoseconds: self.time) } },
      sleep: { seconds in
        self.lock.withLock {
          self.time += Int64((seconds * 1e9).rounded())
          self.slept.append(Int64((seconds * 1e9).rounded()))
        }
      })
  }
}

@Suite("A recording that plays camera")
struct PacedSourceTests {
  let directory: TemporaryDirectory
  let path: String
  let clock = FakeClock(1000)

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("a.nut")
    try Fixtures.video(path, frames: 3, rate: 10, encoding: ["-c:v", "rawvideo", "-pix_fmt", "yuyv422"])
  }

  func source(looped: Bool, period: Double? = nil, patience: Double? = nil) throws -> PacedSource {
    let path = self.path
    return try PacedSource(
      looped: looped, epoch: MonotonicTime(seconds: 1000), period: period, patience: patience, clock: clock.paceClock
    ) { () throws(CameraError) in
      try RecordingSource(path: path, camera: .topLeft, timeOrigin: .firstFrame, whenPoolIsFull: .drop)
    }
  }

  /// Asks until `frames` have come or the stream ended.
  func play(_ source: PacedSource, frames: Int, wait: Double = 10, pool: FramePool = FramePool(byteBudget: 8 << 20))
    throws
    -> [String]
  {
    var seen: [String] = []
    while seen.count < frames {
      switch try source.next(into: pool, waitingAtMost: wait) {
      case .frame(let frame):
        seen.append("\(frame.sequence)@\(frame.time.nanoseconds / 1_000_000)=\(clock.milliseconds)")
      case .dropped(let reason): seen.append("\(reason.rawValue)=\(clock.milliseconds)")
      case .nothing: seen.append("nothing=\(clock.milliseconds)")
      case .endOfStream: return seen + ["end"]
      }
    }
    return seen
  }

  @Test("Every frame comes when the clock shows its time, and once is once")
  func playsOnce() throws {
    let source = try source(looped: false)
    #expect(try play(source, frames: 9) == ["0@1000000=1000000", "1@1000100=1000100", "2@1000200=1000200", "end"])
    #expect(clock.sleeps == [100, 100])
    #expect(try play(source, frames: 1) == ["end"])
  }

  @Test("Looped, time and numbers go on increasing by the last frame and one interval")
  func loops() throws {
    let source = try source(looped: true)
    #expect(
      try play(source, frames: 7) == [
        "0@1000000=1000000", "1@1000100=1000100", "2@1000200=1000200", "3@1000300=1000300", "4@1000400=1000400",
        "5@1000500=1000500", "6@1000600=1000600",
      ])
    #expect(source.loops == 3)
  }

  @Test("A longer period makes a pause between loops; a shorter one than the file is not believed")
  func keepsPeriod() throws {
    #expect(try play(try source(looped: true, period: 0.5), frames: 4).last == "3@1000500=1000500")
    #expect(try play(try source(looped: true, period: 0.1), frames: 4).last == "3@1000300=1000500", "it came late")
  }

  @Test("It waits no longer than asked and keeps the frame for the next time")
  func waitsAtMost() throws {
    let source = try source(looped: false)
    #expect(
      try play(source, frames: 6, wait: 0.04) == [
        "0@1000000=1000000", "nothing=1000040", "nothing=1000080", "1@1000100=1000100", "nothing=1000140",
        "nothing=1000180",
      ])
  }

  @Test("Who comes late gets the frames at once, or without the ones that are too old")
  func comesLate() throws {
    let whole = try source(looped: false)
    clock.advance(0.15)
    #expect(try play(whole, frames: 3) == ["0@1000000=1000150", "1@1000100=1000150", "2@1000200=1000200"])
    let late = FakeClock(1000.15)
    let path = self.path
    let skipping = try PacedSource(
      looped: false, epoch: MonotonicTime(seconds: 1000), patience: 0.1, clock: late.paceClock
    ) { () throws(CameraError) in try RecordingSource(path: path, camera: .topLeft, timeOrigin: .firstFrame) }
    guard case .frame(let frame) = try skipping.next(into: FramePool(byteBudget: 8 << 20), waitingAtMost: 1) else {
      Issue.record("no frame came")
      return
    }
    #expect(frame.sequence == 1)
  }

  @Test("A full pool drops frames at their times, and the recording does not run away")
  func dropsAtItsTime() throws {
    let pool = FramePool(byteBudget: 2 * FramePool.pageBytes)  // as much as one frame takes
    let held = try #require(ScriptedSource.frame(pool))
    #expect(
      try play(try source(looped: true), frames: 4, pool: pool) == [
        "pool=1000000", "pool=1000100", "pool=1000200", "pool=1000300",
      ])
    #expect(held.byteCount == 16)
  }

  @Test("A recording that cannot be opened any more for the next loop says so")
  func failsToLoop() throws {
    let source = try source(looped: true)
    _ = try play(source, frames: 3)
    try FileManager.default.removeItem(atPath: path)
    let error = #expect(throws: CameraError.self) { _ = try play(source, frames: 1) }
    #expect(error?.kind == .notFound)
  }
}
