/// What falls, sways and shines through the lane, with a vehicle and without one.
enum WeatherScenarios {
  static let entries: [ScenarioCatalogue.Entry] = [
    .init(name: "rain", summary: "rain, a wet floor that mirrors, and a vehicle", make: { rain("rain", $0, 1) }),
    .init(name: "rain-alone", summary: "rain, and nobody comes", make: { rain("rain-alone", $0, 0) }),
    .init(name: "snow", summary: "snow, some flakes close to the lens, and a vehicle", make: { snow("snow", $0, 1) }),
    .init(name: "snow-alone", summary: "snow, and nobody comes", make: { snow("snow-alone", $0, 0) }),
    .init(name: "leaves", summary: "a branch and its shadow sway, and a vehicle", make: { leaves("leaves", $0, 1) }),
    .init(
      name: "leaves-alone", summary: "a branch and its shadow sway, and nobody comes",
      make: { leaves("leaves-alone", $0, 0) }),
    .init(name: "gate", summary: "a gate opens before a vehicle and closes behind it", make: { gate("gate", $0, 1) }),
    .init(
      name: "gate-alone", summary: "a gate opens and closes, and nobody comes", make: { gate("gate-alone", $0, 0) }),
    .init(
      name: "curtain", summary: "the strips of the curtains sway in the draught, then a vehicle comes", make: curtain),
  ]

  private static func scenario(
    _ cast: inout Cast, _ vehicles: Int, light: LightProfile? = nil, effects: [any PictureEffect]
  ) -> Scenario {
    // A lane knows its weather before a vehicle comes: some seconds stand for hours.
    for _ in 0..<vehicles { cast.addOrdinary(begin: cast.nextBegin + cast.within(2.5...4)) }
    var scenario = cast.scenario(seconds: vehicles == 0 ? 14 : nil, light: light)
    scenario.effects = effects
    return scenario
  }

  private static func rain(_ name: String, _ options: ScenarioOptions, _ vehicles: Int) -> Scenario {
    var cast = Cast(name, options)
    let strength = Float(cast.within(0.3...1))
    var scenario = scenario(&cast, vehicles, effects: [Rain(strength: strength)])
    scenario.isWet = true
    scenario.hall = .wet
    return scenario
  }

  private static func snow(_ name: String, _ options: ScenarioOptions, _ vehicles: Int) -> Scenario {
    var cast = Cast(name, options)
    let snow = Snow(strength: Float(cast.within(0.3...1)), wind: Float(cast.within(-0.8...0.8)))
    return scenario(&cast, vehicles, effects: [snow])
  }

  /// Wind that comes and goes.
  private static func wind(_ cast: inout Cast, until end: Double, strongest: Double) -> LightProfile {
    var points: [LightProfile.Point] = []
    var time = 0.0
    while time < end {
      points.append(.init(at: time, gain: strongest * cast.within(0.1...1)))
      time += cast.within(0.8...3)
    }
    return LightProfile(points: points)
  }

  private static func leaves(_ name: String, _ options: ScenarioOptions, _ vehicles: Int) -> Scenario {
    var cast = Cast(name, options)
    let leaves = Leaves(
      wind: wind(&cast, until: 30, strongest: cast.within(0.5...1)), shadow: Float(cast.within(0.1...0.4)),
      reach: Float(cast.within(0.2...0.42)))
    return scenario(&cast, vehicles, effects: [leaves])
  }

  private static func gate(_ name: String, _ options: ScenarioOptions, _ vehicles: Int) -> Scenario {
    var cast = Cast(name, options)
    let opens = Cast.emptySeconds + cast.within(0...1)
    let lasts = cast.within(1.2...2.5)
    if vehicles > 0 { cast.addOrdinary(begin: opens + lasts + cast.within(0...1)) }
    // It waits until the vehicle is well inside.
    let closes =
      cast.drives.first.map { drive in
        let inside = stride(from: drive.motion.startsAt, to: drive.motion.endsAt, by: 0.1).first {
          drive.motion.position(at: $0) - drive.model.lengthMetres > -3.8
        }
        return (inside ?? drive.motion.endsAt) + 0.5
      } ?? opens + lasts + cast.within(2...5)
    let opening = LightProfile(points: [
      .init(at: opens, gain: 0), .init(at: opens + lasts, gain: 1), .init(at: closes, gain: 1),
      .init(at: closes + lasts, gain: 0),
    ])
    var scenario = cast.scenario(seconds: max(cast.nextBegin, closes + lasts + Cast.emptySeconds))
    scenario.effects = [Gate(opening: opening, draught: .constantly(cast.pick([0, 0.03])))]
    return scenario
  }

  private static func curtain(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("curtain", options)
    cast.addOrdinary(begin: Cast.emptySeconds + cast.within(4...7))
    let draught = wind(&cast, until: cast.nextBegin, strongest: cast.within(0.06...0.22))
    var scenario = cast.scenario()
    scenario.effects = [Gate(opening: nil, draught: draught)]
    return scenario
  }
}
