import CameraIO
import Testing

@testable import FrameSelect

@Suite("Where on the vehicle a frame looks, though the camera loses sight of it")
struct VehicleWayTests {
  /// What a camera sees 30 times a second: the track and the displacement since the picture before; nil: none was measured.
  private struct Sight {
    var track = 1
    var step: Double?
    var isMoving = true
    /// Places that agreed.
    var blocks = 40
  }

  private func places(_ sights: [Sight], driving: Double? = nil) -> [VehicleWay.Place?] {
    var way = VehicleWay()
    var travels: [Int: Travel] = [:]
    return sights.enumerated().map { number, sight in
      let time = MonotonicTime(seconds: Double(number) / 30)
      var travel = travels[sight.track] ?? Travel(forward: LaneCamera.Way(x: 1, y: 0))
      travel.add(sight.step.map { Displacement(x: $0, y: 0, confidence: 1, blocks: sight.blocks) }, at: time)
      travels[sight.track] = travel
      return way.take(
        Thing(track: sight.track, presence: 0.5, isMoving: sight.isMoving, travel: travel), at: time, driving: driving)
    }
  }

  @Test("What stands for one camera while it drives for others is a guess, and goes as fast as it does for them")
  func refuted() {
    let stand = [Sight(step: nil)] + (0..<30).map { _ in Sight(step: 0) }
    let refuted = places(stand, driving: 1).map { $0! }
    #expect(refuted.dropFirst().allSatisfy { !$0.isMeasured })
    #expect(abs(refuted[30].at - 1) < 1e-6)
    // Who hardly drives for the others may stand for this one, and who goes on for it is believed.
    #expect(places(stand, driving: 0.1).allSatisfy { $0!.isMeasured && $0!.at == 0 })
    let slow = places([Sight(step: nil)] + (0..<30).map { _ in Sight(step: 0.01) }, driving: 1).map { $0! }
    #expect(slow[30].isMeasured && abs(slow[30].at - 0.3) < 1e-6)
  }

  @Test("The frames of a vehicle of which nothing is measured are at places of their own, as long as it moves")
  func unknown() {
    let moving = places((0..<10).map { _ in Sight(step: nil) }).map { $0! }
    #expect(zip(moving, moving.dropFirst()).allSatisfy { $1.at - $0.at > 0.01 && !$1.isMeasured })
    let still = places((0..<10).map { _ in Sight(step: nil, isMoving: false) }).map { $0! }
    #expect(still.allSatisfy { $0.at == 0 })
  }

  @Test("The first frame is at nothing, and what is measured adds up, backwards too")
  func measured() {
    let found = places([Sight(step: nil)] + [0.02, 0.02, 0.01, -0.03].map { Sight(step: $0) }).map { $0! }
    for (place, wanted) in zip(found, [0, 0.02, 0.04, 0.05, 0.02]) { #expect(abs(place.at - wanted) < 1e-9) }
    #expect(found.allSatisfy { $0.isMeasured })
  }

  @Test("A vehicle that is lost and followed as another thing goes on where it was, about as fast")
  func anotherTrack() {
    let before = (0..<30).map { _ in Sight(step: 0.02) }
    let after = [Sight(track: 2, step: nil)] + (0..<10).map { _ in Sight(track: 2, step: 0.02) }
    let found = places([Sight(step: nil)] + before + after).map { $0! }
    #expect(!found[31].isMeasured && found[32].isMeasured)
    #expect(abs(found[31].at - found[30].at - 0.02) < 0.003)
    #expect(abs(found.last!.at - (0.02 * 41)) < 0.005)
  }

  @Test("Over a smooth door it goes on for a second and no longer; what stands stays where it is")
  func unmeasured() {
    let before = [Sight(step: nil)] + (0..<30).map { _ in Sight(step: 0.02) }
    let door = places(before + (0..<90).map { _ in Sight(step: nil) }).map { $0! }
    // The track itself goes on for a third of a second, and then this does until the second is over.
    #expect((0.9...1.4).contains(door[60].at) && abs(door[120].at - door[75].at) < 1e-9)
    #expect(!door[120].isMeasured)
    let stand = places(before + (0..<30).map { _ in Sight(step: 0, isMoving: false) }).map { $0! }
    #expect(stand[60].at == stand[31].at)
  }

  @Test(
    "Lamps that shine back from a smooth side do not stop a vehicle; what brakes, or is seen to stand all over, stands")
  func reflections() {
    let before = [Sight(step: nil)] + (0..<30).map { _ in Sight(step: 0.02) }
    func stand(_ blocks: Int) -> [Sight] { (0..<30).map { _ in Sight(step: 0, isMoving: false, blocks: blocks) } }
    let deceived = places(before + stand(6) + (0..<10).map { _ in Sight(step: 0.02) }).map { $0! }
    #expect(abs(deceived[60].at - deceived[30].at - 0.6) < 0.02)
    #expect(!deceived[60].isMeasured && deceived[70].isMeasured)
    #expect(abs(deceived[70].at - deceived[60].at - 0.2) < 0.001)
    let stopped = places(before + stand(40)).map { $0! }
    #expect(stopped[60].at == stopped[30].at && stopped[60].isMeasured)
    let braking = (0..<20).map { Sight(step: 0.02 * Double(19 - $0) / 20) }
    let braked = places(before + braking + stand(6)).map { $0! }
    #expect(braked[80].at == braked[50].at && braked[80].isMeasured)
  }

  @Test("A slip of the estimator is no way, and without displacement there is none")
  func slips() {
    let found = places([Sight(step: nil), Sight(step: 0.02), Sight(step: 3), Sight(step: 0.02)]).map { $0! }
    #expect(found[2].at < 0.1 && !found[2].isMeasured && found[3].isMeasured)
    var way = VehicleWay()
    #expect(way.take(Thing(track: 1, presence: 1, isMoving: true), at: MonotonicTime(seconds: 0)) == nil)
  }
}
