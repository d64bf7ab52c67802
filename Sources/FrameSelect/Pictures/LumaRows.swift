import CameraIO

/// Where the luma of a raw picture lies. A Bayer picture has none before it is decoded: see `Mosaic`.
struct LumaRows {
  /// First luma byte.
  let offset: Int
  /// Bytes from one luma sample to the next.
  let step: Int
  /// Bytes from one row to the next.
  let bytesPerLine: Int

  /// Fails when the bytes are fewer than the format needs.
  init(_ format: FrameFormat, byteCount: Int) throws(JPEGReader.Failure) {
    guard format.width > 0, format.height > 0, let plane = format.planes.first, let needed = format.byteCount else {
      throw JPEGReader.Failure(
        kind: .unsupported, reason: "a \(format.pixelFormat.rawValue) picture of \(format.width)x\(format.height)")
    }
    guard byteCount >= needed else {
      throw JPEGReader.Failure(kind: .damaged, reason: "\(byteCount) bytes of \(needed), the picture is not whole")
    }
    switch format.pixelFormat {
    case .yuyv: (offset, step) = (plane.offset, 2)
    case .uyvy: (offset, step) = (plane.offset + 1, 2)
    case .nv12, .yuv420, .yuv422, .yuv444, .grey: (offset, step) = (plane.offset, 1)
    case .mjpeg, .bggr8, .gbrg8, .grbg8, .rggb8, .h264:
      throw JPEGReader.Failure(kind: .unsupported, reason: "\(format.pixelFormat.rawValue) has no rows of luma")
    }
    bytesPerLine = plane.bytesPerLine
  }
}
