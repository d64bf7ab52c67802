/// Vehicles that are not like a car: longer than a field of view, smooth, in two parts, or narrow.
enum VehicleScenarios {
  static let entries: [ScenarioCatalogue.Entry] = [
    .init(name: "van", summary: "a panel van, longer than a field of view and smooth behind its cab") { options in
      one("van", options) { cast in VehicleModel.transporter.painted(cast.nextColour()) }
    },
    .init(name: "lorry", summary: "a lorry with a gap between cab and box: one vehicle") { options in
      one("lorry", options) { cast in
        var box = Tow.cargoBox
        box.length = Float(cast.within(4.2...6.4))
        box.paint = cast.pick([box.paint, cast.nextColour()])
        return VehicleModel.cab.towing(box, name: "lorry", kind: "lorry").painted(cast.nextColour())
      }
    },
    .init(name: "trailer", summary: "a car with a trailer or a caravan: one vehicle") { options in
      one("trailer", options) { cast in
        let car = cast.nextModel()
        var tow = cast.pick([Tow.trailer, .caravan])
        tow.length *= Float(cast.within(0.85...1.1))
        if cast.pick([true, false]) { tow.paint = cast.nextColour() }
        return car.towing(tow, name: "\(car.name) with trailer", kind: "trailer").painted(car.paint)
      }
    },
    .init(name: "motorcycle", summary: "a motorcycle with its rider", make: motorcycle),
  ]

  private static func motorcycle(_ options: ScenarioOptions) -> Scenario {
    var cast = Cast("motorcycle", options)
    let model = VehicleModel.motorcycle.painted(cast.nextColour())
    cast.add(
      model,
      DrivingScenarios.through(model, Cast.emptySeconds + cast.within(0...1), cast.speed(10, spread: 0.4)),
      lateral: cast.within(-0.5...0.5))
    return cast.scenario()
  }

  /// One vehicle that drives through, or stands for a while with any part of it in the middle.
  private static func one(
    _ name: String, _ options: ScenarioOptions, _ model: (inout Cast) -> VehicleModel
  ) -> Scenario {
    var cast = Cast(name, options)
    let model = model(&cast)
    let begin = Cast.emptySeconds + cast.within(0...1)
    let end = LaneGeometry.waitingOut + model.lengthMetres
    var legs: [MotionProfile.Leg] = []
    let speed = cast.speed(8, spread: 0.4)
    if cast.pick([true, false, false]) {
      legs.append(.init(to: model.lengthMetres * cast.within(0.2...0.9), speed: speed, waits: cast.within(1...6)))
    }
    legs.append(.init(to: end, speed: speed))
    cast.add(model, .legs(startsAt: begin, from: LaneGeometry.waitingIn, legs, braking: 1.5))
    return cast.scenario()
  }
}
