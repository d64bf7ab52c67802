import CAVFormat
import Foundation

/// Muxes the pictures of one camera into a video file as they are: JPEGs stay JPEGs, raw pictures stay raw, H.264 stays H.264.
///
/// The extension chooses the container, and only those are taken that keep times to the microsecond:
/// `.mkv` and `.nut` (everything; what is written survives a power cut) and `.mov` or `.mp4`
/// (JPEG and H.264; unreadable until finished, because their index comes last). AVI counts frames instead of keeping times.
/// libavformat's Matroska muxer counts in milliseconds whatever it is asked for. It is therefore fed microseconds, and
/// the one number in the header that says how long a tick is gets corrected: `TimestampScale` 1000 instead of 1000000.
/// One thread uses a writer at a time.
@safe public final class RecordingWriter {
  /// The file.
  public let path: String
  /// Pictures written so far.
  public private(set) var frameCount = 0

  private let pixelFormat: FrameFormat.PixelFormat
  private let rawByteCount: Int?
  private let frameInterval: Int64
  private var context: UnsafeMutablePointer<AVFormatContext>?
  private let packet: UnsafeMutablePointer<AVPacket>
  private var lastTicks: Int64?
  private let ticksPerSecond: Int32
  private let isMatroska: Bool
  private var finishedByteCount = 0

  /// Creates the file (an existing one is replaced) and writes its header.
  ///
  /// `nominalRate` in frames a second is what the container announces; the times of the frames are their own. H.264 needs
  /// `parameterSets` (see `KeyFrameGate`) for the header; its range and matrix are those of the stream, not the ones given here.
  /// Throws `.broken` when the file cannot be written or the container cannot hold these pictures.
  public init(
    path: String, width: Int, height: Int, pixelFormat: FrameFormat.PixelFormat, nominalRate: Double,
    range: FrameFormat.ColorRange = .full, matrix: FrameFormat.ColorMatrix = .bt601, parameterSets: [UInt8] = [],
    startedAtMs: Int64? = nil
  ) throws(CameraError) {
    guard (1...16_384).contains(width), (1...16_384).contains(height), nominalRate > 0, nominalRate <= 1000 else {
      throw CameraError(
        .broken, path,
        "cannot record \(width)x\(height) at \(nominalRate) frames/s: allowed are sizes of 1 to 16384 and up to 1000 frames/s"
      )
    }
    guard (pixelFormat == .h264) == !parameterSets.isEmpty else {
      throw CameraError(
        .broken, path,
        "cannot be begun: H.264, and nothing else, needs the parameter sets of its stream")
    }
    cav_quiet()
    var settings = cav_output_settings()
    settings.codec = CInt(bitPattern: Self.codec(pixelFormat).rawValue)
    settings.pixel_format = Self.libavPixels(pixelFormat, range: range)
    settings.width = CInt(width)
    settings.height = CInt(height)
    settings.rate_num = CInt((nominalRate * 1000).rounded())
    settings.rate_den = 1000
    if pixelFormat != .h264 {
      settings.color_range = CInt(bitPattern: (range == .full ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG).rawValue)
    }
    settings.color_space = CInt(bitPattern: Self.colorSpace(pixelFormat, matrix).rawValue)

    var opened: UnsafeMutablePointer<AVFormatContext>?
    let created = startedAtMs.map(WallTime.iso8601)
    let code = unsafe parameterSets.withUnsafeBufferPointer { sets in
      unsafe cav_output_new(
        AVFormatText.url(path), settings, sets.baseAddress, CInt(sets.count), created, &opened)
    }
    if code == CAV_NO_MUXER {
      throw CameraError(.broken, path, "cannot be written: its extension names no container; use .mkv, .nut or .mov")
    }
    guard code >= 0, let output = unsafe opened else {
      throw CameraError(.broken, path, "cannot be written (\(AVFormatText.error(code)))")
    }
    guard let packet = unsafe cav_packet_new() else {
      _ = unsafe cav_output_close(output)
      throw CameraError(.broken, path, "cannot be written (out of memory)")
    }
    let begun = unsafe cav_output_begin(output)
    let base = unsafe (num: cav_output_base_num(output), den: cav_output_base_den(output))
    let container = unsafe String(cString: cav_output_container_name(output))
    let isMatroska = container == "matroska"
    let isFineEnough =
      isMatroska || (["nut", "mov", "mp4"].contains(container) && base.num == 1 && base.den >= 1_000_000)
    if begun < 0 || !isFineEnough {
      unsafe cav_packet_free(packet)
      _ = unsafe cav_output_close(output)
      unsafe unlink(path)
      let why =
        begun < 0
        ? "this container does not take \(pixelFormat.rawValue) pictures (\(AVFormatText.error(begun)))"
        : "this container does not keep times to the microsecond"
      throw CameraError(.broken, path, "cannot be written: \(why); use .mkv, .nut or .mov")
    }
    self.path = path
    self.pixelFormat = pixelFormat
    self.rawByteCount = FrameFormat(width: width, height: height, pixelFormat: pixelFormat).byteCount
    self.isMatroska = isMatroska
    self.ticksPerSecond = isMatroska ? 1_000_000 : base.den
    self.frameInterval = Int64((Double(ticksPerSecond) / nominalRate).rounded())
    unsafe self.context = output
    unsafe self.packet = packet
    if isMatroska { try correctTimestampScale() }
  }

