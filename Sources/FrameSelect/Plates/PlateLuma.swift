import CameraIO

/// The luma of a frame as the plate detector starts from it: whole, at a half or at a quarter of the size, full range.
struct PlateLuma {
  let width: Int
  let height: Int
  /// Row after row, 0 black to 255 white.
  let pixels: [UInt8]

  /// The luma of `frame`, no smaller than `width` x `height` where the frame is not; a JPEG is scaled while it is decoded.
  init(_ frame: Frame, atLeast width: Int, _ height: Int) throws(PictureError) {
    let format = frame.format
    func reaches(_ eighths: Int) -> Bool {
      format.width * eighths / 8 >= width && format.height * eighths / 8 >= height
    }
    if format.pixelFormat == .mjpeg {
      try self.init(frame, eighths: [2, 4].first(where: reaches) ?? 8)
    } else if format.pixelFormat.mosaic != nil || reaches(4) {
      let half = try HalfLuma(frame)
      self.init(width: half.width, height: half.height, pixels: half.pixels)
    } else {
      try self.init(whole: frame)
    }
  }

  private init(width: Int, height: Int, pixels: [UInt8]) {
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  private init(_ frame: Frame, eighths: Int) throws(PictureError) {
    do throws(JPEGReader.Failure) {
      self = try frame.withBytes { (bytes) throws(JPEGReader.Failure) -> PlateLuma in
        try unsafe bytes.withUnsafeBytes { (raw) throws(JPEGReader.Failure) -> PlateLuma in
          try unsafe PlateLuma(jpeg: raw, frame.format, eighths: eighths)
        }
      }
    } catch {
      throw PictureError(error.kind, frame, error.reason)
    }
  }

  private init(jpeg bytes: UnsafeRawBufferPointer, _ format: FrameFormat, eighths: Int) throws(JPEGReader.Failure) {
    let reader = try unsafe JPEGReader(bytes, expecting: format)
    let (width, height) = reader.size(eighths: eighths)
    var failure: JPEGReader.Failure?
    pixels = unsafe [UInt8](unsafeUninitializedCapacity: width * height) { buffer, count in
      do throws(JPEGReader.Failure) {
        guard let start = buffer.baseAddress else { return }
        try unsafe reader.decodeLuma(eighths: eighths, into: start)
        count = width * height
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    self.width = width
    self.height = height
  }

  private init(whole frame: Frame) throws(PictureError) {
    let (width, height) = (frame.format.width, frame.format.height)
    do throws(JPEGReader.Failure) {
      let rows = try LumaRows(frame.format, byteCount: frame.byteCount)
      // Limited range 16...235 is stretched to full range, so that black and white mean the same for every camera.
      let stretch = frame.format.range == .limited
      pixels = frame.withBytes { bytes in
        unsafe bytes.withUnsafeBytes { raw in
          unsafe [UInt8](unsafeUninitializedCapacity: width * height) { buffer, count in
            for y in 0..<height {
              let line = rows.offset &+ y &* rows.bytesPerLine
              for x in 0..<width {
                let value = unsafe Int32(raw[line &+ x &* rows.step])
                let wide = stretch ? ((value &- 16) &* 255 &+ 109) / 219 : value
                unsafe buffer[y &* width &+ x] = UInt8(truncatingIfNeeded: min(255, max(0, wide)))
              }
            }
            count = width * height
          }
        }
      }
    } catch {
      throw PictureError(error.kind, frame, error.reason)
    }
    self.width = width
    self.height = height
  }
}
