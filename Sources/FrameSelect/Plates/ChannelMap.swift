/// What a layer of the plate net says about every place of a picture: rows of pixels, the channels of a pixel side by side.
///
/// A border of two pixels of zeros lies around it, so that the layers need not ask where the picture ends.
@safe final class ChannelMap {
  static let border = 2

  let width: Int
  let height: Int
  let channels: Int
  private let storage: UnsafeMutablePointer<Float>

  /// A map of zeros.
  init(width: Int, height: Int, channels: Int) {
    self.width = width
    self.height = height
    self.channels = channels
    let count = (width + 2 * Self.border) * (height + 2 * Self.border) * channels
    unsafe storage = .allocate(capacity: count)
    unsafe storage.initialize(repeating: 0, count: count)
  }

  deinit { unsafe storage.deallocate() }

  /// Floats from one row to the next.
  var rowStride: Int { (width + 2 * Self.border) * channels }

  /// A pixel's first channel; x and y reach two pixels beyond the picture.
  func pixel(_ x: Int, _ y: Int) -> UnsafeMutablePointer<Float> {
    unsafe storage + ((y + Self.border) * rowStride + (x + Self.border) * channels)
  }
}
