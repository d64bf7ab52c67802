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

  /// Of every fourth pixel of every fourth row.
  var meanLuma: Double {
    var sum = 0
    var count = 0
    for row in stride(from: 0, to: height, by: 4) {
      for column in stride(from: 0, to: width, by: 4) {
        unsafe sum += Int(luma[row * width + column])
        count += 1
      }
    }
    return Double(sum) / Double(max(count, 1))
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
