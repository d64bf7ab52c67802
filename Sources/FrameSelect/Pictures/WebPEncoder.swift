import CWebP
import Foundation

/// How pictures are encoded: what damage looks like in them, and what they cost.
///
/// The defaults keep fine scratches: libwebp's own (method 4, filter 60, four segments) erase them with rate-distortion optimisation
/// and the loop filter, and take four times the time for the same bytes.
public struct WebPSettings: Sendable, Hashable {
  /// 0 to 100. At 80 a 1920x1200 frame is about 200 KB; 75 suits a slow line, 85 a camera that looks for damage.
  public var quality: Double
  /// 0 (fast) to 6 (small). From 3 on fine contrast is traded for bytes.
  public var method: Int
  /// 0 to 100, the loop filter that smooths block borders, and scratches with them.
  public var filterStrength: Int
  /// The most bytes of a file; what would be larger is encoded again with less quality.
  public var maximumBytes: Int

  /// Settings; out of range is said by `encode`.
  public init(quality: Double = 80, method: Int = 2, filterStrength: Int = 0, maximumBytes: Int = 1 << 20) {
    self.quality = quality
    self.method = method
    self.filterStrength = filterStrength
    self.maximumBytes = maximumBytes
  }
}

/// Planes -> WebP file, on the caller's thread: one picture per core is faster than one picture on several.
///
/// Same planes, same settings, same libwebp: same bytes.
public struct WebPEncoder: Sendable {
  /// How.
  public let settings: WebPSettings

  /// An encoder; it has no state, one serves any number of threads.
  public init(settings: WebPSettings = WebPSettings()) { self.settings = settings }

  /// The picture as a WebP file of at most `maximumBytes`. Throws `encoder` with libwebp's reason, or when not even the lowest
  /// quality is small enough.
  public func encode(_ picture: PlanarPicture) throws(PictureError) -> [UInt8] {
    try encode(picture, leaving: 0).bytes
  }

  /// The same with room for `rest` bytes more in the file, and the quality that it took.
  func encode(_ picture: PlanarPicture, leaving rest: Int) throws(PictureError) -> (bytes: [UInt8], quality: Double) {
    var quality = settings.quality
    var bytes = try encode(picture, quality: quality)
    let room = settings.maximumBytes - rest
    while bytes.count > room {
      guard quality > 0 else {
        throw PictureError(
          .encoder,
          "WebP of \(picture.width)x\(picture.height): \(bytes.count + rest) bytes at quality 0, and "
            + "\(settings.maximumBytes) are allowed; raise webp.maximumSize")
      }
      quality = Self.lower(quality, bytes: bytes.count, room: room)
      bytes = try encode(picture, quality: quality)
    }
    return (bytes, quality)
  }

  /// Measured: from 75 to 85 five steps of quality are a third of the bytes; below it takes more steps, so there are more tries.
  static func lower(_ quality: Double, bytes: Int, room: Int) -> Double {
    let excess = log(Double(bytes) / Double(max(room, 1))) / log(4 / 3.0)
    return max(0, (quality - max(2, 5 * excess)).rounded(.down))
  }

  /// The quality of a picture that is quantised alike everywhere, for the bytes that libwebp takes at `quality` with its four segments:
  /// measured on photos of cars, from 50 to 95.
  static func uniform(_ quality: Double) -> Double { max(0, quality - (100 - quality) / 10) }

  private func encode(_ picture: PlanarPicture, quality: Double) throws(PictureError) -> [UInt8] {
    var config = WebPConfig()
    guard unsafe WebPConfigInit(&config) != 0 else {
      throw PictureError(.encoder, "libwebp is of another version than this program was built for: reinstall both")
    }
    guard (0...100).contains(settings.quality), (0...6).contains(settings.method),
      (0...100).contains(settings.filterStrength)
    else {
      throw PictureError(
        .encoder,
        "WebP quality \(settings.quality), method \(settings.method), filter \(settings.filterStrength): "
          + "libwebp wants 0...100, 0...6, 0...100")
    }
    config.method = CInt(settings.method)
    // To sort the blocks into segments takes a third of the time; methods 0 and 1 do so even for one.
    let isUniform = settings.method > 1
    config.segments = isUniform ? 1 : 4
    config.quality = Float(isUniform ? Self.uniform(quality) : quality)
    config.filter_strength = CInt(settings.filterStrength)
    return try Self.encode(picture, &config)
  }

  private static func encode(_ picture: PlanarPicture, _ config: inout WebPConfig) throws(PictureError) -> [UInt8] {
    var target = unsafe WebPPicture()
    guard unsafe WebPPictureInit(&target) != 0 else {
      throw PictureError(.encoder, "libwebp is of another version than this program was built for: reinstall both")
    }
    defer { unsafe WebPPictureFree(&target) }
    unsafe target.use_argb = 0
    unsafe target.colorspace = WEBP_YUV420
    unsafe target.width = CInt(clamping: picture.width)
    unsafe target.height = CInt(clamping: picture.height)
    unsafe target.y_stride = CInt(clamping: picture.lumaStride)
    unsafe target.uv_stride = CInt(clamping: picture.chromaStride)

    var writer = unsafe WebPMemoryWriter()
    unsafe WebPMemoryWriterInit(&writer)
    defer { unsafe WebPMemoryWriterClear(&writer) }

    // The planes are lent: libwebp reads them, and frees only what it took itself.
    let done = unsafe picture.luma.withUnsafeBufferPointer { luma in
      unsafe picture.blue.withUnsafeBufferPointer { blue in
        unsafe picture.red.withUnsafeBufferPointer { red in
          unsafe target.y = UnsafeMutablePointer(mutating: luma.baseAddress)
          unsafe target.u = UnsafeMutablePointer(mutating: blue.baseAddress)
          unsafe target.v = UnsafeMutablePointer(mutating: red.baseAddress)
          return unsafe withUnsafeMutablePointer(to: &writer) { writer in
            unsafe target.writer = WebPMemoryWrite
            unsafe target.custom_ptr = UnsafeMutableRawPointer(writer)
            return unsafe WebPEncode(&config, &target) != 0
          }
        }
      }
    }
    let code = unsafe target.error_code
    guard done else {
      throw PictureError(.encoder, "WebP of \(picture.width)x\(picture.height) failed: \(reason(code))")
    }
    return unsafe [UInt8](UnsafeBufferPointer(start: writer.mem, count: writer.size))
  }

  private static func reason(_ code: WebPEncodingError) -> String {
    switch code {
    case VP8_ENC_ERROR_OUT_OF_MEMORY, VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY: "out of memory"
    case VP8_ENC_ERROR_BAD_DIMENSION: "libwebp takes 1 to 16383 pixels each way"
    case VP8_ENC_ERROR_PARTITION0_OVERFLOW, VP8_ENC_ERROR_PARTITION_OVERFLOW: "too much detail for one WebP partition"
    case VP8_ENC_ERROR_FILE_TOO_BIG: "the file would be larger than 4 GiB"
    default: "libwebp error \(code.rawValue)"
    }
  }
}
