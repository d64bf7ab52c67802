import CameraIO
import Testing

@testable import LaneSimulation

@Suite("Scenarios")
struct ScenarioTests {
  @Test(
    "A motion profile moves evenly, brakes to a stand and drives on",
    arguments: [
      // time, position, speed
      (0.0, -6.0, 0.0), (1.0, -6.0, 4.0), (1.5, -4.0, 4.0), (2.0, -2.0, 4.0), (3.0, 1.0, 2.0), (4.0, 2.0, 0.0),
      (6.0, 2.0, 0.0), (8.0, 3.0, 2.0), (9.0, 6.0, 4.0), (9.5, 8.0, 4.0), (100.0, 10.0, 0.0),
    ])
  func stopping(time: Double, position: Double, speed: Double) {
    let motion = MotionProfile(
      startsAt: 1, startPosition: -6,
      stretches: [
        .init(seconds: 1, fromSpeed: 4, toSpeed: 4), .init(seconds: 2, fromSpeed: 4, toSpeed: 0),
        .init(seconds: 3, fromSpeed: 0, toSpeed: 0), .init(seconds: 2, fromSpeed: 0, toSpeed: 4),
        .init(seconds: 1, fromSpeed: 4, toSpeed: 4),
      ])
    #expect(motion.endsAt == 10)
    #expect(abs(motion.position(at: time) - position) < 1e-9)
    #expect(abs(motion.speed(at: time) - speed) < 1e-9)
  }

  @Test("The stop stands where it should, for as long as it should")
  func stop() throws {
    let entry = try #require(ScenarioCatalogue.entry(named: "stop"))
    let drive = try #require(entry.make(ScenarioOptions()).drives.first)
    var standing = 0
    for tick in 0..<2000 {
      let time = Double(tick) / 100
      let inside = drive.motion.position(at: time) > 0 && drive.motion.position(at: time) < drive.model.lengthMetres
      if inside, drive.motion.speed(at: time) == 0 { standing += 1 }
    }
    #expect((590...620).contains(standing))
    #expect(drive.motion.position(at: 100) - drive.model.lengthMetres > Double(LaneGeometry.curtain))
  }

  @Test("The reverse ends where it began and is called turnedBack")
  func reverse() throws {
    let entry = try #require(ScenarioCatalogue.entry(named: "reverse"))
    let drive = try #require(entry.make(ScenarioOptions()).drives.first)
    #expect(abs(drive.motion.position(at: 100) - drive.motion.position(at: 0)) < 1e-9)
    #expect(drive.direction == "turnedBack")
    let furthest = (0..<3000).map { drive.motion.position(at: Double($0) / 100) }.max() ?? 0
    #expect(furthest > 0.5 && furthest < 1.7)
  }

  @Test(
    "Everything begins and ends behind the curtains, with two seconds of an empty lane before and after",
    arguments: ScenarioCatalogue.entries.map(\.name), [1, 2, 3, 4, 5] as [UInt64])
  func pauses(name: String, seed: UInt64) throws {
    let entry = try #require(ScenarioCatalogue.entry(named: name))
    let scenario = entry.make(ScenarioOptions(seed: seed, vehicles: name == "normal" ? 3 : nil))
    let curtain = Double(LaneGeometry.curtain)
    for drive in scenario.drives {
      #expect(drive.motion.startsAt >= 2)
      for time in [drive.motion.startsAt, drive.motion.endsAt] {
        let nose = drive.motion.position(at: time)
        #expect(nose < -curtain || nose - drive.model.lengthMetres > curtain, "\(time)")
      }
      #expect(scenario.seconds - drive.motion.endsAt >= 2)
    }
    for figure in scenario.figures {
      let first = try #require(figure.walk.places.first)
      let last = try #require(figure.walk.places.last)
      #expect(first.at >= 2 && abs(first.x) > curtain && abs(last.x) > curtain)
      #expect(scenario.seconds - last.at >= 2)
    }
  }

  @Test("Vehicles that are not tailgating have two seconds of an empty lane between them")
  func between() throws {
    let entry = try #require(ScenarioCatalogue.entry(named: "normal"))
    let drives = entry.make(ScenarioOptions(vehicles: 3)).drives
    for (one, next) in zip(drives, drives.dropFirst()) { #expect(next.motion.startsAt - one.motion.endsAt >= 2) }
  }

  @Test(
    "Tailgaters keep their distance, and the next nose comes before the last tail has left",
    arguments: ["tailgate-time", "tailgate-gap"], [1, 2, 3] as [UInt64])
  func tailgating(name: String, seed: UInt64) throws {
    let entry = try #require(ScenarioCatalogue.entry(named: name))
    let drives = entry.make(ScenarioOptions(seed: seed)).drives
    #expect(drives.count >= 2)
    for (one, next) in zip(drives, drives.dropFirst()) {
      // When the first tail is in the middle of the lane.
      let moment = try #require(
        stride(from: one.motion.startsAt, to: one.motion.endsAt, by: 0.01).first {
          one.motion.position(at: $0) - one.model.lengthMetres >= 0
        })
      let gap = one.motion.position(at: moment) - one.model.lengthMetres - next.motion.position(at: moment)
      if name == "tailgate-gap" {
        #expect(abs(gap - 0.3) < 0.01)
      } else {
        #expect(abs(gap - 0.5 * one.motion.speed(at: moment)) < 0.05)
      }
      #expect(gap < 2 * Double(LaneGeometry.curtain))
    }
  }

