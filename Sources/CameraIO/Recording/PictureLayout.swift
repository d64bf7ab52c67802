import CAVFormat

/// Which of the pool's formats a pixel format of libav becomes, and how its samples get there.
struct PictureLayout: Equatable {
  /// What the frame will be.
  let pixelFormat: FrameFormat.PixelFormat
  /// Bits by which a 16-bit sample is shifted down to 8; nil when samples have 8 bits already.
  let shift: Int?
  /// Whether the pixel format's own name says full range (the "j" of yuvj420p, and every grey one).
  let isFullRange: Bool

  /// Nil when the pool has no such format: RGB, palettes, alpha-first, 4:1:1, 4:4:0, swapped chroma.
  init?(libav format: CInt) {
    if let mosaic = Self.mosaic(format) {
      pixelFormat = mosaic
      shift = nil
      isFullRange = true
      return
    }
    let pixels = cav_describe_pixels(format)
    guard pixels.known != 0, pixels.is_rgb == 0, pixels.is_other == 0, pixels.offset0 <= 1 else { return nil }
    let chroma = (pixels.log2_chroma_width, pixels.log2_chroma_height)
    let name: FrameFormat.PixelFormat
    switch (pixels.components, pixels.planes) {
    case (1, 1): name = .grey
    case (3, 1):
      guard chroma == (1, 0), pixels.depth == 8, pixels.step0 == 2 else { return nil }
      switch (pixels.offset0, pixels.offset1, pixels.offset2) {
      case (0, 1, 3): name = .yuyv
      case (1, 0, 2): name = .uyvy
      default: return nil
      }
    case (3, 2):
      guard chroma == (1, 1), pixels.offset1 < pixels.offset2 else { return nil }
      name = .nv12
    case (3, 3), (4, 4):  // a fourth plane is alpha, which no camera has: left out
      guard pixels.plane1 == 1, pixels.plane2 == 2 else { return nil }
      switch chroma {
      case (1, 1): name = .yuv420
      case (1, 0): name = .yuv422
      case (0, 0): name = .yuv444
      default: return nil
      }
    default: return nil
    }
    if pixels.depth == 8 {
      shift = nil
    } else {
      guard (9...16).contains(pixels.depth), pixels.is_big_endian == 0, name != .yuyv, name != .uyvy else { return nil }
      shift = Int(pixels.shift + pixels.depth) - 8
    }
    pixelFormat = name
    isFullRange = pixels.is_full_range_by_name != 0 || name == .grey
  }

  private static func mosaic(_ format: CInt) -> FrameFormat.PixelFormat? {
    switch format {
    case AV_PIX_FMT_BAYER_BGGR8.rawValue: .bggr8
    case AV_PIX_FMT_BAYER_GBRG8.rawValue: .gbrg8
    case AV_PIX_FMT_BAYER_GRBG8.rawValue: .grbg8
    case AV_PIX_FMT_BAYER_RGGB8.rawValue: .rggb8
    default: nil
    }
  }

  /// The frame's format, given libav's words for range and matrix and the rule for files that do not say:
  /// limited range (full for grey), BT.709 from 720 rows up, else BT.601. Bayer pictures have neither. Chroma lies in the middle
  /// unless libav knows that it lies at the left, as its decoders of H.264 and MPEG-4 do.
  func format(
    width: Int, height: Int, colorRange: CInt, colorSpace: CInt, chromaLocation: CInt = 0
  ) -> FrameFormat {
    if pixelFormat.mosaic != nil { return FrameFormat(width: width, height: height, pixelFormat: pixelFormat) }
    let range: FrameFormat.ColorRange =
      switch UInt32(bitPattern: colorRange) {
      case AVCOL_RANGE_JPEG.rawValue: .full
      case AVCOL_RANGE_MPEG.rawValue: .limited
      default: isFullRange ? .full : .limited
      }
    let matrix: FrameFormat.ColorMatrix =
      switch UInt32(bitPattern: colorSpace) {
      case AVCOL_SPC_BT470BG.rawValue, AVCOL_SPC_SMPTE170M.rawValue, AVCOL_SPC_FCC.rawValue: .bt601
      case AVCOL_SPC_BT709.rawValue: .bt709
      default: height >= 720 ? .bt709 : .bt601
      }
    let siting: FrameFormat.ChromaSiting =
      switch UInt32(bitPattern: chromaLocation) {
      case AVCHROMA_LOC_LEFT.rawValue, AVCHROMA_LOC_TOPLEFT.rawValue, AVCHROMA_LOC_BOTTOMLEFT.rawValue: .left
      default: .middle
      }
    return FrameFormat(
      width: width, height: height, pixelFormat: pixelFormat, range: range, matrix: matrix, siting: siting)
  }

  /// Copies one plane. `source` is its first row, `bytesPerLine` may be negative (upside down); the caller vouches that
  /// every row holds the plane's samples.
  func copy(
    _ plane: FrameFormat.Plane, from source: UnsafePointer<UInt8>, bytesPerLine: Int,
    into destination: inout MutableRawSpan
  ) {
    unsafe destination.withUnsafeMutableBytes { bytes in
      for row in 0..<plane.rows {
        let start = plane.offset + row * plane.bytesPerLine
        let target = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + plane.rowBytes])
        let line = unsafe source + row * bytesPerLine
        guard let shift else {
          unsafe target.copyMemory(from: UnsafeRawBufferPointer(start: line, count: plane.rowBytes))
          continue
        }
        let samples = unsafe UnsafeRawPointer(line)
        for index in 0..<plane.rowBytes {
          let sample = unsafe UInt16(littleEndian: samples.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self))
          unsafe target[index] = UInt8(truncatingIfNeeded: sample >> UInt16(shift))
        }
      }
    }
  }
}
