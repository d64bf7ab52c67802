/// A licence plate that a camera saw, as a manifest tells of it: where and how large, never what stands on it.
public struct PlateSeen: Sendable, Equatable, Codable {
  /// Camera position in the cloud's words: `frontLeft`.
  public var camera: String
  /// The picture of the image set that shows it.
  public var fileName: String?
  /// Seconds since the lane or the recording began.
  public var at: Double
  /// Left edge of the upright rectangle around it, pixels of the picture.
  public var x: Int
  /// Upper edge.
  public var y: Int
  /// Pixels.
  public var width: Int
  /// Pixels.
  public var height: Int
  /// Square pixels as the capture set's `minLicensePlateArea` counts them.
  public var area: Int
  /// What `area` had to reach; nil: nothing.
  public var minimum: Int?
  /// 0 to 1.
  public var confidence: Double
  /// How far away, for a European plate; nil: the lens is not known.
  public var metres: Double?

  /// A plate.
  public init(
    camera: String, fileName: String? = nil, at: Double, x: Int, y: Int, width: Int, height: Int, area: Int,
    minimum: Int? = nil, confidence: Double, metres: Double? = nil
  ) {
    self.camera = camera
    self.fileName = fileName
    self.at = at
    self.x = x
    self.y = y
    self.width = width
    self.height = height
    self.area = area
    self.minimum = minimum
    self.confidence = confidence
    self.metres = metres
  }
}