  @Test(
    "Bystanders are no vehicles, and are seen", arguments: ["pedestrian", "group", "trolley", "dog"],
    [1, 2] as [UInt64])
  func bystanders(name: String, seed: UInt64) throws {
    let entry = try #require(ScenarioCatalogue.entry(named: name))
    let scenario = entry.make(ScenarioOptions(seed: seed))
    #expect(scenario.drives.isEmpty && !scenario.figures.isEmpty)
    let pictures = LanePictures(
      scenario, seed: seed, cameras: [.roofLeft], width: 96, height: 60, rate: 3)
    var empty: [UInt8]?
    var most = 0
    pictures.forEach { _, luma in
      let now = luma.withUnsafeBytes { [UInt8]($0) }
      let before = empty ?? now
      empty = before
      most = max(most, zip(now, before).count { abs(Int($0) - Int($1)) > 12 })
    }
    #expect(most > 40, "\(most)")
    #expect(pictures.passages.isEmpty)
  }

  @Test("A vehicle with something behind it is one vehicle, as long as both", arguments: ["lorry", "trailer"])
  func towing(name: String) throws {
    let entry = try #require(ScenarioCatalogue.entry(named: name))
    let drives = entry.make(ScenarioOptions(seed: 2)).drives
    #expect(drives.count == 1)
    let tow = try #require(drives[0].model.tow)
    #expect(drives[0].model.lengthMetres > Double(drives[0].model.length + tow.length))
  }

  @Test("A silent camera gives no picture from its moment on")
  func silence() throws {
    let entry = try #require(ScenarioCatalogue.entry(named: "camera-dies"))
    let scenario = entry.make(ScenarioOptions(seed: 1))
    let (camera, from) = try #require(scenario.silentFrom.first)
    let other: CameraPosition = camera == .topLeft ? .topRight : .topLeft
    let pictures = LanePictures(scenario, seed: 1, cameras: [camera, other], width: 48, height: 30, rate: 2)
    var last: [CameraPosition: Double] = [:]
    pictures.forEach { picture, _ in last[picture.camera] = picture.time }
    #expect((last[camera] ?? 0) < from && (last[camera] ?? 0) > from - 1)
    #expect((last[other] ?? 0) > scenario.seconds - 1)
  }

  @Test(
    "In a silence no camera gives a picture, and both before and after it the vehicle is there",
    arguments: 1...8 as ClosedRange<UInt64>)
  func silenceOfAll(seed: UInt64) throws {
    let scenario = try #require(ScenarioCatalogue.entry(named: "silence")).make(ScenarioOptions(seed: seed))
    let silence = try #require(scenario.silence)
    let pictures = LanePictures(
      scenario, seed: seed, cameras: [.frontLeft, .topLeft, .backLeft], width: 48, height: 30, rate: 10)
    pictures.forEach { picture, _ in #expect(!silence.contains(picture.time)) }
    let first = try #require(pictures.passages.first)
    #expect(first.from < silence.lowerBound && first.to > silence.upperBound, "\(silence) \(first.from) \(first.to)")
  }

  @Test("A camera that sets its exposure by itself swings when a bright thing comes, and comes to rest")
  func exposureLoop() {
    var loop = ExposureLoop(ExposureControl(strength: 1.3, every: 3, delay: 4))
    var gains: [Double] = []
    for frame in 0..<300 {
      loop.observe(frame < 60 || frame > 150 ? 100 : 180, frame: frame)
      gains.append(loop.gain)
    }
    #expect(gains[59] == 1)
    #expect((gains[60..<150].min() ?? 1) < 100.0 / 180 - 0.02)
    #expect((gains[60..<150].max() ?? 1) <= 1.3)
    #expect(abs(gains[299] - 1) < 0.35)
  }

  @Test("Normal traffic has different vehicles at different speeds, and obeys the options")
  func normal() throws {
    let entry = try #require(ScenarioCatalogue.entry(named: "normal"))
    let drives = entry.make(ScenarioOptions(seed: 7, vehicles: 3, kilometresPerHour: 9)).drives
    #expect(drives.count == 3)
    #expect(drives[0].model.name != drives[1].model.name)
    #expect(drives[0].model.paint.luma != drives[1].model.paint.luma)
    #expect(drives[0].plateText != drives[1].plateText)
    #expect(abs(drives[0].motion.speed(at: drives[0].motion.startsAt + 1) - 2.5) < 1e-9)
    #expect(abs(drives[1].motion.speed(at: drives[1].motion.startsAt + 1) - 3.75) < 1e-9)
  }

  @Test(
    "Light follows straight lines between its points", arguments: [(0.0, 1.0), (2.0, 1.0), (2.5, 0.75), (9.0, 0.5)])
  func light(time: Double, gain: Double) {
    let light = LightProfile(points: [.init(at: 2, gain: 1), .init(at: 3, gain: 0.5)])
    #expect(abs(light.gain(at: time) - gain) < 1e-9)
    #expect(LightProfile.constant.gain(at: time) == 1)
  }
}
