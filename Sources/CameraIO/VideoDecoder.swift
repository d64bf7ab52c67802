import CAVFormat

/// A decoder of one video stream: packets in, pictures out in the order in which they are shown.
@safe final class VideoDecoder {
  private let context: UnsafeMutablePointer<AVCodecContext>
  private let picture: UnsafeMutablePointer<AVFrame>

  init(context: UnsafeMutablePointer<AVCodecContext>, picture: UnsafeMutablePointer<AVFrame>) {
    unsafe self.context = context
    unsafe self.picture = picture
  }

  /// A decoder for a live stream: one thread, and no picture is held back that need not be.
  init(immediate codec: AVCodecID, subject: String) throws(CameraError) {
    var opened: UnsafeMutablePointer<AVCodecContext>?
    let code = unsafe cav_decoder_new_immediate(CInt(bitPattern: codec.rawValue), &opened)
    let name = AVFormatText.codec(CInt(bitPattern: codec.rawValue))
    guard code >= 0, let decoder = unsafe opened else {
      throw CameraError(.unreadable, subject, "its codec \(name) cannot be decoded here (\(AVFormatText.error(code)))")
    }
    guard let picture = unsafe cav_picture_new() else {
      unsafe cav_decoder_free(decoder)
      throw CameraError(.unreadable, subject, "its codec \(name) cannot be decoded (out of memory)")
    }
    unsafe self.context = decoder
    unsafe self.picture = picture
  }

  deinit {
    unsafe cav_picture_free(picture)
    unsafe cav_decoder_free(context)
  }

  /// Zero, or an error code; nil sends the end of the stream, after which the last pictures come out.
  func send(_ packet: UnsafeMutablePointer<AVPacket>?) -> CInt { unsafe cav_decoder_send(context, packet) }

  /// Gives the bytes of one packet, which are copied; zero, or an error code.
  func send(_ bytes: RawSpan) -> CInt {
    unsafe bytes.withUnsafeBytes { raw in
      guard let start = raw.baseAddress, raw.count <= Int(CInt.max) - 64 else { return CAV_INVALID_DATA }
      return unsafe cav_decoder_send_bytes(context, start, CInt(raw.count))
    }
  }

  /// How many pictures it holds back at most, so that they come in the order in which they are shown.
  var delay: Int { unsafe Int(cav_decoder_delay(context)) }

  /// Zero when there is a picture, which stays until the next call; `CAV_TRY_AGAIN` when more packets are needed.
  func receive() -> CInt { unsafe cav_decoder_receive(context, picture) }

  /// What the picture says about itself.
  var facts: cav_picture_facts { unsafe cav_picture_facts(picture) }

  /// Lets go of the picture.
  func forgetPicture() { unsafe cav_picture_forget(picture) }

  /// Copies the picture's planes, row after row, into `destination` as `layout` and `format` say.
  func copyPicture(_ layout: PictureLayout, _ format: FrameFormat, into destination: inout MutableRawSpan) -> Bool {
    for (index, plane) in format.planes.enumerated() {
      guard let source = unsafe cav_picture_plane(picture, CInt(index)) else { return false }
      unsafe layout.copy(
        plane, from: source, bytesPerLine: Int(cav_picture_line_size(picture, CInt(index))), into: &destination)
    }
    return true
  }
}
