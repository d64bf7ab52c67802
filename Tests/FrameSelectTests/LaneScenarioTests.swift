import CameraIO
import Testing

@testable import FrameSelect

@Suite("What becomes of made-up scenes")
struct LaneScenarioTests {
  @Test("An empty lane with noise has no passage")
  func empty() {
    let result = SyntheticLane(noise: 4).passages(seconds: 5)
    #expect(result.ended.isEmpty)
    #expect(result.dismissed == 0)
  }

  @Test(
    "A vehicle is one passage that begins when it enters and ends when it has left", arguments: [90.0, 150, 300, 600])
  func crossing(speed: Double) throws {
    var lane = SyntheticLane(rate: 30)
    lane.things = [SyntheticLane.crossing(from: 2, speed: speed)]
    let gone = 2 + 360 / speed
    let result = lane.passages(seconds: gone + 2)
    try #require(result.ended.count == 1)
    #expect(abs(result.ended[0].from.seconds - 2) < 0.15)
    #expect(abs(result.ended[0].to.seconds - gone) < 0.15)
    #expect(result.ended[0].direction == .forward)
  }

  @Test("A vehicle that fills the whole picture for seconds is one passage, and its length is measured")
  func fillsThePicture() throws {
    var lane = SyntheticLane()
    lane.things = [SyntheticLane.crossing(from: 2, speed: 170, length: 600, height: 150, top: 0)]
    let result = lane.passages(seconds: 10)
    try #require(result.ended.count == 1)
    #expect(abs(result.ended[0].to.seconds - (2 + 840 / 170)) < 0.2)
    let travelled = result.positions.compactMap { $0 }.max() ?? 0
    #expect(abs(travelled - 840.0 / 240) < 0.4, "\(travelled) widths")
  }

  @Test("A smooth vehicle with windows on flat ground is seen, whatever its brightness", arguments: [40, 85, 120, 220])
  func smooth(brightness: Int) throws {
    var lane = SyntheticLane(ground: 4)
    var body = SyntheticLane.crossing(from: 2, speed: 120, length: 130, height: 70)
    body.contrast = 4
    body.brightness = brightness
    var window = SyntheticLane.crossing(from: 2.3, speed: 120, length: 60, height: 22, top: 56)
    window.contrast = 10
    window.brightness = 50
    lane.things = [body, window]
    let result = lane.passages(seconds: 7)
    try #require(result.ended.count == 1)
    #expect(abs(result.ended[0].from.seconds - 2) < 0.3)
  }

  /// Two vehicles 16 pixels apart, and what joins them from `top` on, `height` high.
  private static func joined(top: Int, height: Int, contrast: Int) -> SyntheticLane {
    var lane = SyntheticLane(rate: 30)
    var joint = SyntheticLane.crossing(from: 2, speed: 150, length: 256, height: height, top: top)
    joint.brightness = 50
    joint.contrast = contrast
    lane.things = [
      joint, SyntheticLane.crossing(from: 2, speed: 150, length: 120, height: 70, top: 50),
      SyntheticLane.crossing(from: 2 + 136 / 150, speed: 150, length: 120, height: 70, top: 50),
    ]
    return lane
  }

  @Test("Vehicles that only their shadows join are two passages")
  func shadowsJoin() throws {
    let result = Self.joined(top: 105, height: 25, contrast: 40).passages(seconds: 7)
    try #require(result.ended.count == 2)
    #expect(abs(result.ended[1].from.seconds - (2 + 136 / 150)) < 0.3)
  }

  @Test("What a bar in the air joins is a car with its trailer: one passage")
  func trailer() {
    #expect(Self.joined(top: 90, height: 9, contrast: 60).passages(seconds: 7).ended.count == 1)
  }

  @Test("Steps and pumping of the light in an empty lane are no passage", arguments: [4, 40])
  func lightInEmptyLane(ground: Int) {
    var lane = SyntheticLane(ground: ground)
    lane.light = { time, _ in
      switch time {
      case ..<2: 1
      case ..<4: 1.5
      case ..<6: 0.6
      case ..<8: 1 + 0.3 * (time - 6)
      default: 1 + 0.25 * (time * 1.5).truncatingRemainder(dividingBy: 1)
      }
    }
    #expect(lane.passages(seconds: 12).ended.isEmpty)
  }

