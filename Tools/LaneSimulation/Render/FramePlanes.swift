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

  /// Multiplies a pixel's light and adds grey to it.
  @inline(__always)
  func light(_ column: Int, _ row: Int, factor: Float, adding grey: Float = 0) {
    let at = row * width + column
    unsafe luma[at] = UInt8(clamp(Float(luma[at]) * factor + grey + 0.5, 0, 255))
    guard !isGrey, column & 1 == 0 else { return }
    let chromaAt = row * chromaWidth + column / 2
    unsafe blue[chromaAt] = UInt8(clamp((Float(blue[chromaAt]) - 128) * factor + 128.5, 0, 255))
    unsafe red[chromaAt] = UInt8(clamp((Float(red[chromaAt]) - 128) * factor + 128.5, 0, 255))
  }

  /// Covers part of a pixel with a colour.
  @inline(__always)
  func cover(_ column: Int, _ row: Int, _ colour: Colour, part: Float) {
    guard part > 0 else { return }
    let at = row * width + column
    unsafe luma[at] = UInt8(clamp(mix(Float(luma[at]), colour.luma, part) + 0.5, 0, 255))
    guard !isGrey, column & 1 == 0 else { return }
    let chromaAt = row * chromaWidth + column / 2
    unsafe blue[chromaAt] = UInt8(clamp(mix(Float(blue[chromaAt]), colour.blue + 128, part) + 0.5, 0, 255))
    unsafe red[chromaAt] = UInt8(clamp(mix(Float(red[chromaAt]), colour.red + 128, part) + 0.5, 0, 255))
  }

  /// Covers a soft round spot; smaller ones than a pixel cover their part of it.
  func dot(_ centre: SIMD2<Float>, radius: Float, soft: Float, _ colour: Colour, part: Float) {
    let reach = max(radius + soft, 0.5) + 0.5
    let rows =
      max(Int(centre.y - reach), 0)..<max(min(Int(centre.y + reach) + 1, height), max(Int(centre.y - reach), 0))
    let columns =
      max(Int(centre.x - reach), 0)..<max(min(Int(centre.x + reach) + 1, width), max(Int(centre.x - reach), 0))
    let edge = max(soft, 0.5)
    let weight = part * min(1, radius * radius * 4)
    for row in rows {
      for column in columns {
        let off = SIMD2(Float(column) + 0.5, Float(row) + 0.5) - centre
        let away = (off.x * off.x + off.y * off.y).squareRoot()
        cover(column, row, colour, part: weight * clamp((max(radius, 0.5) + edge - away) / (2 * edge), 0, 1))
      }
    }
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