  deinit {
    if let context = unsafe context { _ = unsafe cav_output_close(context) }
    unsafe cav_packet_free(packet)
  }

  /// Adds one picture: a whole JPEG, a raw picture in the plane layout of `FrameFormat`, or an access unit of H.264.
  ///
  /// Times count from the recording's start and increase from picture to picture. The first access unit must be a key frame,
  /// and after a gap in the stream the next one: `KeyFrameGate` tells which are.
  public func append(_ bytes: RawSpan, at time: MonotonicTime) throws(CameraError) {
    guard let context = unsafe context else {
      throw CameraError(.broken, path, "is finished already: a picture at \(time) came too late")
    }
    if let rawByteCount, bytes.byteCount != rawByteCount {
      throw CameraError(
        .broken, path,
        "a \(pixelFormat.rawValue) picture of \(bytes.byteCount) bytes came; \(rawByteCount) are expected")
    }
    guard bytes.byteCount > 0, bytes.byteCount <= Int(CInt.max) - 64 else {
      throw CameraError(.broken, path, "a picture of \(bytes.byteCount) bytes cannot be written")
    }
    let ticks = cav_ticks(time.nanoseconds, 1, ticksPerSecond)
    if let lastTicks, ticks <= lastTicks {
      throw CameraError(.broken, path, "a picture at \(time) came after a later one; times must increase")
    }
    guard ticks >= 0 else {
      throw CameraError(.broken, path, "a picture at \(time) is older than the recording, whose start is zero")
    }
    let isKey = pixelFormat != .h264 || NALUnit.isKeyFrame(bytes)
    guard isKey || frameCount > 0 else {
      throw CameraError(
        .broken, path, "cannot begin with the picture at \(time): nobody can decode what comes before a key frame")
    }
    let code = unsafe bytes.withUnsafeBytes { raw -> CInt in
      guard let start = raw.baseAddress else { return CAV_INVALID_DATA }
      return unsafe cav_output_write(context, packet, start, CInt(raw.count), ticks, frameInterval, isKey ? 1 : 0)
    }
    guard code >= 0 else { throw CameraError(.broken, path, "writing failed (\(AVFormatText.error(code)))") }
    lastTicks = ticks
    frameCount += 1
  }

  /// Adds one picture from an array of bytes.
  public func append(_ bytes: [UInt8], at time: MonotonicTime) throws(CameraError) {
    try unsafe append(bytes.span.bytes, at: time)
  }

  /// Adds a frame at its own time.
  public func append(_ frame: Frame) throws(CameraError) {
    try frame.withBytes { (bytes) throws(CameraError) in try append(bytes, at: frame.time) }
  }

