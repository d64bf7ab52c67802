import CameraIO

/// Cameras that fail, shake, see little, or change what they show by themselves.
enum CameraScenarios {
  static let entries: [ScenarioCatalogue.Entry] = [
    .init(name: "camera-dead", summary: "one camera gives no picture at all", make: dead),
    .init(name: "camera-dies", summary: "one camera falls silent while a vehicle is in the lane", make: dies),
    .init(
      name: "exposure-pumping", summary: "cameras set their own exposure and swing when a vehicle comes",
      make: pumping),
    .init(name: "white-on-white", summary: "a white vehicle on a white floor between white walls", make: white),
  ]

  /// Some of these are in every rig.
  private static let candidates: [CameraPosition] = [.frontLeft, .backRight, .roofLeft, .bottomLeft]

  private static func dead(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("camera-dead", options)
    let camera = cast.pick(candidates)
    cast.addOrdinary(begin: Cast.emptySeconds + cast.within(0...1))
    var scenario = cast.scenario()
    scenario.silentFrom = [camera: 0]
    return scenario
  }

  private static func dies(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("camera-dies", options)
    let camera = cast.pick(candidates)
    let begin = Cast.emptySeconds + cast.within(0...1)
    cast.addOrdinary(begin: begin)
    let end = cast.endsAt
    // A second vehicle shows whether the lane goes on without the camera.
    cast.addOrdinary(begin: cast.nextBegin + 1)
    var scenario = cast.scenario()
    scenario.silentFrom = [camera: begin + (end - begin) * cast.within(0.15...0.85)]
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

  private static func white(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("white-on-white", options)
    let paint = Float(cast.within(205...228))
    cast.addOrdinary(begin: Cast.emptySeconds + cast.within(0...1), paint: Colour(paint, paint, paint - 3))
    var scenario = cast.scenario()
    scenario.hall = .white
    return scenario
  }
}
