/// The scenarios by name.
package enum ScenarioCatalogue {
  /// One line of `--list`.
  package struct Entry: Sendable {
    package let name: String
    package let summary: String
    package let make: @Sendable (ScenarioOptions) -> Scenario
  }

  package static let entries: [Entry] = [
    Entry(name: "normal", summary: "different vehicles, one after the other, at different speeds", make: normal),
    Entry(name: "stop", summary: "a vehicle stands in the middle for six seconds, then drives on", make: stop),
    Entry(name: "reverse", summary: "a vehicle drives in, stands, and backs out the way it came", make: reverse),
    Entry(name: "empty", summary: "nobody comes", make: empty),
    Entry(
      name: "light-step", summary: "nobody comes, but the light goes down by a third and up again", make: lightStep),
  ]

  package static func entry(named name: String) -> Entry? { entries.first { $0.name == name } }

  /// Empty lane before the first and after every vehicle: the background is learned from it, and the pre-roll is whole.
  static let emptySeconds = 2.2

  private static func normal(_ options: ScenarioOptions) -> Scenario {
    scenario("normal", options, standardVehicles: 2, speed: 11) { model, begin, speed, _ in
      .steady(
        startsAt: begin, from: LaneGeometry.waitingIn, to: LaneGeometry.waitingOut + model.lengthMetres, speed: speed)
    }
  }

  private static func stop(_ options: ScenarioOptions) -> Scenario {
    scenario("stop", options, standardVehicles: 1, speed: 10) { model, begin, speed, random in
      .stopping(
        startsAt: begin, from: LaneGeometry.waitingIn, stop: model.lengthMetres * Double(random.within(0.4...0.65)),
        waiting: 6, to: LaneGeometry.waitingOut + model.lengthMetres, speed: speed)
    }
  }

  private static func reverse(_ options: ScenarioOptions) -> Scenario {
    scenario("reverse", options, standardVehicles: 1, speed: 8, direction: "turnedBack") { _, begin, speed, random in
      .stopping(
        startsAt: begin, from: LaneGeometry.waitingIn, stop: Double(random.within(0.6...1.6)), waiting: 1.5,
        to: LaneGeometry.waitingIn, speed: speed)
    }
  }

  private static func empty(_ options: ScenarioOptions) -> Scenario {
    Scenario(name: "empty", seconds: 10, exposureSeconds: options.exposureSeconds, light: .constant, drives: [])
  }

  private static func lightStep(_ options: ScenarioOptions) -> Scenario {
    let points = [(4.0, 1.0), (4.1, 0.67), (7.0, 0.67), (7.1, 1.0)]
    return Scenario(
      name: "light-step", seconds: 10, exposureSeconds: options.exposureSeconds,
      light: LightProfile(points: points.map { LightProfile.Point(at: $0.0, gain: $0.1) }), drives: [])
  }

  /// Vehicles one after the other, each moved by `motion`, with an empty lane before, between and after.
  private static func scenario(
    _ name: String, _ options: ScenarioOptions, standardVehicles: Int, speed standardSpeed: Double,
    direction: String = "forward",
    motion: (VehicleModel, Double, Double, inout SeededRandom) -> MotionProfile
  ) -> Scenario {
    var random = SeededRandom(seed: options.seed, stream: "scenario \(name)")
    var begin = emptySeconds
    var drives: [Scenario.Drive] = []
    let firstModel = Int(random.next() % UInt64(VehicleModel.all.count))
    let firstColour = Int(random.next() % UInt64(VehicleModel.colours.count))
    for index in 0..<(options.vehicles ?? standardVehicles) {
      let body = VehicleModel.all[(firstModel + index) % VehicleModel.all.count]
      let model = body.painted(VehicleModel.colours[(firstColour + 3 * index) % VehicleModel.colours.count])
      // Every second vehicle is faster by half: speeds differ within a recording whatever the seed.
      let ratio =
        (index % 2 == 0 ? 1.0 : 1.5) * (options.kilometresPerHour == nil ? Double(random.within(0.95...1.05)) : 1)
      let speed = (options.kilometresPerHour ?? standardSpeed) / 3.6 * ratio
      let profile = motion(model, begin, speed, &random)
      drives.append(
        Scenario.Drive(
          vehicle: index + 1, model: model, motion: profile, lateral: Double(random.within(-0.07...0.07)),
          plateText: plateText(&random), direction: direction))
      begin = profile.endsAt + emptySeconds
    }
    return Scenario(
      name: name, seconds: drives.isEmpty ? 10 : begin, exposureSeconds: options.exposureSeconds, light: .constant,
      drives: drives)
  }

  /// Like a German plate: town, two letters, four digits.
  private static func plateText(_ random: inout SeededRandom) -> String {
    let towns = ["B", "M", "K", "HH", "S", "F", "DD", "N"]
    let letters = Array("ABCDEFGHJKLMNPRSTUVWXYZ")
    let digits = Array("0123456789")
    func pick<T>(_ list: [T]) -> T { list[Int(random.next() % UInt64(list.count))] }
    let first = "\(pick(towns)) \(pick(letters))\(pick(letters)) \(pick(Array(digits.dropFirst())))"
    return first + "\(pick(digits))\(pick(digits))"
  }
}
