import Testing

@testable import CameraIO
@testable import FrameSelect

@Suite("The pre-roll keeps the last moments and no more")
struct PreRollTests {
  private let pool = FramePool(byteBudget: 1 << 30)

  private func entry(_ seconds: Double) throws -> PreRoll.Entry {
    let frame = try TestFrames.frame(
      [0], FrameFormat(width: 1, height: 1, pixelFormat: .grey), at: seconds, pool: pool)
    return PreRoll.Entry(frame: frame, things: [])
  }

  @Test("Frames older than its seconds are let go, and their memory with them")
  func time() throws {
    let preRoll = PreRoll(seconds: 2, maximumFrames: 1000)
    for number in 0..<300 { preRoll.append(try entry(Double(number) / 30)) }
    let held = preRoll.entries(since: MonotonicTime(seconds: 0))
    #expect(held.count == 61)
    #expect(held.first?.frame.time == MonotonicTime(seconds: 239.0 / 30))
    #expect(pool.bytesInUse == 61 * FramePool.pageBytes)
  }

  @Test("There are never more frames than it may hold, whatever the rate")
  func count() throws {
    let preRoll = PreRoll(seconds: 60, maximumFrames: 10)
    for number in 0..<300 {
      preRoll.append(try entry(Double(number) / 1000))
      #expect(preRoll.entries(since: MonotonicTime(seconds: 0)).count == min(number + 1, 10))
    }
    #expect(pool.bytesInUse == 10 * FramePool.pageBytes)
  }

  @Test("It hands out what is wanted, oldest first, and forgets everything when told to")
  func since() throws {
    let preRoll = PreRoll(seconds: 10, maximumFrames: 10)
    for number in 0..<5 { preRoll.append(try entry(Double(number))) }
    #expect(preRoll.entries(since: MonotonicTime(seconds: 2.5)).map(\.frame.time.seconds) == [3, 4])
    preRoll.takeBack(5)
    #expect(preRoll.entries(since: MonotonicTime(seconds: 0)).isEmpty)
    #expect(pool.bytesInUse == 0)
  }

  @Test("One that may hold nothing holds nothing")
  func none() throws {
    let preRoll = PreRoll(seconds: 10, maximumFrames: 0)
    preRoll.append(try entry(1))
    #expect(preRoll.entries(since: MonotonicTime(seconds: 0)).isEmpty)
  }
}
