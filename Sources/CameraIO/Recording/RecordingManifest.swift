/// What a recording says about itself: the content of `recording.json`, without the truth that simulators put beside it.
public struct RecordingManifest: Equatable, Sendable {
  /// The file's name in the folder.
  public static let fileName = "recording.json"
  /// The only format there is so far; anything else is refused.
  public static let format = "capture-recording/1"
  /// Frames a second when the manifest does not say.
  public static let defaultNominalRate = 30.0

  /// One camera of a recording.
  public struct Camera: Equatable, Sendable {
    /// The video file's name inside the folder.
    public var file: String
    /// Name of the lens, as in `captureSet.lenses`.
    public var lens: String?
    /// A polygon in pixels outside of which nothing counts; nil: the whole picture.
    public var zone: [ZonePoint]?

    /// A camera whose pictures are in `file`.
    public init(file: String, lens: String? = nil, zone: [ZonePoint]? = nil) {
      self.file = file
      self.lens = lens
      self.zone = zone
    }
  }

  /// When the recording began, wall time, milliseconds since 1970; nil when nobody said.
  public var startedAtMs: Int64?
  /// Frames a second that every camera was asked for.
  public var nominalRate: Double
  /// The cameras by position; never empty.
  public var cameras: [CameraPosition: Camera]
  /// What the recording says about the capture set, in place of what the cloud would say.
  public var captureSet: CaptureSetOverrides

  /// A manifest.
  public init(
    startedAtMs: Int64? = nil, nominalRate: Double = RecordingManifest.defaultNominalRate,
    cameras: [CameraPosition: Camera], captureSet: CaptureSetOverrides = CaptureSetOverrides()
  ) {
    self.startedAtMs = startedAtMs
    self.nominalRate = nominalRate
    self.cameras = cameras
    self.captureSet = captureSet
  }
}

/// The optics of a camera as the cloud's capture set describes them.
public struct LensData: Hashable, Sendable {
  /// Millimetres.
  public var focalLength: Double
  /// Pixels of the sensor's long side.
  public var sensorResolution: Double
  /// Millimetres of the sensor's long side.
  public var sensorSize: Double

  /// A lens.
  public init(focalLength: Double, sensorResolution: Double, sensorSize: Double) {
    self.focalLength = focalLength
    self.sensorResolution = sensorResolution
    self.sensorSize = sensorSize
  }
}

/// The members of a capture set that a recording may bring along; nil and empty mean: it does not say.
public struct CaptureSetOverrides: Equatable, Sendable {
  /// The least area of a licence plate worth reading, in square pixels.
  public var minLicensePlateArea: Int?
  /// Lenses by name.
  public var lenses: [String: LensData]
  /// Country of the site, two letters.
  public var countryCode: String?
  /// The tenant that image sets belong to.
  public var tenantId: String?
  /// The most images of one passage, camera by camera.
  public var maxFramesForCameras: [CameraPosition: Int]

  /// Overrides; without arguments there are none.
  public init(
    minLicensePlateArea: Int? = nil, lenses: [String: LensData] = [:], countryCode: String? = nil,
    tenantId: String? = nil, maxFramesForCameras: [CameraPosition: Int] = [:]
  ) {
    self.minLicensePlateArea = minLicensePlateArea
    self.lenses = lenses
    self.countryCode = countryCode
    self.tenantId = tenantId
    self.maxFramesForCameras = maxFramesForCameras
  }

  /// Whether the recording says nothing about the capture set.
  public var isEmpty: Bool { self == CaptureSetOverrides() }
}
