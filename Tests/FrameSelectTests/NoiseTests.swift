import CameraIO
import Testing

@testable import FrameSelect

@Suite("A sensor's noise is nothing that moves")
struct NoiseTests {
  /// The level after pictures with noise of `deviations`, as shares of what counts as motion; of `every` cells all but one move.
  private func level(_ deviations: [Double], moving every: Int = 0) -> NoiseLevel {
    var dice = Scenes.Dice(5)
    var level = NoiseLevel()
    for deviation in deviations {
      for cell in 0..<2000 {
        let isMoving = every > 0 && cell % every != 0
        var squares = 0.0
        for _ in 0..<16 {
          let normal = 2 * (dice.fraction() + dice.fraction() + dice.fraction() - 1.5)
          squares += deviation * deviation * normal * normal
        }
        level.add(Float(isMoving ? 30 : squares / 16))
      }
      level.settle(after: 1.0 / 30)
    }
    return level
  }

  @Test("What is quiet is looked at as closely as ever, and what is not only as closely as its noise allows")
  func factors() {
    #expect(level([0.3]).motionFactor == 1)
    #expect(level([0.3]).structureFactor == 1)
    #expect(abs(level([2]).motionFactor - 3.2) < 0.3, "the highest of a thousand cells is 2.5 times the mean variance")
    #expect(abs(level([2]).structureFactor - 1.5) < 0.15)
  }

  @Test("A vehicle in half of the picture is no noise, and one in all of it only after a while")
  func vehicles() {
    #expect(level([0.3], moving: 2).motionFactor == 1)
    let filled = level([0.3] + [Double](repeating: 3, count: 30))
    #expect(filled.motionFactor < 1.5, "a second of it")
    #expect(level([Double](repeating: 3, count: 30) + [0.3]).motionFactor == 1, "quiet is believed at once")
  }

  @Test(
    "In a picture full of noise nothing is there but the vehicle, and that from its first moment to its last",
    arguments: [2, 14])
  func lane(noise: Int) throws {
    var lane = SyntheticLane(rate: 20)
    lane.noise = noise
    lane.things = [SyntheticLane.crossing(from: 3, speed: 150, length: 100)]
    let result = lane.passages(seconds: 8)
    try #require(result.ended.count == 1)
    #expect(abs(result.ended[0].from.seconds - 3) < 0.2)
    #expect(abs(result.ended[0].to.seconds - (3 + 340.0 / 150)) < 0.2)
    #expect(result.dismissed == 0)
  }
}
