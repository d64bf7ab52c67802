import CameraIO

/// How far a plate is away that covers so much of a picture, and what area counts in a picture of another size.
public enum PlateDistance {
  /// The plate that is meant when nobody knows better, the European one: 520 x 112 mm, in square metres.
  public static let plateSquareMetres = 0.520 * 0.112
  /// The picture that a capture set's `minLicensePlateArea` is meant for: square pixels of 1920 x 1200.
  public static let referenceArea = 1920.0 * 1200.0

  /// Metres from the lens to a plate that faces it and covers `area` square pixels of a picture of `width` x `height`, the
  /// sensor's whole width; nil when the area or a number of the lens says nothing.
  public static func metres(area: Int, lens: LensData, width: Int, height: Int) -> Double? {
    guard area > 0, let focal = focalPixels(lens, longSide: max(width, height)) else { return nil }
    return focal * (plateSquareMetres / Double(area)).squareRoot()
  }

  /// The other way round: square pixels that a plate covers at so many metres.
  public static func area(metres: Double, lens: LensData, width: Int, height: Int) -> Int? {
    guard metres > 0, let focal = focalPixels(lens, longSide: max(width, height)) else { return nil }
    let area = focal / metres * (focal / metres) * plateSquareMetres
    return area < 1e12 ? Int(area.rounded()) : nil
  }

  /// The focal length in pixels of a picture whose long side shows the sensor's long side.
  private static func focalPixels(_ lens: LensData, longSide: Int) -> Double? {
    guard lens.focalLength > 0, lens.sensorResolution > 0, lens.sensorSize > 0, longSide > 0 else { return nil }
    return lens.focalLength / lens.sensorSize * Double(longSide)
  }

  /// What an area that is meant for 1920 x 1200 is in a picture of `width` x `height`, square pixels.
  public static func scaled(area: Int, width: Int, height: Int) -> Int {
    Int((Double(area) * Double(width) * Double(height) / referenceArea).rounded())
  }
}
