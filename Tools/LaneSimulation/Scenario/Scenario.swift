/// What happens in the lane, without a word about pictures: who drives when and how, and the light.
///
/// The renderer asks a scenario for nothing but positions and light at a time, so that a new scenario is data.
package struct Scenario: Sendable {
  /// One vehicle going through the lane once.
  package struct Drive: Sendable {
    /// Counted from 1 in the order of appearance; the truth names vehicles by it.
    package let vehicle: Int
    let model: VehicleModel
    let motion: MotionProfile
    /// Metres left of the lane's middle.
    let lateral: Double
    let plateText: String
    /// What the product should call it: `forward`, `backward`, `turnedBack`.
    package let direction: String
  }

  package let name: String
  package let seconds: Double
  /// How long a sensor collects light for one picture; with the speed it makes the blur.
  let exposureSeconds: Double
  let light: LightProfile
  package let drives: [Drive]
  /// Whether there is light enough to see vehicles by; where not, they need not be found.
  package var isLit = true
}

/// What the command line may change about a scenario.
package struct ScenarioOptions: Sendable {
  package var seed: UInt64 = 1
  /// How many vehicles; nil: as many as the scenario is about.
  package var vehicles: Int?
  /// Of the first vehicle, km/h; the others keep their ratio to it. nil: as the scenario has it.
  package var kilometresPerHour: Double?
  /// 1/400 s by default: a lane that is well lit, and still a blur of some pixels at walking pace from close by.
  package var exposureSeconds = 1.0 / 400

  /// As the scenario has it, unless said otherwise.
  package init(
    seed: UInt64 = 1, vehicles: Int? = nil, kilometresPerHour: Double? = nil, exposureSeconds: Double = 1.0 / 400
  ) {
    self.seed = seed
    self.vehicles = vehicles
    self.kilometresPerHour = kilometresPerHour
    self.exposureSeconds = exposureSeconds
  }
}
