import CameraIO
import Testing

@testable import CaptureDaemon

@Suite("A stretch of time is recorded")
struct StretchCutTests {
  @Test("It begins with the first frame and ends so many seconds later; what comes late is still taken")
  func takesTheStretch() {
    var cut = StretchCut(seconds: 2, cameras: [.roofLeft, .roofRight])
    let table: [(CameraPosition, Double, Bool)] = [
      (.roofLeft, 10, true), (.roofRight, 10.02, true), (.roofLeft, 11.99, true), (.roofLeft, 12, false),
      (.roofRight, 11.98, true), (.roofRight, 12.01, false),
    ]
    for (camera, time, isTaken) in table {
      let takes = cut.takes(camera, at: MonotonicTime(seconds: time))
      #expect(takes == isTaken, "\(camera.rawValue) at \(time)")
    }
    #expect(cut.start == MonotonicTime(seconds: 10))
  }

  @Test("It is over when every camera has been heard to the end, or has had a second to be")
  func waitsForStragglers() {
    var cut = StretchCut(seconds: 2, cameras: [.roofLeft, .roofRight])
    #expect(!cut.isOver(now: MonotonicTime(seconds: 100)))
    _ = cut.takes(.roofLeft, at: MonotonicTime(seconds: 10))
    _ = cut.takes(.roofLeft, at: MonotonicTime(seconds: 12.01))
    #expect(!cut.isOver(now: MonotonicTime(seconds: 12.9)))
    #expect(cut.isOver(now: MonotonicTime(seconds: 13)))
    _ = cut.takes(.roofRight, at: MonotonicTime(seconds: 12))
    #expect(cut.isOver(now: MonotonicTime(seconds: 12.1)))
  }

  @Test("Without an end it takes everything and is never over")
  func endless() {
    var cut = StretchCut(seconds: nil, cameras: [.roofLeft])
    for time in [0.0, 1e6] {
      let takes = cut.takes(.roofLeft, at: MonotonicTime(seconds: time))
      #expect(takes)
    }
    #expect(!cut.isOver(now: MonotonicTime(seconds: 1e9)))
  }
}
