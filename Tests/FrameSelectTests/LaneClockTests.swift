import CameraIO
import Testing

@testable import FrameSelect

@Suite("The time for which a lane was watched")
struct LaneClockTests {
  private func clock(_ seconds: [Double], rate: Double = 30) -> LaneClock {
    var clock = LaneClock(rate: rate)
    for one in seconds { clock.hear(MonotonicTime(seconds: one)) }
    return clock
  }

  /// Frames at thirty a second, but for what is silent.
  private func clock(without silences: [ClosedRange<Double>]) -> LaneClock {
    clock((0..<900).map { Double($0) / 30 }.filter { one in !silences.contains { $0.contains(one) } })
  }

  private func watched(_ clock: LaneClock, _ seconds: Double) -> Double {
    clock.watched(MonotonicTime(seconds: seconds)).seconds
  }

  @Test("A silence of all cameras counts a tenth of a second, and what comes after it so much less")
  func silence() {
    let clock = clock(without: [3.01...4.99])
    #expect(abs(watched(clock, 2) - 2) < 1e-6 && abs(watched(clock, 3) - 3) < 1e-6)
    #expect(abs(watched(clock, 5) - 3.1) < 1e-6 && abs(watched(clock, 7) - 5.1) < 1e-6)
    #expect((3.0...3.1).contains(watched(clock, 4)))
  }

  @Test(
    "No silence is what lies between the frames of slow cameras, and none that a vehicle may have come and gone in",
    arguments: [
      ([0, 0.5, 1, 1.5, 2], 2), ([0, 6, 6.5], 0.5), ([0], 0.5), ([0, 0.2, 0.4, 0.6], 30), ([0, 5.1], 30),
    ] as [([Double], Double)])
  func none(times: [Double], rate: Double) {
    let clock = clock(times, rate: rate)
    for one in times { #expect(watched(clock, one) == one) }
  }

  @Test("What is told is on the cameras' own clock again, in order, however many silences there were")
  func told() {
    let clock = clock(without: (1..<10).map { Double($0) * 3...Double($0) * 3 + 0.2 * Double($0) })
    var last = -1.0
    for tick in 0..<290 {
      let time = MonotonicTime(seconds: Double(tick) / 10)
      let watched = clock.watched(time)
      #expect(watched.seconds >= last)
      last = watched.seconds
      #expect(abs(clock.told(watched).seconds - time.seconds) < 1e-3, "\(time)")
    }
  }

  @Test("The longest silence of the slowest camera is reckoned as any other")
  func slow() {
    let clock = clock([0, 4.9], rate: 1)
    #expect(abs(watched(clock, 4.9) - 1) < 1e-6 && abs(watched(clock, 2.45) - 0.5) < 1e-6)
    #expect(abs(clock.told(MonotonicTime(seconds: 0.5)).seconds - 2.45) < 1e-6)
  }

  @Test("More silences than can be told of leave the present right")
  func many() {
    var clock = LaneClock()
    for number in 0..<100 {
      clock.hear(MonotonicTime(seconds: Double(number) * 2))
      clock.hear(MonotonicTime(seconds: Double(number) * 2 + 0.05))
    }
    let now = MonotonicTime(seconds: 198.05)
    #expect(abs(clock.watched(now).seconds - (99 * 0.15 + 0.05)) < 1e-6)
    #expect(clock.told(clock.watched(now)) == now)
  }
}
