import CameraIO
import Foundation

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

    /// Where the vehicle is at `time`.
    func pose(at time: Double) -> Pose {
      let position = Float(motion.position(at: time))
      return Pose(at: SIMD3(position, Float(lateral), 0), way: position)
    }
  }

  package let name: String
  package let seconds: Double
  /// How long a sensor collects light for one picture; with the speed it makes the blur.
  var exposureSeconds: Double
  /// How many times longer the longest exposure is than the shortest; which picture has which is chance.
  var exposureSwing = 1.0
  let light: LightProfile
  package let drives: [Drive]
  /// Whether there is light enough to see vehicles by; where not, they need not be found.
  package var isLit = true
  /// Who is in the lane and is no vehicle.
  var figures: [Figure] = []
  /// What is seen and is no body, the farthest from the sensor first.
  var effects: [any PictureEffect] = []
  /// Whether the floor is wet and mirrors.
  var isWet = false
  /// What the hall is painted like.
  var hall = HallLook.concrete
  /// Of the sensor, in parts of what it has in good light.
  var noise: Float = 1
  /// How the cameras set their own exposure; nil: they do not.
  var exposureControl: ExposureControl?
  /// Cameras that give no picture (any more), and from when on.
  package var silentFrom: [CameraPosition: Double] = [:]
  /// When no camera gives a picture: a hub took them all with it, or the machine stood still.
  package var silence: ClosedRange<Double>?

  /// How long the sensor of `camera` collects light for its picture `frame`.
  func exposureSeconds(of camera: CameraPosition, frame: Int) -> Double {
    guard exposureSwing != 1 else { return exposureSeconds }
    var random = SeededRandom(seed: UInt64(frame), stream: "exposure \(camera.rawValue)")
    return exposureSeconds * Double(exponential(Float(log(exposureSwing)) * (random.unit() - 0.5)))
  }

  /// Whether a camera still gives pictures at `time`.
  package func isSilent(_ camera: CameraPosition, at time: Double) -> Bool {
    silentFrom[camera].map { time >= $0 } ?? false || silence?.contains(time) ?? false
  }
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
  /// How long a vehicle stands where the scenario has it stand once; nil: as long as the scenario is about.
  package var waitingSeconds: Double?

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
