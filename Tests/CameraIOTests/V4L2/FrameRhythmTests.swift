import Testing

@testable import CameraIO

@Suite("Frames that a camera left out, by their times")
struct FrameRhythmTests {
  /// Feeds frames at `times` in units of a thirtieth of a second, numbered without a gap but for `gaps`.
  func skipped(_ times: [Double], gaps: [Int: UInt64] = [:]) -> UInt64 {
    var rhythm = FrameRhythm()
    var sequence: UInt64 = 0
    var sum: UInt64 = 0
    for (index, time) in times.enumerated() {
      sequence += 1 + (gaps[index] ?? 0)
      sum += rhythm.take(MonotonicTime(seconds: 100 + time / 30), sequence: sequence)
    }
    return sum
  }

  static let steady = (0..<30).map(Double.init)

  @Test("A steady camera leaves nothing out, and neither does one that trembles by a third of an interval")
  func steadyCameras() {
    #expect(skipped(Self.steady) == 0)
    #expect(skipped((0..<60).map { Double($0) + ($0.isMultiple(of: 2) ? 0.3 : -0.3) }) == 0)
  }

  @Test("Frames left out are counted once the next frame has shown that they do not come late", arguments: [1, 2, 5])
  func leftOut(count: Int) {
    let after = (0..<10).map { Double(30 + count + $0) }
    #expect(skipped(Self.steady + after) == UInt64(count))
  }

  @Test("Frames left out one after the other are all counted")
  func scattered() {
    let times = (0..<60).map(Double.init).filter { ![30, 32, 35, 36, 41].contains($0) }
    #expect(skipped(times) == 5)
  }

  @Test("A frame that is late is not left out when the next one makes up for it")
  func late() {
    #expect(skipped(Self.steady + [30.9, 31, 32, 33]) == 0)
    #expect(skipped(Self.steady + [31.8, 31.9, 32, 33, 34]) == 0)
  }

  @Test("Gaps of the driver's count are not counted again")
  func gapsAreTheDrivers() {
    #expect(skipped(Self.steady + [33, 34, 35, 36, 37, 38, 39], gaps: [30: 3]) == 0)
    #expect(skipped(Self.steady + [35, 36, 37, 38, 39, 40, 41], gaps: [30: 3]) == 2)
  }

  @Test("A camera that slows down in the dark leaves nothing out once it has a new rhythm")
  func slower() {
    let slow = (1...60).map { 29 + Double($0) * 2 }
    #expect(skipped(Self.steady + slow) == 0)
    #expect(skipped(Self.steady + slow + (1...60).map { 149 + Double($0) }) == 0)
  }

  @Test("A pause of seconds is an outage and no frames left out")
  func outage() {
    #expect(skipped(Self.steady + (0..<10).map { Double(200 + $0) }) == 0)
  }
}
