import CameraIO

/// How one camera looks at the lane.
public struct LaneCamera: Sendable, Equatable {
  /// The lane's own way in a camera's picture: to the right and down, any length.
  public struct Way: Sendable, Equatable {
    /// To the right.
    public let x: Double
    /// Down.
    public let y: Double

    /// The way `x` to the right and `y` down.
    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// Where a vehicle counts; nil: everywhere.
  public var zone: Zone?
  /// Which way the lane goes; nil: not known, so every vehicle that crosses goes forward.
  public var forward: Way?
  /// Frames a second that it is to give.
  public var nominalRate: Double
  /// The part of the picture's width that looks at a vehicle straight enough to show its panels; see `LensData.straightShare`.
  public var straight: Double

  /// A camera that looks at `zone`.
  public init(zone: Zone? = nil, forward: Way? = nil, nominalRate: Double = 30, straight: Double = 1) {
    self.zone = zone
    self.forward = forward
    self.nominalRate = nominalRate
    self.straight = straight
  }
}

/// What a lane is made of and how much it keeps.
public struct LaneConfiguration: Sendable {
  /// Which frames are looked at while nothing stirs.
  public enum Watching: Sendable {
    /// A few a second; the others are looked at when something stirs after all.
    case idly
    /// Every one: the same events for ten times the work. What `idly` is held against.
    case everyFrame
  }

  /// The cameras of the lane.
  public var cameras: [CameraPosition: LaneCamera]
  /// The most pictures of a passage, by camera (`maxFramesForCameras` of the capture set).
  public var maximumPictures: [CameraPosition: Int]
  /// The same for cameras that are not named there.
  public var fallbackMaximumPictures: Int
  /// How much of the time before a passage was noticed is kept.
  public var preRollSeconds: Double
  /// The most frames of it per camera.
  public var maximumPreRollFrames: Int
  /// What is background.
  public var motion: MotionDetector.Thresholds
  /// What is a passage.
  public var segmenting: PassageSegmenter.Thresholds
  /// Which frames are looked at while nothing stirs.
  public var watching = Watching.idly

  /// A lane of `cameras`; the defaults keep a second and a half of pre-roll and 16 pictures a camera.
  public init(
    cameras: [CameraPosition: LaneCamera], maximumPictures: [CameraPosition: Int] = [:],
    fallbackMaximumPictures: Int = 16, preRollSeconds: Double = 1.5, maximumPreRollFrames: Int = 60,
    motion: MotionDetector.Thresholds = .init(), segmenting: PassageSegmenter.Thresholds = .init()
  ) {
    self.cameras = cameras
    self.maximumPictures = maximumPictures
    self.fallbackMaximumPictures = fallbackMaximumPictures
    self.preRollSeconds = preRollSeconds
    self.maximumPreRollFrames = maximumPreRollFrames
    self.motion = motion
    self.segmenting = segmenting
  }
}
