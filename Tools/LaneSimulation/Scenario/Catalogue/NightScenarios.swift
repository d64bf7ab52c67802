/// Little light, lamps of vehicles, and a sun that stands too low.
enum NightScenarios {
  static let entries: [ScenarioCatalogue.Entry] = [
    .init(name: "night", summary: "a lane with little light and much noise, and a vehicle without lamps", make: night),
    .init(name: "black-at-night", summary: "a black vehicle in a lane with little light", make: black),
    .init(
      name: "too-dark", summary: "a lane so dark that nobody sees the vehicle; told, not judged", make: tooDark),
    .init(
      name: "headlights", summary: "a dark lane; a vehicle's lamps and their cones come before it", make: headlights),
    .init(
      name: "headlights-passing", summary: "lamps of vehicles outside sweep over the dark lane; none comes in",
      make: passing),
    .init(
      name: "sunset", summary: "a low sun wanders over the lane and blinds a camera while a vehicle comes",
      make: { sunset("sunset", $0, 1) }),
    .init(
      name: "sunset-alone", summary: "a low sun wanders over the lane, and nobody comes",
      make: { sunset("sunset-alone", $0, 0) }),
  ]

  private static func dark(_ cast: inout Cast, light: ClosedRange<Double>, noise: ClosedRange<Double>) -> Scenario {
    let gain = cast.within(light)
    var scenario = cast.scenario(light: LightProfile(points: [.init(at: 0, gain: gain)]))
    scenario.noise = Float(cast.within(noise))
    return scenario
  }

  private static func night(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("night", options)
    cast.addOrdinary(begin: Cast.emptySeconds + cast.within(0...1))
    return dark(&cast, light: 0.18...0.35, noise: 2.5...5)
  }

  private static func black(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("black-at-night", options)
    cast.addOrdinary(begin: Cast.emptySeconds + cast.within(0...1), paint: Colour(22, 22, 24))
    return dark(&cast, light: 0.16...0.28, noise: 2...4)
  }

  private static func tooDark(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("too-dark", options)
    cast.addOrdinary(begin: Cast.emptySeconds + cast.within(0...1), paint: Colour(22, 22, 24))
    var scenario = dark(&cast, light: 0.015...0.03, noise: 4...6)
    scenario.isLit = false
    return scenario
  }

  private static func headlights(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("headlights", options)
    let model = cast.nextModel()
    let far = cast.within(9...14)
    cast.add(
      model,
      .steady(
        startsAt: Cast.emptySeconds + cast.within(0...1), from: -far,
        to: LaneGeometry.waitingOut + model.lengthMetres, speed: cast.speed(8, spread: 0.35)))
    let drive = cast.drives[0]
    var scenario = cast.scenario(light: .constant)
    let height = model.topHeight(0.1) * 0.82
    let half = model.width * 0.36
    scenario.effects = [
      Lamps(
        ambient: Float(cast.within(0.12...0.35)), power: Float(cast.within(1.5...4)),
        pairs: { time in
          let nose = Float(drive.motion.position(at: time))
          return [.init(middle: SIMD3(nose + 0.03, Float(drive.lateral), height), heading: 0, half: half)]
        })
    ]
    scenario.noise = Float(cast.within(1.5...3.5))
    return scenario
  }

  private static func passing(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("headlights-passing", options)
    struct Sweep {
      let begins: Double
      let lasts: Double
      let away: Double
      let way: Double
      let turns: Double
    }
    var sweeps: [Sweep] = []
    var time = 3.0
    for _ in 0..<3 {
      let lasts = cast.within(2...5)
      sweeps.append(
        Sweep(
          begins: time, lasts: lasts, away: cast.within(6...11), way: cast.pick([-6, 6]), turns: cast.within(0.5...1.1))
      )
      time += lasts + cast.within(0.5...2)
    }
    let all = sweeps
    var scenario = cast.scenario(seconds: time + Cast.emptySeconds, light: .constant)
    scenario.effects = [
      Lamps(
        ambient: Float(cast.within(0.12...0.35)), power: Float(cast.within(2...5)),
        pairs: { time in
          all.filter { time >= $0.begins && time <= $0.begins + $0.lasts }.map { sweep in
            // It turns in the yard: the beam wanders from one wall to the other.
            let part = (time - sweep.begins) / sweep.lasts * 2 - 1
            return .init(
              middle: SIMD3(Float(-sweep.away), Float(part * sweep.way), 0.7),
              heading: Float(-part * sweep.turns * (sweep.way > 0 ? 1 : -1)), half: 0.6)
          }
        })
    ]
    scenario.noise = Float(cast.within(1.5...3.5))
    return scenario
  }

  private static func sunset(_ name: String, _ options: ScenarioOptions, _ vehicles: Int) -> Scenario {
    var cast = Cast(name, options)
    if vehicles > 0 { cast.addOrdinary(begin: Cast.emptySeconds + cast.within(3...5)) }
    let end = vehicles > 0 ? cast.nextBegin : 16
    var points: [LightProfile.Point] = [.init(at: 0.8, gain: cast.within(0...0.6))]
    var time = 0.8
    while time < end {
      time += cast.within(0.3...2)
      points.append(.init(at: time, gain: points[points.count - 1].gain))
      time += cast.within(0.5...2.5)
      points.append(.init(at: time, gain: cast.within(0.15...1)))
    }
    let sun = LowSun(
      strength: LightProfile(points: points),
      beginning: SIMD2(Float(cast.within(-0.6...0.6)), Float(cast.within(1...1.7))),
      drift: SIMD2(Float(cast.within(-0.05...0.05)), Float(cast.within(-0.05...0.02))),
      half: SIMD2(Float(cast.within(0.35...0.9)), Float(cast.within(0.35...0.8))), fall: Float(cast.within(0.18...0.4)),
      aside: Float(cast.within(-0.2...0.2)), brightness: Float(cast.within(0.5...1.2)),
      veil: Float(cast.within(30...110)))
    var scenario = cast.scenario(seconds: end, light: LightProfile(points: [.init(at: 0, gain: 0.75)]))
    scenario.effects = [sun]
    return scenario
  }
}
