/// Vehicles that come, stop, turn back and follow each other in every way.
enum DrivingScenarios {
  static let entries: [ScenarioCatalogue.Entry] = [
    .init(name: "normal", summary: "different vehicles, one after the other, at different speeds", make: normal),
    .init(name: "stop", summary: "a vehicle stands in the middle for six seconds, then drives on", make: stop),
    .init(name: "reverse", summary: "a vehicle drives in, stands, and backs out the way it came", make: reverse),
    .init(name: "speed-5", summary: "a vehicle at 5 km/h") { steady("speed-5", 5, $0) },
    .init(name: "speed-10", summary: "a vehicle at 10 km/h") { steady("speed-10", 10, $0) },
    .init(name: "speed-20", summary: "a vehicle at 20 km/h") { steady("speed-20", 20, $0) },
    .init(name: "speed-30", summary: "a vehicle at 30 km/h") { steady("speed-30", 30, $0) },
    .init(name: "stop-60", summary: "a vehicle stands in the middle for a minute, then drives on", make: stopMinute),
    .init(name: "stop-and-go", summary: "a vehicle creeps and stands, again and again", make: stopAndGo),
    .init(name: "backward", summary: "a vehicle backs through the lane against its direction", make: backward),
    .init(
      name: "reverse-out", summary: "a vehicle drives in as far as it likes, stands, and backs out", make: reverseOut),
    .init(name: "tailgate-time", summary: "vehicles half a second behind each other", make: tailgateTime),
    .init(name: "tailgate-gap", summary: "vehicles 0.3 m behind each other, stops included", make: tailgateGap),
  ]

  private static func normal(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("normal", options)
    var begin = Cast.emptySeconds
    let speed = cast.speed(11, spread: 0.05)
    for index in 0..<(options.vehicles ?? 2) {
      let model = cast.nextModel()
      // Every second vehicle is faster by half: speeds differ within a recording whatever the seed.
      cast.add(model, through(model, begin, speed * (index % 2 == 0 ? 1 : 1.5)))
      begin = cast.nextBegin
    }
    return cast.scenario(light: .constant)
  }

  private static func stop(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("stop", options)
    for _ in 0..<(options.vehicles ?? 1) {
      let model = cast.nextModel()
      cast.add(
        model,
        .stopping(
          startsAt: cast.nextBegin, from: LaneGeometry.waitingIn, stop: model.lengthMetres * cast.within(0.4...0.65),
          waiting: options.waitingSeconds ?? 6, to: LaneGeometry.waitingOut + model.lengthMetres,
          speed: cast.speed(10, spread: 0.05)))
    }
    return cast.scenario(light: .constant)
  }

  private static func reverse(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("reverse", options)
    for _ in 0..<(options.vehicles ?? 1) {
      cast.add(
        cast.nextModel(),
        .stopping(
          startsAt: cast.nextBegin, from: LaneGeometry.waitingIn, stop: cast.within(0.6...1.6), waiting: 1.5,
          to: LaneGeometry.waitingIn, speed: cast.speed(8, spread: 0.05)), direction: "turnedBack")
    }
    return cast.scenario(light: .constant)
  }

  private static func steady(_ name: String, _ speed: Double, _ options: ScenarioOptions) -> Scenario {
    var cast = Cast(name, options)
    let begin = Cast.emptySeconds + cast.within(0...1)
    let model = cast.nextModel()
    cast.add(model, through(model, begin, cast.speed(speed)))
    return cast.scenario()
  }

  /// From one curtain through the other.
  static func through(_ model: VehicleModel, _ begin: Double, _ speed: Double) -> MotionProfile {
    .steady(
      startsAt: begin, from: LaneGeometry.waitingIn, to: LaneGeometry.waitingOut + model.lengthMetres, speed: speed)
  }

  private static func stopMinute(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("stop-60", options)
    let model = cast.nextModel()
    let stop = model.lengthMetres * cast.within(0.3...0.8)
    cast.add(
      model,
      .stopping(
        startsAt: Cast.emptySeconds + cast.within(0...1), from: LaneGeometry.waitingIn, stop: stop,
        waiting: options.waitingSeconds ?? 60, to: LaneGeometry.waitingOut + model.lengthMetres,
        speed: cast.speed(9, spread: 0.3)))
    return cast.scenario()
  }

  private static func stopAndGo(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("stop-and-go", options)
    let model = cast.nextModel()
    let end = LaneGeometry.waitingOut + model.lengthMetres
    var legs: [MotionProfile.Leg] = []
    var place = -cast.within(2.2...3.6)
    while place < end - 2 {
      legs.append(.init(to: place, speed: cast.within(1...3) / 3.6, waits: cast.within(0.8...4)))
      place += cast.within(0.6...3.2)
    }
    legs.append(.init(to: end, speed: cast.within(2...3) / 3.6))
    cast.add(
      model, .legs(startsAt: Cast.emptySeconds + cast.within(0...1), from: LaneGeometry.waitingIn, legs, braking: 0.8))
    return cast.scenario()
  }

  private static func backward(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("backward", options)
    let model = cast.nextModel()
    cast.add(
      model,
      .steady(
        startsAt: Cast.emptySeconds + cast.within(0...1), from: LaneGeometry.waitingOut + model.lengthMetres,
        to: LaneGeometry.waitingIn, speed: cast.speed(6, spread: 0.35)), direction: "backward")
    return cast.scenario()
  }

  private static func reverseOut(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("reverse-out", options)
    let model = cast.nextModel()
    cast.add(
      model,
      .stopping(
        startsAt: Cast.emptySeconds + cast.within(0...1), from: LaneGeometry.waitingIn, stop: cast.within(-1.2...3.2),
        waiting: cast.within(0.3...6), to: LaneGeometry.waitingIn, speed: cast.speed(7, spread: 0.3)),
      direction: "turnedBack")
    return cast.scenario()
  }

  private static func tailgateTime(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("tailgate-time", options)
    let speed = cast.speed(9, spread: 0.35)
    var begin = Cast.emptySeconds + cast.within(0...1)
    for _ in 0..<(options.vehicles ?? cast.pick([2, 3])) {
      let model = cast.nextModel()
      cast.add(model, through(model, begin, speed))
      begin += model.lengthMetres / speed + 0.5
    }
    return cast.scenario()
  }

  /// The followers do what the first one does, so that the gap stays as it is.
  private static func tailgateGap(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("tailgate-gap", options)
    let count = options.vehicles ?? cast.pick([2, 2, 3])
    let speed = cast.speed(6, spread: 0.35)
    let begin = Cast.emptySeconds + cast.within(0...1)
    let stop = cast.within(1...7)
    let waits = cast.pick([0.0, 0, 4])
    let models = (0..<count).map { _ in cast.nextModel() }
    let queue = models.reduce(0) { $0 + $1.lengthMetres + 0.3 }
    var legs: [MotionProfile.Leg] = waits > 0 ? [.init(to: stop, speed: speed, waits: waits)] : []
    legs.append(.init(to: LaneGeometry.waitingOut + queue, speed: speed))
    let leader = MotionProfile.legs(startsAt: begin, from: LaneGeometry.waitingIn, legs, braking: 1.2)
    var behind = 0.0
    for model in models {
      cast.add(model, leader.shifted(by: -behind))
      behind += model.lengthMetres + 0.3
    }
    return cast.scenario()
  }
}
