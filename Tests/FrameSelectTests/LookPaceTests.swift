import CameraIO
import Testing

@testable import FrameSelect

@Suite("A lane that cannot keep up looks at fewer frames, and loses none")
struct LookPaceTests {
  private let maker = FrameMaker()

  @Test(
    "How many frames a second are looked at, by how far the lane is behind",
    arguments: [
      (rate: 30, behind: 0.0, looks: 30), (rate: 30, behind: 0.4, looks: 30), (rate: 30, behind: 0.6, looks: 15),
      (rate: 30, behind: 1.6, looks: 10), (rate: 60, behind: 0.6, looks: 15), (rate: 15, behind: 0.6, looks: 15),
      (rate: 10, behind: 1.6, looks: 10), (rate: 5, behind: 2.9, looks: 5),
    ])
  func pace(rate: Int, behind: Double, looks: Int) throws {
    var pace = LookPace()
    var looked: [CameraPosition: Int] = [:]
    for index in 0..<(10 * rate) {
      for (camera, shift) in [(CameraPosition.frontLeft, 0.0), (.backLeft, 0.011)] {
        // Cameras are not punctual.
        let jitter = index.isMultiple(of: 2) ? 0.002 : 0
        let frame = try maker.frame(
          [0], format: FrameFormat(width: 1, height: 1, pixelFormat: .grey), camera: camera,
          seconds: Double(index) / Double(rate) + shift + jitter)
        if pace.isDue(frame, behind: behind) { looked[camera, default: 0] += 1 }
      }
    }
    #expect(looked == [.frontLeft: 10 * looks, .backLeft: 10 * looks])
  }

  @Test("A vehicle is found and its pictures are chosen by half of the looks; every frame was looked at or passed over")
  func halfOfTheLooks() throws {
    let rate = 30.0
    var scene = SyntheticLane(rate: rate)
    scene.things = [SyntheticLane.crossing(from: 2.5, speed: 240)]
    var ended: [(Passage, Int)] = []
    var awake: [[CameraPosition: Int]] = []
    for behind in [0.0, 0.6] {
      let lane = Lane(
        configuration: LaneConfiguration(
          cameras: [.frontLeft: LaneCamera(), .backLeft: LaneCamera()], fallbackMaximumPictures: 5))
      var pictures = 0
      func take(_ event: LaneEvent) {
        switch event {
        case .settled(_, _, let chosen): pictures += chosen.count
        case .ended(let passage, let rest, _): ended.append((passage, pictures + rest.count))
        default: break
        }
      }
      for index in 0..<Int(7 * rate) {
        for camera in [CameraPosition.frontLeft, .backLeft] {
          let frame = try maker.frame(
            scene.picture(at: index), camera: camera, sequence: UInt64(index), seconds: Double(index) / rate)
          try lane.ingest(frame, behind: behind).forEach(take)
        }
      }
      lane.finish().forEach(take)
      awake.append(lane.passedOver)
    }
    try #require(ended.count == 2)
    #expect(awake[0].isEmpty)
    // The vehicle is there for a second and a half, and a second after it the lane is idle again.
    #expect(awake[1].values.allSatisfy { $0 > 30 && $0 < 70 }, "\(awake[1])")
    #expect(abs(ended[0].0.from - ended[1].0.from) < 0.1 && abs(ended[0].0.to - ended[1].0.to) < 0.1)
    #expect(ended[0].0.direction == ended[1].0.direction && ended[0].1 == ended[1].1)
  }

  @Test("An idle lane passes nothing over: few of its frames are looked at as it is")
  func idle() throws {
    let scene = SyntheticLane(rate: 30)
    let lane = Lane(configuration: LaneConfiguration(cameras: [.frontLeft: LaneCamera()]))
    for index in 0..<300 {
      _ = try lane.ingest(
        maker.frame(scene.picture(at: index), camera: .frontLeft, sequence: UInt64(index), seconds: Double(index) / 30),
        behind: index < 120 ? 0 : 2)
    }
    #expect(lane.passedOver.isEmpty)
  }
}
