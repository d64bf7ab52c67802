import CameraIO

/// How a Bayer picture is to be read: cells of two by two pixels, each with one red, two green and one blue.
///
/// A cell is the smallest thing that has a luma. Pixels one by one are no luma: a red wall would be a chessboard in them, and
/// every picture of it sharp.
struct Mosaic {
  /// Cells of a row.
  let columns: Int
  /// Rows of cells.
  let rows: Int
  /// Bytes from one row of pixels to the next.
  let bytesPerLine: Int
  /// What the pixels of a cell count for its luma, row after row, in 256ths: BT.601's weights, green's shared by two.
  let weights: (UInt16, UInt16, UInt16, UInt16)

  /// Fails when the bytes are too few, or when the last row or column of cells would be cut in half: no sensor is read out
  /// like that.
  init(_ format: FrameFormat, byteCount: Int) throws(JPEGReader.Failure) {
    guard let colors = format.pixelFormat.mosaic, format.width > 0, format.height > 0,
      format.width % 2 == 0, format.height % 2 == 0
    else {
      throw JPEGReader.Failure(
        kind: .unsupported,
        reason: "a \(format.pixelFormat.rawValue) picture of \(format.width)x\(format.height): ask for even sizes")
    }
    let needed = format.width * format.height
    guard byteCount >= needed else {
      throw JPEGReader.Failure(kind: .damaged, reason: "\(byteCount) bytes of \(needed), the picture is not whole")
    }
    columns = format.width / 2
    rows = format.height / 2
    bytesPerLine = format.width
    weights = (Self.weight(colors[0]), Self.weight(colors[1]), Self.weight(colors[2]), Self.weight(colors[3]))
  }

  private static func weight(_ color: FrameFormat.MosaicColor) -> UInt16 {
    switch color {
    case .red: 77
    case .green: 75
    case .blue: 29
    }
  }

  /// The luma of every cell, row after row: the picture at half the size. `bytes` are the ones that were counted.
  @unsafe func halfLuma(of bytes: UnsafeRawBufferPointer) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: columns * rows) { target, count in
      for y in 0..<rows {
        let upper = 2 &* y &* bytesPerLine
        let lower = upper &+ bytesPerLine
        let line = y &* columns
        for x in 0..<columns {
          let at = 2 &* x
          // 256 x 255 and the half that rounds fit 16 bits.
          let left = unsafe weights.0 &* UInt16(bytes[upper &+ at]) &+ weights.2 &* UInt16(bytes[lower &+ at])
          let right =
            unsafe weights.1 &* UInt16(bytes[upper &+ at &+ 1]) &+ weights.3 &* UInt16(bytes[lower &+ at &+ 1])
          unsafe target[line &+ x] = UInt8(truncatingIfNeeded: (left &+ right &+ 128) &>> 8)
        }
      }
      count = columns * rows
    }
  }

  /// The luma of blocks of `factor` by `factor` cells, row after row, from two rows of cells of each block.
  @unsafe func smallLuma(of bytes: UnsafeRawBufferPointer, factor: Int) -> (width: Int, height: Int, pixels: [UInt8]) {
    let (width, height) = (columns / factor, rows / factor)
    // Two rows of cells are four of pixels, which stand for all of a block as with other raw pictures.
    let rowStep = max(1, factor / 2)
    let rowsUsed = (factor + rowStep - 1) / rowStep
    let divisor = UInt32(256 * rowsUsed * factor)
    var upperSums = [UInt16](repeating: 0, count: bytesPerLine)
    var lowerSums = upperSums
    let pixels = unsafe [UInt8](unsafeUninitializedCapacity: width * height) { target, count in
      unsafe upperSums.withUnsafeMutableBufferPointer { upperSums in
        unsafe lowerSums.withUnsafeMutableBufferPointer { lowerSums in
          for y in 0..<height {
            for used in 0..<rowsUsed {
              let upper = 2 * (y * factor + used * rowStep) * bytesPerLine
              unsafe Self.add(bytes, at: upper, to: upperSums, isFirst: used == 0)
              unsafe Self.add(bytes, at: upper + bytesPerLine, to: lowerSums, isFirst: used == 0)
            }
            for x in 0..<width {
              var sums: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
              for column in (x &* factor)..<(x &* factor &+ factor) {
                unsafe sums.0 &+= UInt32(upperSums[2 &* column])
                unsafe sums.1 &+= UInt32(upperSums[2 &* column &+ 1])
                unsafe sums.2 &+= UInt32(lowerSums[2 &* column])
                unsafe sums.3 &+= UInt32(lowerSums[2 &* column &+ 1])
              }
              let upper = UInt32(weights.0) &* sums.0 &+ UInt32(weights.1) &* sums.1
              let lower = UInt32(weights.2) &* sums.2 &+ UInt32(weights.3) &* sums.3
              unsafe target[y &* width &+ x] = UInt8(truncatingIfNeeded: (upper &+ lower &+ divisor / 2) / divisor)
            }
          }
        }
      }
      count = width * height
    }
    return (width, height, pixels)
  }

  @unsafe private static func add(
    _ bytes: UnsafeRawBufferPointer, at start: Int, to sums: UnsafeMutableBufferPointer<UInt16>, isFirst: Bool
  ) {
    if isFirst {
      for x in 0..<sums.count { unsafe sums[x] = UInt16(bytes[start &+ x]) }
    } else {
      for x in 0..<sums.count { unsafe sums[x] &+= UInt16(bytes[start &+ x]) }
    }
  }
}
