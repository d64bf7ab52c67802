import CameraIO

/// A chosen frame -> the planes that WebP takes, luma and chroma all the way: no RGB in between, but for Bayer pictures.
///
/// JPEGs of every usual subsampling and all raw formats of `FrameFormat`. Chroma of raw formats is taken to lie in the
/// middle of its pixels, as V4L2 documents them and as JPEG and WebP have it; for video with chroma at the left pixel
/// (H.264's default) that is off by half a pixel, less than 4:2:0 can show.
public struct FrameDecoder: Sendable {
  /// A decoder; it has no state, one serves any number of threads.
  public init() {}

  /// The frame as planes. Throws `damaged` when its bytes are not a whole picture, `unsupported` for a kind of JPEG that
  /// cameras do not send.
  public func decode(_ frame: Frame) throws(PictureError) -> PlanarPicture {
    let format = frame.format
    do throws(JPEGReader.Failure) {
      return try frame.withBytes { (bytes) throws(JPEGReader.Failure) -> PlanarPicture in
        try unsafe bytes.withUnsafeBytes { (raw) throws(JPEGReader.Failure) -> PlanarPicture in
          switch format.pixelFormat {
          case .mjpeg: try unsafe Self.jpeg(raw, format)
          case .bggr8, .gbrg8, .grbg8, .rggb8: try unsafe BayerDecoder.decode(raw, format)
          case .yuyv, .uyvy, .nv12, .yuv420, .yuv422, .yuv444, .grey, .h264: try unsafe Self.raw(raw, format)
          }
        }
      }
    } catch {
      throw PictureError(error.kind, frame, error.reason)
    }
  }

  private static func jpeg(
    _ bytes: UnsafeRawBufferPointer, _ format: FrameFormat
  ) throws(JPEGReader.Failure) -> PlanarPicture {
    let reader = try unsafe JPEGReader(bytes, expecting: format)
    let lumaSize = reader.planeSize(0)
    let layout = ChromaLayout(reader.subsampling)
    let chromaSize = layout == nil ? (width: 0, height: 0) : reader.planeSize(1)
    var picture = PlanarPicture(
      width: reader.width, height: reader.height, lumaStride: lumaSize.width,
      lumaBytes: lumaSize.width * lumaSize.height, chromaBytes: chromaSize.width * chromaSize.height)

    // Everything is decoded to where it stays, and converted there: memory that is not touched costs no time.
    try unsafe picture.luma.withUnsafeMutableBufferPointer { (luma) throws(JPEGReader.Failure) in
      try unsafe picture.blue.withUnsafeMutableBufferPointer { (blue) throws(JPEGReader.Failure) in
        try unsafe picture.red.withUnsafeMutableBufferPointer { (red) throws(JPEGReader.Failure) in
          guard let luma = luma.baseAddress, let blue = blue.baseAddress, let red = red.baseAddress else { return }
          try unsafe reader.decode(luma: luma, blue: blue, red: red)
          for row in 0..<reader.height {
            unsafe PlaneKernels.limitLuma(luma + row * lumaSize.width, count: reader.width)
          }
          guard let layout else { return }
          let (width, height) = (reader.width, reader.height)
          let blues = unsafe ChromaLayout.Plane(start: blue, bytesPerLine: chromaSize.width)
          let reds = unsafe ChromaLayout.Plane(start: red, bytesPerLine: chromaSize.width)
          unsafe layout.convert(blues, into: blue, width: width, height: height, range: .full)
          unsafe layout.convert(reds, into: red, width: width, height: height, range: .full)
        }
      }
    }
    return picture
  }

  private static func raw(
    _ bytes: UnsafeRawBufferPointer, _ format: FrameFormat
  ) throws(JPEGReader.Failure) -> PlanarPicture {
    let rows = try LumaRows(format, byteCount: bytes.count)
    var picture = PlanarPicture(
      width: format.width, height: format.height, lumaStride: format.width, lumaBytes: format.width * format.height)
    guard let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return picture }

    unsafe picture.luma.withUnsafeMutableBufferPointer { luma in
      guard let target = luma.baseAddress else { return }
      for row in 0..<format.height {
        let source = unsafe start + rows.offset + row * rows.bytesPerLine
        let line = unsafe target + row * format.width
        if rows.step == 2 {
          unsafe PlaneKernels.takeSecond(source, into: line, count: format.width)
        } else {
          unsafe line.update(from: source, count: format.width)
        }
        if format.range == .full { unsafe PlaneKernels.limitLuma(line, count: format.width) }
      }
    }
    guard let layout = ChromaLayout(format.pixelFormat) else { return picture }
    unsafe picture.blue.withUnsafeMutableBufferPointer { blue in
      unsafe picture.red.withUnsafeMutableBufferPointer { red in
        guard let blue = blue.baseAddress, let red = red.baseAddress else { return }
        let (width, height) = (format.width, format.height)
        let blues = unsafe ChromaLayout.Plane(layout.blue, of: format, start)
        let reds = unsafe ChromaLayout.Plane(layout.red, of: format, start)
        unsafe layout.convert(blues, into: blue, width: width, height: height, range: format.range)
        unsafe layout.convert(reds, into: red, width: width, height: height, range: format.range)
      }
    }
    if format.matrix == .bt709 { MatrixChange.bt709ToBT601.apply(to: &picture) }
    return picture
  }
}
