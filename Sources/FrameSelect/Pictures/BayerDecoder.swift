import CSwscale
import CameraIO

/// A Bayer picture -> planes, by libswscale: the mosaic to RGB, then RGB to 4:2:0.
///
/// libswscale also has a way without RGB in between. It is not taken: it swaps red and blue on the way to luma (30 levels off on
/// a colour chart, where this is off by less than one), rounds down, and takes longer.
enum BayerDecoder {
  /// The planes of a whole picture. Throws like `Mosaic`, and `unsupported` when libswscale refuses.
  @unsafe static func decode(
    _ bytes: UnsafeRawBufferPointer, _ format: FrameFormat
  ) throws(JPEGReader.Failure) -> PlanarPicture {
    _ = try Mosaic(format, byteCount: bytes.count)
    csws_quiet()
    let (width, height) = (CInt(format.width), CInt(format.height))
    let margin = CSWS_MARGIN
    let debayer = try unsafe converter(libavPixels(format.pixelFormat), AV_PIX_FMT_RGB24, width, height)
    defer { unsafe csws_free(debayer) }
    let turn = try unsafe converter(AV_PIX_FMT_RGB24, AV_PIX_FMT_YUV420P, width, height)
    defer { unsafe csws_free(turn) }
    return try unsafe PlanarPicture(width: format.width, height: format.height, margin: Int(margin)) {
      (planes) throws(JPEGReader.Failure) in
      let capacity = format.width * format.height * 3 + Int(margin)
      let code = unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) { colors -> CInt in
        guard let source = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), let rgb = colors.baseAddress
        else { return 0 }
        let code = unsafe csws_convert(debayer, source, width, height, rgb, 3 * width, nil, nil, 0)
        guard code >= 0 else { return code }
        return unsafe csws_convert(
          turn, rgb, 3 * width, height, planes.luma, width, planes.blue, planes.red, width / 2)
      }
      guard code >= 0 else {
        throw JPEGReader.Failure(kind: .unsupported, reason: "libswscale cannot convert it (\(code))")
      }
    }
  }

  @unsafe private static func converter(
    _ source: AVPixelFormat, _ target: AVPixelFormat, _ width: CInt, _ height: CInt
  ) throws(JPEGReader.Failure) -> OpaquePointer {
    guard let context = unsafe csws_new(source.rawValue, target.rawValue, width, height) else {
      throw JPEGReader.Failure(kind: .unsupported, reason: "libswscale does not take pictures of \(width)x\(height)")
    }
    return unsafe context
  }

  private static func libavPixels(_ format: FrameFormat.PixelFormat) -> AVPixelFormat {
    switch format {
    case .bggr8: AV_PIX_FMT_BAYER_BGGR8
    case .gbrg8: AV_PIX_FMT_BAYER_GBRG8
    case .grbg8: AV_PIX_FMT_BAYER_GRBG8
    case .rggb8: AV_PIX_FMT_BAYER_RGGB8
    case .mjpeg, .yuyv, .uyvy, .nv12, .yuv420, .yuv422, .yuv444, .grey, .h264: AV_PIX_FMT_NONE
    }
  }
}
