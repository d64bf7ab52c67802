/// A rectangle as fractions of the picture, 0 to 1, origin top left.
public struct PictureBox: Sendable, Equatable {
  /// Left edge.
  public let left: Double
  /// Upper edge.
  public let top: Double
  /// Right edge.
  public let right: Double
  /// Lower edge.
  public let bottom: Double

  /// Half way between left and right edge, and between upper and lower.
  var centre: (x: Double, y: Double) { ((left + right) / 2, (top + bottom) / 2) }

  /// How much of the picture it is.
  var area: Double { (right - left) * (bottom - top) }

  /// How much of the picture lies in both.
  func shared(with other: PictureBox) -> Double {
    max(0, min(right, other.right) - max(left, other.left)) * max(0, min(bottom, other.bottom) - max(top, other.top))
  }

  /// Whether the two share a place.
  public func overlaps(_ other: PictureBox) -> Bool {
    left < other.right && other.left < right && top < other.bottom && other.top < bottom
  }

  /// A rectangle.
  public init(left: Double, top: Double, right: Double, bottom: Double) {
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
  }
}
