/// What happens in the lane, without a word about pictures: who drives when and how, and the light.
///
/// The renderer asks a scenario for nothing but positions and light at a time, so that a new scenario is data.
struct Scenario: Sendable {
  /// One vehicle going through the lane once.
  struct Drive: Sendable {
    /// Counted from 1 in the order of appearance; the truth names vehicles by it.
    let vehicle: Int
    let model: VehicleModel
    let motion: MotionProfile
    /// Metres left of the lane's middle.
    let lateral: Double
    let plateText: String
    /// What the product should call it: `forward`, `backward`, `turnedBack`.
    let direction: String
  }

  let name: String
  let seconds: Double
  /// How long a sensor collects light for one picture; with the speed it makes the blur.
  let exposureSeconds: Double
  let light: LightProfile
  let drives: [Drive]
}

/// What the command line may change about a scenario.
struct ScenarioOptions: Sendable {
  var seed: UInt64 = 1
  /// How many vehicles; nil: as many as the scenario is about.
  var vehicles: Int?
  /// Of the first vehicle, km/h; the others keep their ratio to it. nil: as the scenario has it.
  var kilometresPerHour: Double?
  /// 1/400 s by default: a lane that is well lit, and still a blur of some pixels at walking pace from close by.
  var exposureSeconds = 1.0 / 400
}
