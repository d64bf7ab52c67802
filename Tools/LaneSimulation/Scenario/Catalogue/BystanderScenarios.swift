/// People and what they bring with them: no vehicle, no passage.
enum BystanderScenarios {
  static let entries: [ScenarioCatalogue.Entry] = [
    .init(name: "pedestrian", summary: "somebody walks through the lane, or across it, and may stand a while") {
      foot("pedestrian", $0) { cast in person(&cast, route(&cast, begin: 3)) }
    },
    .init(name: "group", summary: "two to four people walk through together", make: group),
    .init(name: "trolley", summary: "somebody pushes a luggage trolley through the lane") {
      foot("trolley", $0) { cast in
        let walk = route(&cast, begin: 3)
        let load = cast.pick([nil, Colour(120, 30, 34), Colour(40, 60, 90)])
        return person(&cast, walk) + [Figure(kind: .trolley(load: load), walk: walk, ahead: 0.75)]
      }
    },
    .init(name: "dog", summary: "a dog runs through the lane, alone or with somebody") {
      foot("dog", $0) { cast in
        let walk = route(&cast, begin: 3, speed: 1...2.4)
        let coat = cast.pick([Colour(60, 48, 36), Colour(190, 170, 140), Colour(30, 28, 28)])
        let dog = Figure(kind: .dog(size: Float(cast.within(0.6...1.15)), coat: coat), walk: walk)
        return [dog] + (cast.pick([true, false]) ? person(&cast, walk, ahead: -1.1, aside: 0.35) : [])
      }
    },
    .init(name: "pedestrian-beside", summary: "somebody walks around a vehicle that stands: one passage", make: beside),
  ]

  private static func foot(
    _ name: String, _ options: ScenarioOptions, _ figures: (inout Cast) -> [Figure]
  ) -> Scenario {
    var cast = Cast(name, options)
    let figures = figures(&cast)
    let end = figures.map(\.walk.endsAt).max() ?? 0
    var scenario = cast.scenario(seconds: end + Cast.emptySeconds + 2)
    scenario.figures = figures
    return scenario
  }

  private static func group(_ options: ScenarioOptions) -> Scenario {
    foot("group", options) { cast in
      let walk = route(&cast, begin: 3)
      let sides = [-0.4, 0.35, -0.1, 0.6]
      return (0..<cast.pick([2, 3, 4])).flatMap { index in
        person(&cast, walk, ahead: -0.55 * Double(index) + cast.within(-0.2...0.2), aside: sides[index])
      }
    }
  }

  static func person(_ cast: inout Cast, _ walk: Walk, ahead: Double = 0, aside: Double = 0) -> [Figure] {
    let coats = [
      Colour(150, 40, 44), Colour(40, 60, 96), Colour(206, 204, 196), Colour(52, 54, 50), Colour(190, 150, 60),
    ]
    let trousers = [Colour(40, 46, 66), Colour(120, 108, 90), Colour(30, 30, 32)]
    let kind = Figure.Kind.person(
      height: Float(cast.within(1.58...1.92)), coat: cast.pick(coats), trousers: cast.pick(trousers))
    return [Figure(kind: kind, walk: walk, ahead: ahead, aside: aside)]
  }

  /// In by one door and out by one, along the lane or from side to side, at walking pace, standing somewhere or not.
  static func route(_ cast: inout Cast, begin: Double, speed: ClosedRange<Double> = 0.8...1.6) -> Walk {
    let outside = 5.6
    let enters: Double = cast.pick([-1.0, 1.0])
    let leaves: Double = cast.pick([-1.0, 1.0, -enters])
    let side = cast.within(-0.9...0.9)
    var stations: [(to: SIMD2<Double>, speed: Double, stays: Double)] = []
    let pace = cast.within(speed)
    let stays = cast.pick([0.0, 0, cast.within(1...8)])
    switch cast.pick([0, 0, 1]) {
    case 0: stations.append((to: SIMD2(cast.within(-0.8...0.8), side), speed: pace, stays: stays))
    default:
      let across: Double = side >= 0 ? 1 : -1
      stations.append((to: SIMD2(0.6 * enters, -0.9 * across), speed: pace, stays: 0))
      stations.append((to: SIMD2(-0.2 * enters, 0.9 * across), speed: pace, stays: stays))
    }
    stations.append((to: SIMD2(outside * leaves, cast.within(-0.8...0.8)), speed: pace, stays: 0))
    return .through(
      startsAt: begin, from: SIMD2(outside * enters, cast.within(-0.9...0.9)),
      stations)
  }

  /// The driver's companion gets to the vehicle, goes along one side of it and out again while it stands.
  private static func beside(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("pedestrian-beside", options)
    let model = cast.nextModel()
    let stop = model.lengthMetres * cast.within(0.45...0.6)
    let begin = Cast.emptySeconds + cast.within(0...1)
    let side: Double = cast.pick([-1, 1])
    let lateral = -side * cast.within(0.1...0.16)
    let aside = side * 1.2
    let speed = cast.speed(8, spread: 0.2)
    cast.add(
      model,
      .stopping(
        startsAt: begin, from: LaneGeometry.waitingIn, stop: stop, waiting: 16,
        to: LaneGeometry.waitingOut + model.lengthMetres, speed: speed), lateral: lateral)
    let stands = begin + (stop - LaneGeometry.waitingIn) / speed + 2
    let walk = Walk.through(
      startsAt: stands, from: SIMD2(-5.6, aside * 0.8),
      [
        (to: SIMD2(-2.4, aside), speed: 1.4, stays: 0), (to: SIMD2(stop + 0.5, aside), speed: 1.1, stays: 1),
        (to: SIMD2(-2.4, aside), speed: 1.1, stays: 0), (to: SIMD2(-5.6, aside * 0.8), speed: 1.5, stays: 0),
      ])
    var scenario = cast.scenario()
    scenario.figures = person(&cast, walk)
    return scenario
  }
}
