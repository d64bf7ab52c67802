import CameraIO
import Testing

@testable import FrameSelect

@Suite("Along which way a thing goes")
struct TravelTests {
  /// What is known after these steps, in widths of the picture, so many times each.
  private func travel(
    _ steps: [(times: Int, x: Double, y: Double)], forward: LaneCamera.Way? = nil
  ) -> Travel {
    var travel = Travel(forward: forward)
    var index = 0
    for step in steps {
      for _ in 0..<step.times {
        travel.add(
          Displacement(x: step.x, y: step.y, confidence: 1), at: MonotonicTime(seconds: Double(index) / 30))
        index += 1
      }
    }
    return travel
  }

  @Test("A slip at its beginning does not decide the way", arguments: [1.0, -1])
  func slip(sign: Double) {
    // What a nose did that had just come in: two steps down, and then steadily across for a hundred pictures.
    let travel = travel([(1, 0, 0.055), (1, 0, 0.026), (100, sign * 0.0125, 0.0035)])
    #expect(travel.isAcross == true)
    #expect(travel.goesUp == (sign > 0))
    #expect(abs(travel.position - 1.25) < 1e-9 && travel.farthest == travel.position)
    #expect(travel.direction == .forward)
  }

  @Test(
    "A way that was gone stays the way",
    arguments: [
      // A curve at the end; there and back, with some drift; and one that was told is never another.
      ([(100, 0.01, 0.0), (100, 0.0, 0.014)], nil, 1.0, Direction.forward),
      ([(100, 0.01, 0.002), (100, -0.0099, 0.002)], nil, 0.01, .turnedBack),
      ([(100, 0.002, 0.01)], LaneCamera.Way(x: 1, y: 0), 0.2, .forward),
    ] as [([(Int, Double, Double)], LaneCamera.Way?, Double, Direction)])
  func stays(steps: [(Int, Double, Double)], forward: LaneCamera.Way?, position: Double, direction: Direction) {
    let travel = travel(steps.map { (times: $0.0, x: $0.1, y: $0.2) }, forward: forward)
    #expect(travel.isAcross == true)
    #expect(abs(travel.position - position) < 1e-9)
    #expect(travel.direction == direction)
  }
}
