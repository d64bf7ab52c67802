import Foundation
import Testing

@testable import CaptureDaemon

@Suite("How far the lane is behind")
struct LaneLagTests {
  @Test(
    "Frames that wait count for what they are, pictures for a tenth, and never for more than a second",
    arguments: [
      (frames: 0.0, pictures: 0.0, behind: 0.0), (frames: 0.2, pictures: 1.0, behind: 0.2),
      (frames: 0.0, pictures: 5.0, behind: 0.5), (frames: 0.0, pictures: 300.0, behind: 1.0),
      (frames: 2.5, pictures: 300.0, behind: 2.5),
    ])
  func lag(frames: Double, pictures: Double, behind: Double) {
    #expect(LaneLag.seconds(frames: frames, pictures: pictures) == behind)
  }

  @Test("An encode pool is behind by the jobs that wait, as long as the last ones took; by nothing when none do")
  func encoders() async throws {
    let pool = EncodePool(threads: 1)
    #expect(pool.secondsBehind == 0)
    // One job that takes a while, so that there is something to reckon with.
    let taken = try await pool.run { () -> Double in
      let began = MonotonicClock.seconds
      while MonotonicClock.seconds - began < 0.02 {}
      return MonotonicClock.seconds - began
    }
    let (isHeld, mayGo) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    try await withThrowingTaskGroup(of: Void.self) { jobs in
      jobs.addTask {
        try await pool.run {
          isHeld.signal()
          mayGo.wait()
        }
      }
      await Self.wait(for: isHeld)
      for _ in 0..<9 { jobs.addTask { try await pool.run {} } }
      while pool.waiting < 9 { await Task.yield() }
      #expect(pool.secondsBehind >= 9 * taken)
      mayGo.signal()
      try await jobs.waitForAll()
    }
    #expect(pool.secondsBehind == 0)
    await pool.close()
  }

  private static func wait(for semaphore: DispatchSemaphore) async {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        semaphore.wait()
        continuation.resume()
      }
    }
  }
}
