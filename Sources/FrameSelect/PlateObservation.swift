/// A licence plate that was seen in a frame.
public struct PlateObservation: Sendable, Equatable {
  /// Where, as fractions of the picture.
  public let box: PictureBox
  /// How large, in square pixels of the full frame.
  public let area: Int
  /// How certain, 0 to 1.
  public let confidence: Double

  /// A plate.
  public init(box: PictureBox, area: Int, confidence: Double) {
    self.box = box
    self.area = area
    self.confidence = confidence
  }
}
