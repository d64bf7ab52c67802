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
    "The lane is empty for two seconds before, between and after vehicles",
    arguments: ScenarioCatalogue.entries.map(\.name), [1, 2, 3, 4, 5] as [UInt64])
  func pauses(name: String, seed: UInt64) throws {
    let entry = try #require(ScenarioCatalogue.entry(named: name))
    let scenario = entry.make(ScenarioOptions(seed: seed, vehicles: name == "normal" ? 3 : nil))
    var free = 0.0
    for drive in scenario.drives {
      #expect(drive.motion.startsAt - free >= 2)
      free = drive.motion.endsAt
      // Before it starts and after it ended it is behind the curtains.
      let curtain = Double(LaneGeometry.curtain)
      let end = drive.motion.position(at: drive.motion.endsAt)
      #expect(drive.motion.position(at: drive.motion.startsAt) < -curtain)
      #expect(end < -curtain || end - drive.model.lengthMetres > curtain)
    }
    #expect(scenario.seconds - free >= 2)
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
