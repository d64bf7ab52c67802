import CameraIO

/// A chosen frame -> the planes that WebP takes, luma and chroma all the way: no RGB in between, but for Bayer pictures.
///
/// JPEGs of every usual subsampling and all raw formats of `FrameFormat`. A JPEG is converted band by band as it is decoded: what
/// is in the processor's cache costs nothing to convert.
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
    let layout = ChromaLayout(reader.subsampling)
    let (width, chromaWidth) = (reader.width, (reader.width + 1) / 2)
    return try unsafe PlanarPicture(width: width, height: reader.height) { (planes) throws(JPEGReader.Failure) in
      try unsafe reader.decode { band in
        for row in unsafe 0..<band.rows {
          unsafe PlaneKernels.limitLuma(
            band.luma.start + row * band.luma.bytesPerLine, into: planes.luma + (band.top + row) * width, count: width)
        }
        let start = unsafe band.top / 2 * chromaWidth
        guard let layout else {
          unsafe noColour(planes, from: start, count: (band.rows + 1) / 2 * chromaWidth)
          return
        }
        unsafe layout.convert(band.blue, into: planes.blue + start, width: width, height: band.rows, range: .full)
        unsafe layout.convert(band.red, into: planes.red + start, width: width, height: band.rows, range: .full)
      }
    }
  }

  private static func raw(
    _ bytes: UnsafeRawBufferPointer, _ format: FrameFormat
  ) throws(JPEGReader.Failure) -> PlanarPicture {
    let rows = try LumaRows(format, byteCount: bytes.count)
    let (width, height) = (format.width, format.height)
    let layout = ChromaLayout(format.pixelFormat, siting: format.siting)
    var picture = unsafe PlanarPicture(width: width, height: height) { planes in
      guard let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
      for row in 0..<height {
        let source = unsafe start + rows.offset + row * rows.bytesPerLine
        let line = unsafe planes.luma + row * width
        switch (rows.step, format.range) {
        case (2, .full): unsafe PlaneKernels.limitSecond(source, into: line, count: width)
        case (2, .limited): unsafe PlaneKernels.takeSecond(source, into: line, count: width)
        case (_, .full): unsafe PlaneKernels.limitLuma(source, into: line, count: width)
        case (_, .limited): unsafe line.update(from: source, count: width)
        }
      }
      guard let layout else {
        unsafe noColour(planes, from: 0, count: (width + 1) / 2 * ((height + 1) / 2))
        return
      }
      let blues = unsafe ChromaLayout.Plane(layout.blue, of: format, start)
      let reds = unsafe ChromaLayout.Plane(layout.red, of: format, start)
      unsafe layout.convert(blues, into: planes.blue, width: width, height: height, range: format.range)
      unsafe layout.convert(reds, into: planes.red, width: width, height: height, range: format.range)
    }
    if layout != nil, format.matrix == .bt709 { MatrixChange.bt709ToBT601.apply(to: &picture) }
    return picture
  }

  private static func noColour(_ planes: PlanarPicture.Planes, from start: Int, count: Int) {
    unsafe (planes.blue + start).update(repeating: 128, count: count)
    unsafe (planes.red + start).update(repeating: 128, count: count)
  }
}