  /// Completes the file with its index and length. Without it the file is what a power cut leaves behind.
  public func finish() throws(CameraError) {
    guard let context = unsafe context else { return }
    unsafe self.context = nil
    let finished = unsafe cav_output_finish(context)
    finishedByteCount = unsafe Int(cav_output_byte_count(context))
    let closed = unsafe cav_output_close(context)
    guard finished >= 0, closed >= 0 else {
      throw CameraError(.broken, path, "finishing failed (\(AVFormatText.error(finished < 0 ? finished : closed)))")
    }
    if isMatroska { try correctTimestampScale() }
  }

  /// The most bytes that the file will have when it is finished now: what is in it, and its index.
  public var byteCount: Int {
    guard let context = unsafe context else { return finishedByteCount }
    // An entry of the index is 20 to 35 bytes in all these containers.
    return unsafe Int(cav_output_byte_count(context)) + 1024 + 48 * frameCount
  }

  // The muxer writes the header at the beginning and once more at the end.
  private func correctTimestampScale() throws(CameraError) {
    let milliseconds: [UInt8] = [0x2A, 0xD7, 0xB1, 0x83, 0x0F, 0x42, 0x40]
    let microseconds: [UInt8] = [0x00, 0x03, 0xE8]
    do {
      guard let file = FileHandle(forUpdatingAtPath: path) else {
        throw CameraError(.broken, path, "cannot be opened again to correct its header")
      }
      defer { try? file.close() }
      let header = try file.read(upToCount: 4096) ?? Data()
      guard let found = header.range(of: Data(milliseconds)) else {
        throw CameraError(.broken, path, "its Matroska header has no time scale where it is expected")
      }
      try file.seek(toOffset: UInt64(found.lowerBound + 4))
      try file.write(contentsOf: microseconds)
    } catch let error as CameraError {
      throw error
    } catch {
      throw CameraError(.broken, path, "its header cannot be corrected (\(error.localizedDescription))")
    }
  }

  private static func codec(_ format: FrameFormat.PixelFormat) -> AVCodecID {
    switch format {
    case .mjpeg: AV_CODEC_ID_MJPEG
    case .h264: AV_CODEC_ID_H264
    case .yuyv, .uyvy, .nv12, .yuv420, .yuv422, .yuv444, .grey, .bggr8, .gbrg8, .grbg8, .rggb8: AV_CODEC_ID_RAWVIDEO
    }
  }

  /// Nothing is said of Bayer pictures, which have no matrix yet, and of H.264, which says it itself.
  private static func colorSpace(_ format: FrameFormat.PixelFormat, _ matrix: FrameFormat.ColorMatrix) -> AVColorSpace {
    if format == .h264 || format.mosaic != nil { return AVCOL_SPC_UNSPECIFIED }
    return matrix == .bt601 ? AVCOL_SPC_SMPTE170M : AVCOL_SPC_BT709
  }

  private static func libavPixels(_ format: FrameFormat.PixelFormat, range: FrameFormat.ColorRange) -> CInt {
    switch format {
    case .mjpeg: range == .full ? AV_PIX_FMT_YUVJ422P.rawValue : AV_PIX_FMT_YUV422P.rawValue
    case .yuyv: AV_PIX_FMT_YUYV422.rawValue
    case .uyvy: AV_PIX_FMT_UYVY422.rawValue
    case .nv12: AV_PIX_FMT_NV12.rawValue
    case .yuv420: AV_PIX_FMT_YUV420P.rawValue
    case .yuv422: AV_PIX_FMT_YUV422P.rawValue
    case .yuv444: AV_PIX_FMT_YUV444P.rawValue
    case .grey: AV_PIX_FMT_GRAY8.rawValue
    case .bggr8: AV_PIX_FMT_BAYER_BGGR8.rawValue
    case .gbrg8: AV_PIX_FMT_BAYER_GBRG8.rawValue
    case .grbg8: AV_PIX_FMT_BAYER_GRBG8.rawValue
    case .rggb8: AV_PIX_FMT_BAYER_RGGB8.rawValue
    case .h264: AV_PIX_FMT_YUV420P.rawValue
    }
  }
}
