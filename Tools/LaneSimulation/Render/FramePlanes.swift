/// The planes of the picture that is made: 4:2:2, full range, or luma alone. Owned by one rendering thread.
@safe final class FramePlanes {
  let width: Int
  let height: Int
  /// 0 in a grey picture.
  let chromaWidth: Int
  let luma: UnsafeMutablePointer<UInt8>
  let blue: UnsafeMutablePointer<UInt8>
  let red: UnsafeMutablePointer<UInt8>

  var isGrey: Bool { chromaWidth == 0 }

  init(width: Int, height: Int, isGrey: Bool = false) {
    self.width = width
    self.height = height
    chromaWidth = isGrey ? 0 : (width + 1) / 2
    unsafe luma = .allocate(capacity: width * height)
    unsafe blue = .allocate(capacity: chromaWidth * height)
    unsafe red = .allocate(capacity: chromaWidth * height)
    unsafe luma.initialize(repeating: 0, count: width * height)
    unsafe blue.initialize(repeating: 128, count: chromaWidth * height)
    unsafe red.initialize(repeating: 128, count: chromaWidth * height)
  }

  deinit {
    unsafe luma.deallocate()
    unsafe blue.deallocate()
    unsafe red.deallocate()
  }

  /// Starts a picture with the empty hall.
  func copy(_ backdrop: Backdrop) {
    unsafe backdrop.luma.withUnsafeBufferPointer { plane in
      if let start = plane.baseAddress { unsafe luma.update(from: start, count: plane.count) }
    }
    guard !isGrey else { return }
    unsafe backdrop.blue.withUnsafeBufferPointer { plane in
      if let start = plane.baseAddress { unsafe blue.update(from: start, count: plane.count) }
    }
    unsafe backdrop.red.withUnsafeBufferPointer { plane in
      if let start = plane.baseAddress { unsafe red.update(from: start, count: plane.count) }
    }
  }

  /// Starts a picture with another one of the same size and colours.
  func copy(_ other: FramePlanes) {
    unsafe luma.update(from: other.luma, count: width * height)
    unsafe blue.update(from: other.blue, count: chromaWidth * height)
    unsafe red.update(from: other.red, count: chromaWidth * height)
  }
}
