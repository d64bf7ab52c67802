/// Who plays in a scenario: vehicles, colours, plates and light by the seed, a stream of numbers for each scenario.
struct Cast {
  /// Empty lane before the first and after the last vehicle: the background is learned from it, and the pre-roll is whole.
  static let emptySeconds = 2.2

  let name: String
  let options: ScenarioOptions
  var random: SeededRandom
  private(set) var drives: [Scenario.Drive] = []
  private var model: Int
  private var colour: Int

  init(_ name: String, _ options: ScenarioOptions) {
    self.name = name
    self.options = options
    random = SeededRandom(seed: options.seed, stream: "scenario \(name)")
    model = Int(random.next() % UInt64(VehicleModel.all.count))
    colour = Int(random.next() % UInt64(VehicleModel.colours.count))
  }

  /// Evenly in the range.
  mutating func within(_ range: ClosedRange<Double>) -> Double {
    Double(random.within(Float(range.lowerBound)...Float(range.upperBound)))
  }

  mutating func pick<T>(_ list: [T]) -> T { list[Int(random.next() % UInt64(list.count))] }

  /// The next vehicle: another body and another colour than the one before.
  mutating func nextModel() -> VehicleModel {
    defer { (model, colour) = (model + 1, colour + 3) }
    return VehicleModel.all[model % VehicleModel.all.count].painted(colourNow)
  }

  /// The next paint.
  mutating func nextColour() -> Colour {
    defer { colour += 3 }
    return colourNow
  }

  private var colourNow: Colour { VehicleModel.colours[colour % VehicleModel.colours.count] }

  /// Any body at any usual speed; it may stand for a while.
  mutating func addOrdinary(begin: Double, paint: Colour? = nil) {
    var model = nextModel()
    if let paint { model = model.painted(paint) }
    let speed = self.speed(within(5...14))
    let end = LaneGeometry.waitingOut + model.lengthMetres
    guard pick([true, false]) else {
      add(model, DrivingScenarios.through(model, begin, speed))
      return
    }
    add(
      model,
      .stopping(
        startsAt: begin, from: LaneGeometry.waitingIn, stop: model.lengthMetres * within(0.3...0.8),
        waiting: within(2...5), to: end, speed: speed))
  }

  /// Metres a second around a speed in km/h, or what the command line says.
  mutating func speed(_ kilometresPerHour: Double, spread: Double = 0.08) -> Double {
    let varied = kilometresPerHour * within((1 - spread)...(1 + spread))
    return (options.kilometresPerHour ?? varied) / 3.6
  }

  /// Lets a vehicle drive; `lateral` is metres left of the lane's middle, nil: somewhere near it.
  mutating func add(
    _ model: VehicleModel, _ motion: MotionProfile, direction: String = "forward", lateral: Double? = nil
  ) {
    let aside = lateral ?? within(-0.12...0.12)
    drives.append(
      Scenario.Drive(
        vehicle: drives.count + 1, model: model, motion: motion, lateral: aside, plateText: plateText(),
        direction: direction))
  }

  /// The time at which everybody is behind the curtains again.
  var endsAt: Double { drives.map(\.motion.endsAt).max() ?? 0 }

  /// When the next vehicle may begin, with an empty lane before it.
  var nextBegin: Double { endsAt + Self.emptySeconds }

  /// The scenario of all that was cast, with an empty lane at the end. The hall's light differs a little by the seed.
  mutating func scenario(seconds: Double? = nil, light: LightProfile? = nil) -> Scenario {
    let lamps = within(0.78...1.04)
    return Scenario(
      name: name, seconds: seconds ?? nextBegin, exposureSeconds: options.exposureSeconds,
      light: light ?? LightProfile(points: [LightProfile.Point(at: 0, gain: lamps)]), drives: drives)
  }

  /// Like a German plate: town, two letters, three digits.
  mutating func plateText() -> String {
    let towns = ["B", "M", "K", "HH", "S", "F", "DD", "N"]
    let letters = Array("ABCDEFGHJKLMNPRSTUVWXYZ")
    let digits = Array("0123456789")
    let first = "\(pick(towns)) \(pick(letters))\(pick(letters)) \(pick(Array(digits.dropFirst())))"
    return first + "\(pick(digits))\(pick(digits))"
  }
}
