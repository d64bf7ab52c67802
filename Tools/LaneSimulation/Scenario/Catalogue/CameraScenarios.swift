import CameraIO

/// Cameras that fail, shake, see little, or change what they show by themselves.
enum CameraScenarios {
  static let entries: [ScenarioCatalogue.Entry] = [
    .init(name: "camera-dead", summary: "one camera gives no picture at all", make: dead),
    .init(name: "camera-dies", summary: "one camera falls silent while a vehicle is in the lane", make: dies),
    .init(
      name: "silence", summary: "no camera gives a picture for one to three seconds while a vehicle is in the lane",
      make: silence),
    .init(
      name: "exposure-pumping", summary: "cameras set their own exposure and swing when a vehicle comes",
      make: pumping),
    .init(name: "shutter", summary: "every picture is exposed for another time, from 1/800 to 1/50 s", make: shutter),
    .init(name: "white-on-white", summary: "a white vehicle on a white floor between white walls", make: white),
    .init(
      name: "shake", summary: "gusts shake the cameras, and so does every vehicle", make: { shake("shake", $0, 1) }),
    .init(
      name: "shake-alone", summary: "gusts shake the cameras, and nobody comes", make: { shake("shake-alone", $0, 0) }),
    .init(name: "dirty-lens", summary: "spots and a film on the lenses take most of the contrast", make: dirt),
    .init(
      name: "insect", summary: "an insect crawls over a lens, and nobody comes", make: { onLens("insect", .insect, $0) }
    ),
    .init(name: "drop", summary: "a drop runs down a lens, and nobody comes", make: { onLens("drop", .drop, $0) }),
  ]

  private static func dead(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("camera-dead", options)
    let camera = cast.pick(CameraRig.usual)
    cast.addOrdinary(begin: Cast.emptySeconds + cast.within(0...1))
    var scenario = cast.scenario()
    scenario.silentFrom = [camera: 0]
    return scenario
  }

  private static func dies(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("camera-dies", options)
    let camera = cast.pick(CameraRig.usual)
    let begin = Cast.emptySeconds + cast.within(0...1)
    cast.addOrdinary(begin: begin)
    let end = cast.endsAt
    // A second vehicle shows whether the lane goes on without the camera.
    cast.addOrdinary(begin: cast.nextBegin + 1)
    var scenario = cast.scenario()
    scenario.silentFrom = [camera: begin + (end - begin) * cast.within(0.15...0.85)]
    return scenario
  }

  private static func silence(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("silence", options)
    let model = cast.nextModel()
    let begin = Cast.emptySeconds + cast.within(0...1)
    let lasts = cast.within(1...3)
    // It creeps, or waits for longer than the silence: it is there before and after it.
    if cast.pick([true, false]) {
      cast.add(model, DrivingScenarios.through(model, begin, cast.speed(3, spread: 0.3)))
    } else {
      cast.add(
        model,
        .stopping(
          startsAt: begin, from: LaneGeometry.waitingIn, stop: model.lengthMetres * cast.within(0.4...0.65), waiting: 5,
          to: LaneGeometry.waitingOut + model.lengthMetres, speed: cast.speed(9, spread: 0.3)))
    }
    let end = cast.endsAt
    cast.addOrdinary(begin: cast.nextBegin + 1)
    var scenario = cast.scenario()
    let from = begin + (end - begin) * cast.within(0.3...0.5)
    scenario.silence = from...(from + lasts)
    return scenario
  }

  private static func pumping(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("exposure-pumping", options)
    let white = Colour(226, 226, 222)
    let black = Colour(24, 24, 26)
    cast.addOrdinary(begin: Cast.emptySeconds + 1, paint: cast.pick([white, black]))
    var scenario = cast.scenario()
    scenario.exposureControl = ExposureControl(
      strength: cast.within(0.6...1.3), every: cast.pick([3, 5, 8]), delay: cast.pick([2, 4, 6]))
    return scenario
  }

  private static func shutter(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("shutter", options)
    let model = cast.nextModel()
    cast.add(
      model, DrivingScenarios.through(model, Cast.emptySeconds + cast.within(0...1), cast.speed(7, spread: 0.3)))
    var scenario = cast.scenario()
    scenario.exposureSeconds = 1.0 / 200
    scenario.exposureSwing = 16
    return scenario
  }

  private static func white(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("white-on-white", options)
    let paint = Float(cast.within(205...228))
    cast.addOrdinary(begin: Cast.emptySeconds + cast.within(0...1), paint: Colour(paint, paint, paint - 3))
    var scenario = cast.scenario()
    scenario.hall = .white
    return scenario
  }

  private static func shake(_ name: String, _ options: ScenarioOptions, _ vehicles: Int) -> Scenario {
    var cast = Cast(name, options)
    for _ in 0..<vehicles { cast.addOrdinary(begin: cast.nextBegin + cast.within(1...3)) }
    let end = vehicles > 0 ? cast.nextBegin : 14
    var gusts: [Gusts.Gust] = []
    var time = 1.5
    while time < end {
      gusts.append(.init(at: time, strength: cast.within(2...12)))
      time += cast.within(0.5...3)
    }
    for drive in cast.drives {
      gusts.append(.init(at: (drive.motion.startsAt + drive.motion.endsAt) / 2, strength: cast.within(4...14)))
    }
    var scenario = cast.scenario(seconds: end)
    scenario.effects = [Gusts(gusts: gusts, frequency: cast.within(2.5...9), rest: cast.within(0.25...0.8))]
    return scenario
  }

  private static func dirt(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("dirty-lens", options)
    cast.addOrdinary(begin: Cast.emptySeconds + cast.within(0...1))
    var scenario = cast.scenario()
    scenario.effects = [
      LensDirt(spots: cast.pick([20, 40, 80]), radius: 10...110, contrast: Float(cast.within(0.45...0.8)))
    ]
    return scenario
  }

  private static func onLens(_ name: String, _ kind: LensVisitor.Kind, _ options: ScenarioOptions) -> Scenario {
    var cast = Cast(name, options)
    let begin = 3.0
    var place = SIMD2(cast.within(0.1...0.9), kind == .drop ? -0.05 : cast.within(0.1...0.9))
    let start = place
    var stations: [(to: SIMD2<Double>, speed: Double, stays: Double)] = []
    for _ in 0..<6 {
      switch kind {
      case .insect:
        place = SIMD2(cast.within(0.05...0.95), cast.within(0.05...0.95))
        stations.append((to: place, speed: cast.within(0.08...0.5), stays: cast.pick([0, cast.within(0.3...2)])))
      case .drop:
        place += SIMD2(cast.within(-0.03...0.03), cast.within(0.08...0.3))
        stations.append((to: place, speed: cast.within(0.05...0.9), stays: cast.within(0...1.2)))
      }
    }
    let path = Walk.through(startsAt: begin, from: start, stations)
    var scenario = cast.scenario(seconds: path.endsAt + Cast.emptySeconds)
    scenario.effects = [
      LensVisitor(
        kind: kind, camera: cast.pick(CameraRig.usual), path: path,
        radius: Float(kind == .insect ? cast.within(30...75) : cast.within(50...130)))
    ]
    return scenario
  }
}
