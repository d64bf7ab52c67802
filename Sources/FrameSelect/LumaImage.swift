/// A small grey picture of a frame: all that analysis ever sees.
public struct LumaImage: Sendable, Equatable {
  /// Pixels of a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Luma, row after row, 0 black to 255 white.
  public var pixels: [UInt8]
  /// How many pixels of the frame one pixel here stands for, along each axis.
  public let scale: Double

  /// A picture of `width` x `height` pixels, `pixels` row after row.
  public init(width: Int, height: Int, pixels: [UInt8], scale: Double) {
    precondition(pixels.count == width * height, "\(pixels.count) pixels for \(width)x\(height)")
    self.width = width
    self.height = height
    self.pixels = pixels
    self.scale = scale
  }
}