  @Test("Exposure that pumps while a vehicle is there does not split or prolong its passage", arguments: [4, 40])
  func lightOnVehicle(ground: Int) throws {
    var lane = SyntheticLane(ground: ground)
    lane.things = [SyntheticLane.crossing(from: 2, speed: 100)]
    lane.light = { time, _ in
      if time < 2.5 { return 1 }
      return time < 5 ? max(0.55, 1 - (time - 2.5) * 0.6) : min(1, 0.55 + (time - 5) * 0.5)
    }
    let result = lane.passages(seconds: 10)
    try #require(result.ended.count == 1)
    #expect(abs(result.ended[0].to.seconds - 5.6) < 0.3)
  }

  @Test("The shadow of a cloud that drifts over the lane is no passage", arguments: [4, 40])
  func cloud(ground: Int) {
    var lane = SyntheticLane(ground: ground)
    lane.light = { time, x in
      // Thirty pixels wide at the edge, half as bright inside.
      let distance = time * 60 - 120 - Double(x)
      return 1 - 0.45 * max(0, min(1, distance / 30))
    }
    #expect(lane.passages(seconds: 8).ended.isEmpty)
  }

  @Test("A vehicle has a structure of its own; the place that it leaves in another light has hardly any")
  func ownStructure() {
    var lane = SyntheticLane(ground: 4)
    lane.things = [SyntheticLane.crossing(from: 1, speed: 150)]
    // While the vehicle is there a lamp goes on that lights the left half of the place.
    lane.light = { time, x in time > 2.2 && x < 120 ? 1.6 : 1 }
    var watch = CameraWatch(camera: LaneCamera(), thresholds: .init())
    var owned: (there: [Double], gone: [Double]) = ([], [])
    for index in 0..<Int(5 * lane.rate) {
      let time = Double(index) / lane.rate
      let things = watch.look(at: lane.picture(at: index), time: MonotonicTime(seconds: time), isHeld: time > 1.5)
        .filter { $0.presence > 0.1 }.map(\.own)
      if time < 2.2 { owned.there += things } else if time > 3.5 { owned.gone += things }
    }
    #expect(owned.there.count > 5 && owned.there.allSatisfy { $0 > 0.4 }, "\(owned.there)")
    #expect(owned.gone.count > 5 && owned.gone.allSatisfy { $0 < 0.12 }, "\(owned.gone)")
  }

  @Test("A person who walks through is no passage")
  func person() {
    var lane = SyntheticLane()
    lane.things = [SyntheticLane.crossing(from: 1, speed: 35, length: 14, height: 48, top: 60)]
    #expect(lane.passages(seconds: 9).ended.isEmpty)
  }

  @Test("A vehicle that stops for a minute stays one passage")
  func stops() throws {
    var lane = SyntheticLane(rate: 5)
    lane.things = [
      SyntheticLane.Thing(width: 120, height: 70, top: 50) { time in
        switch time {
        case ..<2: nil
        case ..<4: Int((time - 2) * 90) - 120
        case ..<64: 60
        case ..<66: 60 + Int((time - 64) * 90)
        default: nil
        }
      }
    ]
    let result = lane.passages(seconds: 69)
    try #require(result.ended.count == 1)
    #expect(abs(result.ended[0].from.seconds - 2) < 0.3)
    #expect(abs(result.ended[0].to.seconds - 66) < 0.3)
    #expect(result.ended[0].direction == .forward)
    #expect((result.ended[0].evidence["stillFrames"] ?? 0) > 250)
  }

  @Test("Two vehicles with half a second between them are two passages")
  func twoVehicles() {
    var lane = SyntheticLane()
    var second = SyntheticLane.crossing(from: 2 + 360.0 / 240 + 0.5, speed: 240)
    second.seed = 77
    lane.things = [SyntheticLane.crossing(from: 2, speed: 240), second]
    #expect(lane.passages(seconds: 8).ended.count == 2)
  }

  @Test("A vehicle that comes half in and goes back has turned back")
  func turnsBack() throws {
    var lane = SyntheticLane()
    lane.things = [
      SyntheticLane.Thing(width: 120, height: 70, top: 50) { time in
        guard time >= 2, time < 6 else { return nil }
        return time < 4 ? Int((time - 2) * 70) - 120 : 20 - Int((time - 4) * 70)
      }
    ]
    let result = lane.passages(seconds: 8)
    try #require(result.ended.count == 1)
    #expect(result.ended[0].direction == .turnedBack)
  }

  @Test("With the lane's way configured, a vehicle against it goes backward")
  func backward() throws {
    var lane = SyntheticLane()
    lane.things = [SyntheticLane.crossing(from: 2, speed: 150)]
    let result = lane.passages(seconds: 6, camera: LaneCamera(forward: .init(x: -1, y: 0)))
    try #require(result.ended.count == 1)
    #expect(result.ended[0].direction == .backward)
  }

