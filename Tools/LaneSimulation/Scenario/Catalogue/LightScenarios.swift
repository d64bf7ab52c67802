/// Light that changes, with and without a vehicle.
enum LightScenarios {
  static let entries: [ScenarioCatalogue.Entry] = [
    .init(name: "empty", summary: "nobody comes", make: empty),
    .init(
      name: "light-step", summary: "nobody comes, but the light goes down by a third and up again", make: lightStep),
    .init(
      name: "light-step-drive", summary: "the light steps up and down before, during and after a vehicle",
      make: lightStepDrive),
    .init(name: "cloud", summary: "clouds dim and brighten the lane while a vehicle comes", make: cloud),
  ]

  private static func empty(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("empty", options)
    return cast.scenario(seconds: 10, light: .constant)
  }

  private static func lightStep(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("light-step", options)
    let points = [(4.0, 1.0), (4.1, 0.67), (7.0, 0.67), (7.1, 1.0)]
    return cast.scenario(
      seconds: 10, light: LightProfile(points: points.map { LightProfile.Point(at: $0.0, gain: $0.1) }))
  }

  private static func lightStepDrive(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("light-step-drive", options)
    cast.addOrdinary(begin: Cast.emptySeconds + 3)
    // Lamps go on and off, each within a tenth of a second or two.
    return stepping(&cast, every: 1...3.5, lasting: 0.05...0.25, between: 0.55...1.05)
  }

  private static func cloud(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("cloud", options)
    cast.addOrdinary(begin: Cast.emptySeconds + 4)
    return stepping(&cast, every: 0.5...2.5, lasting: 0.6...3, between: 0.5...1.1)
  }

  /// Light that goes to another level again and again.
  private static func stepping(
    _ cast: inout Cast, every: ClosedRange<Double>, lasting: ClosedRange<Double>, between: ClosedRange<Double>
  ) -> Scenario {
    let end = cast.nextBegin + 2
    var time = 1.5
    var points = [LightProfile.Point(at: time, gain: cast.within(between))]
    while time < end {
      time += cast.within(every)
      points.append(.init(at: time, gain: points[points.count - 1].gain))
      time += cast.within(lasting)
      points.append(.init(at: time, gain: cast.within(between)))
    }
    return cast.scenario(seconds: end, light: LightProfile(points: points))
  }
}
