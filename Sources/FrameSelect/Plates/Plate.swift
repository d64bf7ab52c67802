/// A licence plate in a picture: where, how large, how sure.
public struct Plate: Sendable, Equatable {
  /// Left edge of the upright rectangle around it, pixels of the frame.
  public var x: Double
  /// Upper edge.
  public var y: Double
  /// Pixels.
  public var width: Double
  /// Pixels.
  public var height: Double
  /// 0 to 1.
  public var confidence: Double

  /// A plate.
  public init(x: Double, y: Double, width: Double, height: Double, confidence: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
    self.confidence = confidence
  }

  /// Square pixels of the rectangle: what `minLicensePlateArea` is held against.
  public var area: Int { Int((width * height).rounded()) }
}
