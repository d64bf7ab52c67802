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
    /// How little of a structure the background may explain for it to be a thing's own, 0 to 1.
    public var alien: Float = 0.3
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
    /// Seconds of stillness after which a place that a moving thing has uncovered is believed.
    public var revealSeconds = 0.5
    /// Share of the time that a place must be changed while no vehicle is there to be left out as restless (leaves, flags, screens).
    public var restless: Float = 0.3
    /// Seconds over which that share is taken: many times longer than a vehicle needs to be recognised.
    public var restlessSeconds = 20.0
    /// The same where something is seen to move on the spot: a gate is open before its vehicle comes, and what comes through it is not it.
    public var spotSeconds = 4.0

    /// The values that hold everywhere so far.
    public init() {}

    /// The same for pictures with `factor` times as much noise.
    func raised(by factor: Float) -> Thresholds {
      var raised = self
      raised.noise *= factor
      raised.relativeNoise *= factor
      return raised
    }
  }

  /// Its thresholds.
  public let thresholds: Thresholds
  private let zone: Zone?
  private let forward: LaneCamera.Way?
  private var scene: Scene?
  private var tracker: Tracker?

  /// A detector that looks at `zone` (nil: the whole picture), in a lane that goes `forward` in its picture.
  public init(zone: Zone?, forward: LaneCamera.Way? = nil, thresholds: Thresholds = Thresholds()) {
    self.zone = zone
    self.forward = forward
    self.thresholds = thresholds
  }

  /// Looks at the next picture, taken at `time`. While `isHeld`, a vehicle is known to be in the lane, and what stands still is not
  /// learned as background.
  mutating func observe(
    _ picture: LumaImage, at time: MonotonicTime, isHeld: Bool, in workspace: CellWorkspace
  ) -> [Track] {
    guard var scene, var tracker, scene.fits(picture) else {
      let first = Scene(first: picture, time: time, zone: zone)
      tracker = Tracker(grid: first.grid, forward: forward)
      scene = first
      return []
    }
    // One owner each, so that their arrays are changed in place.
    self.scene = nil
    self.tracker = nil
    let thresholds = thresholds.raised(by: scene.noiseFactor)
    scene.look(at: picture, time: time, in: workspace, thresholds: thresholds)
    tracker.follow(scene, picture, at: time, isHeld: isHeld, thresholds: thresholds)
    scene.learn(from: picture, tracker: tracker, isHeld: isHeld, in: workspace, thresholds: thresholds)
    self.scene = scene
    self.tracker = tracker
    return tracker.tracks
  }

  /// Whether the last picture showed something that is half of what a thing must be: the pictures around it may show one.
  var isWary: Bool {
    guard let scene else { return false }
    let least = Tracker.speck / 2 * Double(scene.grid.zoneCells)
    return scene.blobs.blobs.contains {
      Double($0.area) >= least && Double($0.structured) >= thresholds.matter / 2 * Double($0.area)
    }
  }

  /// How much of the zone a number of cells is, 0 to 1.
  func share(_ cells: Int) -> Double { scene.map { Double(cells) / Double($0.grid.zoneCells) } ?? 0 }

  /// A thing's rectangle in the picture.
  func box(of blob: Blob) -> PictureBox? { scene.map { blob.box(in: $0.grid) } }

  /// How much of its rectangle a thing fills, as far as that lies in the zone: solid things more than half.
  func fill(of blob: Blob) -> Double {
    guard let scene else { return 0 }
    return Double(blob.area) / Double(max(blob.area, scene.cellsInZone(of: blob), 1))
  }
}
