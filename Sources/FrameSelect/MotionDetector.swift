import CameraIO

/// Finds what is not background in one camera's small pictures, whatever the light does.
///
/// It compares structure: within a small window the picture is either explained by the background times a factor (then it is the
/// same place in another light) or it is not (then something else is there). Brightness counts only where neither has structure,
/// and only after the change of the whole picture has been taken out.
public struct MotionDetector: Sendable {
  /// The thresholds, each with its reason; they are properties of cameras and pictures, not of a place.
  public struct Thresholds: Sendable, Equatable {
    /// Grey levels of structure that noise and compression make: what is below is flat.
    public var noise: Float = 3
    /// The same in relation to brightness: shot noise and gain errors grow with it.
    public var relativeNoise: Float = 0.03
    /// How much of the structure in a window the background must leave unexplained, 0 to 1.
    public var unexplained: Float = 0.5
    /// Change of brightness of a flat place that light alone does not make, natural logarithm: 0.22 is a quarter brighter or darker.
    public var brightness: Float = 0.22
    /// How much of a thing must differ in structure for it to be matter and not light.
    public var matter = 0.2
    /// The same while a vehicle is known to be there: the smooth side of a van is hardly more than light.
    public var matterWhileHeld = 0.05
    /// Seconds in which the background follows slow changes of an empty place.
    public var followSeconds = 4.0
    /// Seconds after which something that neither moves nor is held by a vehicle becomes background.
    public var settleSeconds = 3.0
    /// Seconds after which even something that stands in a passage becomes background: longer than any stop of a vehicle that is served.
    public var absorbSeconds = 600.0
    /// Share of the zone from which on a still thing may be a vehicle that stands, and is not learned while one is in the lane.
    public var protectedShare = 0.04
    /// Seconds after which that holds for something that may still be light: a smooth van rarely stands longer in one place.
    public var doubtSeconds = 30.0
    /// Share of the time that a place must be changed while no vehicle is there to be left out as restless (leaves, flags, screens).
    public var restless: Float = 0.3
    /// Seconds over which that share is taken: many times longer than a vehicle needs to be recognised.
    public var restlessSeconds = 20.0

    /// The values that hold everywhere so far.
    public init() {}
  }

  let thresholds: Thresholds
  let zone: Zone?
  private(set) var scene: Scene?

  /// A detector that looks at `zone` (nil: the whole picture).
  public init(zone: Zone?, thresholds: Thresholds = Thresholds()) {
    self.zone = zone
    self.thresholds = thresholds
  }

  /// Looks at the next picture, taken at `time`. While `isHeld`, a vehicle is known to be in the lane, and what stands still is not
  /// learned as background.
  public mutating func observe(_ picture: LumaImage, at time: MonotonicTime, isHeld: Bool) -> MotionObservation {
    if var scene = scene, scene.fits(picture) {
      self.scene = nil  // one owner, so that its arrays are changed in place
      let observation = scene.look(at: picture, time: time, isHeld: isHeld, thresholds: thresholds)
      self.scene = scene
      return observation
    }
    scene = Scene(first: picture, time: time, zone: zone)
    return .empty
  }

  /// Which cells belong to the largest thing: the place where displacement is measured.
  var foreground: Scene.Foreground? { scene?.foreground }
}