  @Test("A vehicle that stood there from the start leaves no ghost behind")
  func ghost() throws {
    var lane = SyntheticLane()
    var next = SyntheticLane.crossing(from: 9, speed: 150)
    next.seed = 21
    lane.things = [
      SyntheticLane.Thing(width: 120, height: 70, top: 50) { time in
        time < 3 ? 60 : time < 5 ? 60 + Int((time - 3) * 90) : nil
      }, next,
    ]
    let result = lane.passages(seconds: 14)
    try #require(result.ended.count == 2)
    #expect(result.ended[0].to.seconds < 8)
    #expect(abs(result.ended[1].from.seconds - 9) < 0.2)
  }

  @Test("Something left in the lane for good becomes part of it")
  func leftBehind() throws {
    var lane = SyntheticLane()
    lane.things = [
      SyntheticLane.Thing(width: 60, height: 60, top: 60, left: { $0 < 2 ? nil : 150 }, seed: 31),
      SyntheticLane.crossing(from: 9, speed: 150),
    ]
    let result = lane.passages(seconds: 14)
    try #require(result.ended.count == 1)
    #expect(abs(result.ended[0].from.seconds - 9) < 0.2)
  }

  @Test("A camera that shakes by a pixel sees no passage")
  func shaking() {
    var lane = SyntheticLane(ground: 0)
    // The whole ground as one thing, moved by a pixel to and fro.
    lane.things = [
      SyntheticLane.Thing(
        width: 260, height: 150, top: 0, left: { Int($0 * 15) % 3 - 11 }, brightness: 100, contrast: 50)
    ]
    #expect(lane.passages(seconds: 5).ended.isEmpty)
  }

  @Test("A smooth van that fills the whole picture is one passage", arguments: [4, 40], [45, 220])
  func smoothVan(ground: Int, brightness: Int) throws {
    var lane = SyntheticLane(ground: ground)
    var van = SyntheticLane.crossing(from: 2, speed: 170, length: 600, height: 150, top: 0)
    van.contrast = 4
    van.brightness = brightness
    var patch = SyntheticLane.crossing(from: 2.2, speed: 170, length: 24, height: 60, top: 40)
    patch.contrast = 50
    lane.things = [van, patch]
    let result = lane.passages(seconds: 9)
    try #require(result.ended.count == 1)
    #expect(abs(result.ended[0].from.seconds - 2) < 0.2)
    #expect(abs(result.ended[0].to.seconds - (2 + 840.0 / 170)) < 0.3)
  }

  @Test("A smooth van as bright as the textured ground that it covers is one passage")
  func smoothVanLikeTheGround() throws {
    var lane = SyntheticLane()
    var van = SyntheticLane.crossing(from: 2, speed: 170, length: 600, height: 150, top: 0)
    van.contrast = 4
    van.brightness = 100
    lane.things = [van]
    let result = lane.passages(seconds: 9)
    try #require(result.ended.count == 1)
    #expect(abs(result.ended[0].to.seconds - (2 + 840.0 / 170)) < 0.3)
  }

  @Test(
    "A smooth vehicle with a dark shadow that stands for eight seconds is one passage", arguments: [4, 40], [60, 200])
  func smoothVehicleStands(ground: Int, brightness: Int) throws {
    var lane = SyntheticLane(rate: 10, ground: ground)
    func place(_ time: Double) -> Int? {
      if time < 2 || time >= 15.8 { return nil }
      return time < 4 ? Int((time - 2) * 100) - 180 : time < 12 ? 20 : 20 + Int((time - 12) * 100)
    }
    func part(_ width: Int, _ height: Int, top: Int, right: Int, _ brightness: Int, _ contrast: Int)
      -> SyntheticLane.Thing
    {
      SyntheticLane.Thing(
        width: width, height: height, top: top, left: { place($0).map { $0 + right } }, brightness: brightness,
        contrast: contrast)
    }
    lane.things = [
      part(180, 80, top: 30, right: 0, brightness, 4), part(60, 22, top: 40, right: 90, 40, 12),
      part(180, 14, top: 110, right: 0, 30, 2), part(30, 28, top: 94, right: 20, 40, 30),
      part(30, 28, top: 94, right: 130, 40, 30),
    ]
    let result = lane.passages(seconds: 19)
    try #require(result.ended.count == 1)
    #expect(abs(result.ended[0].from.seconds - 2) < 0.3)
    let gone = 12 + 220.0 / 100
    #expect(abs(result.ended[0].to.seconds - gone) < 0.3)
  }
}
