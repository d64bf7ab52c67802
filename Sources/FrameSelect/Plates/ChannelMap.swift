/// What a layer of the plate net says about every place of a picture: rows of pixels, the channels of a pixel side by side.
///
/// A border of two pixels of zeros lies around it, so that the layers need not ask where the picture ends.
@safe final class ChannelMap {
  static let border = 2

  private(set) var width = 0
  private(set) var height = 0
  private(set) var channels = 0
  private var storage: UnsafeMutablePointer<Float>
  private var capacity = 0

  /// A map of nothing yet.
  init() { unsafe storage = .allocate(capacity: 1) }

  /// A map of zeros.
  convenience init(width: Int, height: Int, channels: Int) {
    self.init()
    shape(width: width, height: height, channels: channels)
  }

  deinit { unsafe storage.deallocate() }

  /// Takes another shape, in the memory that it has if that is enough: what it said is gone, and its border is zeros again.
  func shape(width: Int, height: Int, channels: Int) {
    (self.width, self.height, self.channels) = (width, height, channels)
    let count = (height + 2 * Self.border) * rowStride
    if count > capacity {
      unsafe storage.deallocate()
      unsafe storage = .allocate(capacity: count)
      unsafe storage.initialize(repeating: 0, count: count)
      capacity = count
      return
    }
    for y in -Self.border..<(height + Self.border) {
      let isInside = (0..<height).contains(y)
      unsafe pixel(-Self.border, y).update(
        repeating: 0, count: isInside ? Self.border * channels : rowStride)
      if isInside { unsafe pixel(width, y).update(repeating: 0, count: Self.border * channels) }
    }
  }

  /// Floats from one row to the next.
  var rowStride: Int { (width + 2 * Self.border) * channels }

  /// A pixel's first channel; x and y reach two pixels beyond the picture.
  func pixel(_ x: Int, _ y: Int) -> UnsafeMutablePointer<Float> {
    unsafe storage + ((y + Self.border) * rowStride + (x + Self.border) * channels)
  }
}
