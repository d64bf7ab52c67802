import CAVFormat
import Glibc

/// An open video file: the packets of its video stream, one after the other.
@safe final class VideoReader {
  /// What a read brought.
  enum Outcome {
    /// The packet is in the reader until the next read.
    case packet
    /// The file ended where it should.
    case end
    /// The file ended where it should not; why, for people.
    case cut(String)
  }

  /// Demuxers that make a "video" of things that are none: text in several dresses, lists of other files, network sessions.
  private static let refusedContainers: Set<String> = [
    "tty", "bin", "xbin", "adf", "idf", "concat", "hls", "dash", "imf", "sdp", "rtp", "rtsp", "sap", "ffmetadata",
    "lavfi",
  ]

  let path: String
  let facts: cav_stream_facts
  let container: String
  /// `creation_time` of the container, milliseconds since 1970.
  let createdAtMs: Int64?
  /// Length in time of the last packet there was, nanoseconds; zero when unknown.
  private(set) var lastPacketDuration: Int64 = 0
  private let context: UnsafeMutablePointer<AVFormatContext>
  private let packet: UnsafeMutablePointer<AVPacket>

  /// Opens the file and finds its video stream. Throws `.notFound` or `.unreadable`.
  init(path: String) throws(CameraError) {
    cav_quiet()
    try Self.checkFile(path)
    var opened: UnsafeMutablePointer<AVFormatContext>?
    let code = unsafe cav_open(AVFormatText.url(path), &opened)
    guard code >= 0, let context = unsafe opened else { throw Self.unreadable(path, AVFormatText.error(code)) }
    let container = unsafe String(cString: cav_container_name(context))
    guard !container.split(separator: ",").contains(where: { Self.refusedContainers.contains(String($0)) }) else {
      unsafe cav_close(context)
      throw Self.unreadable(path, "it looks like \(container)")
    }
    var facts = cav_stream_facts()
    let found = unsafe cav_find_video(context, &facts)
    guard found >= 0, let packet = unsafe cav_packet_new() else {
      unsafe cav_close(context)
      throw Self.unreadable(path, found == CAV_NO_STREAM ? "there is no picture in it" : AVFormatText.error(found))
    }
    self.path = path
    self.facts = facts
    self.container = container
    self.createdAtMs = unsafe cav_metadata(context, "creation_time").flatMap {
      WallTime.milliseconds(iso8601: unsafe String(cString: $0))
    }
    unsafe self.context = context
    unsafe self.packet = packet
  }

  deinit {
    unsafe cav_packet_free(packet)
    unsafe cav_close(context)
  }

  /// Average frames a second; nil when the file does not tell.
  var averageRate: Double? {
    guard facts.rate_num > 0, facts.rate_den > 0 else { return nil }
    let rate = Double(facts.rate_num) / Double(facts.rate_den)
    return rate <= 1000 ? rate : nil
  }

  /// Length as the file's header or index states it, nanoseconds; nil when it is only an estimate.
  var statedDuration: Int64? {
    let ofStream = nanoseconds(facts.duration_ticks)
    if facts.duration_ticks > 0, ofStream > 0 { return ofStream }
    guard facts.stream_count == 1, facts.container_duration_us > 0 else { return nil }
    return facts.container_duration_us.multipliedReportingOverflow(by: 1000).overflow
      ? nil : facts.container_duration_us * 1000
  }

  /// Reads the next packet of the video stream.
  func read() -> Outcome {
    let code = unsafe cav_read(context, facts.index, packet)
    if code >= 0 {
      let ticks = unsafe cav_packet_duration(packet)
      lastPacketDuration = ticks > 0 ? max(0, time(ticks) ?? 0) : 0
      return .packet
    }
    return code == CAV_END_OF_FILE ? .end : .cut(AVFormatText.error(code))
  }

  /// Nanoseconds of a tick count of this stream; nil when the file says no time.
  func time(_ ticks: Int64) -> Int64? {
    let value = nanoseconds(ticks)
    return value == CAV_NO_TIME ? nil : value
  }

  private func nanoseconds(_ ticks: Int64) -> Int64 { cav_nanoseconds(ticks, facts.base_num, facts.base_den) }

  /// Time of the packet that was read last.
  var packetTime: Int64? { unsafe time(cav_packet_time(packet)) }

  /// Bytes of that packet.
  var packetByteCount: Int { unsafe Int(cav_packet_size(packet)) }

  /// Whether the container itself says that bytes are missing.
  var packetIsCorrupt: Bool { unsafe cav_packet_is_corrupt(packet) != 0 }

  /// Reads the packet's bytes; the span is valid inside `body` only.
  func withPacketBytes<Result, Failure: Error>(_ body: (RawSpan) throws(Failure) -> Result) throws(Failure) -> Result {
    let bytes = unsafe UnsafeRawBufferPointer(start: cav_packet_bytes(packet), count: packetByteCount)
    return try unsafe body(bytes.bytes)
  }

  /// A decoder for this stream.
  func makeDecoder(threads: Int) throws(CameraError) -> VideoDecoder {
    var opened: UnsafeMutablePointer<AVCodecContext>?
    let code = unsafe cav_decoder_new(context, facts.index, CInt(threads), &opened)
    let codec = AVFormatText.codec(facts.codec)
    guard code >= 0, let decoder = unsafe opened else {
      throw CameraError(.unreadable, path, "its codec \(codec) cannot be decoded here (\(AVFormatText.error(code)))")
    }
    guard let picture = unsafe cav_picture_new() else {
      unsafe cav_decoder_free(decoder)
      throw CameraError(.unreadable, path, "its codec \(codec) cannot be decoded (out of memory)")
    }
    return unsafe VideoDecoder(context: decoder, picture: picture)
  }

  /// Gives the packet that was read last to the decoder.
  func send(to decoder: VideoDecoder) -> CInt { unsafe decoder.send(packet) }

  private static func checkFile(_ path: String) throws(CameraError) {
    var status = stat()
    guard !path.isEmpty, !path.utf8.contains(0), unsafe stat(path, &status) == 0 else {
      throw CameraError(.notFound, path, "there is no such file")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw unreadable(path, status.st_mode & S_IFMT == S_IFDIR ? "it is a folder" : "it is no ordinary file")
    }
    guard status.st_size > 0 else { throw unreadable(path, "it is empty") }
    guard unsafe access(path, R_OK) == 0 else {
      throw CameraError(.notFound, path, "may not be read; check its owner and permissions")
    }
  }

  private static func unreadable(_ path: String, _ why: String) -> CameraError {
    CameraError(.unreadable, path, "is not a video that can be read (\(why))")
  }
}
