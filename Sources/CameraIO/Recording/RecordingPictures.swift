import CAVFormat

/// The pictures of a video file, whichever way they are stored: JPEG, raw, or to be decoded.
final class RecordingPictures {
  /// A picture that waits in the reader or the decoder to be copied.
  struct Picture {
    let format: FrameFormat
    let byteCount: Int
    /// As the file has it; nil when it says none.
    let time: Int64?
    fileprivate let layout: PictureLayout?
    /// Of raw pictures: to how many bytes their rows are padded.
    fileprivate let rowAlignment: Int
  }

  enum Outcome {
    case picture(Picture)
    /// One that is not whole, with its time if it has one.
    case damaged(Int64?)
    /// No more; why the file counts as cut off, or nil.
    case end(String?)
  }

  private enum Storage {
    case jpeg
    case raw(PictureLayout)
    case coded(VideoDecoder)
  }

  private let reader: VideoReader
  private let storage: Storage
  private var isDraining = false
  private var cut: String?
  private var lastWasDamaged = false
  private var errorsInARow = 0

  init(reader: VideoReader, decoderThreads: Int) throws(CameraError) {
    self.reader = reader
    let facts = reader.facts
    let codec = UInt32(bitPattern: facts.codec)
    if codec == AV_CODEC_ID_MJPEG.rawValue {
      storage = .jpeg
      return
    }
    // Files that state no pixel format are judged by their first picture.
    let layout = PictureLayout(libav: facts.pixel_format)
    guard layout != nil || facts.pixel_format < 0 else {
      throw Self.unsupported(reader.path, facts.pixel_format)
    }
    if codec == AV_CODEC_ID_RAWVIDEO.rawValue, let layout, layout.shift == nil, facts.extradata_size == 0,
      facts.codec_tag == cav_raw_tag(facts.pixel_format)
    {
      guard (1...16_384).contains(facts.width), (1...16_384).contains(facts.height) else {
        throw CameraError(
          .unreadable, reader.path, "its pictures of \(facts.width)x\(facts.height) pixels cannot be read")
      }
      storage = .raw(layout)
    } else {
      storage = .coded(try reader.makeDecoder(threads: decoderThreads))
    }
  }

  /// Finds the next picture; it stays until the next call.
  func next() throws(CameraError) -> Outcome {
    let outcome: Outcome
    switch storage {
    case .jpeg: outcome = nextJPEG()
    case .raw(let layout): outcome = nextRaw(layout)
    case .coded(let decoder): outcome = try nextDecoded(decoder)
    }
    switch outcome {
    case .picture: lastWasDamaged = false
    case .damaged: lastWasDamaged = true
    case .end(nil) where lastWasDamaged: return .end("its last picture is not whole")
    case .end: break
    }
    return outcome
  }

  /// Copies the picture that `next` found; false when that fails.
  func copy(_ picture: Picture, into destination: inout MutableRawSpan) -> Bool {
    switch storage {
    case .jpeg:
      reader.withPacketBytes { source in
        unsafe source.withUnsafeBytes { from in
          unsafe destination.withUnsafeMutableBytes { to in unsafe to.copyMemory(from: from) }
        }
      }
      return true
    case .raw(let layout): return copyRaw(picture, layout, into: &destination)
    case .coded(let decoder):
      guard let layout = picture.layout else { return false }
      defer { decoder.forgetPicture() }
      return decoder.copyPicture(layout, picture.format, into: &destination)
    }
  }

  /// The next packet with something in it; zero bytes mean "the same picture again" in some containers.
  private func readPacket() -> VideoReader.Outcome {
    while true {
      let outcome = reader.read()
      if case .packet = outcome, reader.packetByteCount == 0 { continue }
      return outcome
    }
  }

  private func nextJPEG() -> Outcome {
    switch readPacket() {
    case .end: return .end(nil)
    case .cut(let why): return .end(why)
    case .packet: break
    }
    let time = reader.packetTime
    guard let header = reader.withPacketBytes({ JPEGHeader($0) }) else { return .damaged(time) }
    return .picture(
      Picture(
        format: FrameFormat(width: header.width, height: header.height, pixelFormat: .mjpeg),
        byteCount: reader.packetByteCount, time: time, layout: nil, rowAlignment: 1))
  }

  private func nextRaw(_ layout: PictureLayout) -> Outcome {
    switch readPacket() {
    case .end: return .end(nil)
    case .cut(let why): return .end(why)
    case .packet: break
    }
    let facts = reader.facts
    let time = reader.packetTime
    let format = layout.format(
      width: Int(facts.width), height: Int(facts.height), colorRange: facts.color_range, colorSpace: facts.color_space,
      chromaLocation: facts.chroma_location)
    let size = reader.packetByteCount
    let alignment = [1, 2, 4, 8, 16, 32, 64].first {
      Int(cav_raw_byte_count(facts.pixel_format, facts.width, facts.height, CInt($0))) == size
    }
    guard let alignment, let byteCount = format.byteCount, !reader.packetIsCorrupt else { return .damaged(time) }
    return .picture(
      Picture(format: format, byteCount: byteCount, time: time, layout: layout, rowAlignment: alignment))
  }

  private func copyRaw(_ picture: Picture, _ layout: PictureLayout, into destination: inout MutableRawSpan) -> Bool {
    let facts = reader.facts
    return reader.withPacketBytes { source in
      unsafe source.withUnsafeBytes { from in
        var offset = 0
        for (index, plane) in picture.format.planes.enumerated() {
          let bytesPerLine = Int(
            cav_raw_line_size(facts.pixel_format, facts.width, CInt(index), CInt(picture.rowAlignment)))
          guard bytesPerLine >= plane.rowBytes, offset + bytesPerLine * plane.rows <= from.count,
            let start = from.baseAddress
          else { return false }
          let first = unsafe (start + offset).assumingMemoryBound(to: UInt8.self)
          unsafe layout.copy(plane, from: first, bytesPerLine: bytesPerLine, into: &destination)
          offset += bytesPerLine * plane.rows
        }
        return true
      }
    }
  }

  private func nextDecoded(_ decoder: VideoDecoder) throws(CameraError) -> Outcome {
    while true {
      let received = decoder.receive()
      if received == 0 {
        errorsInARow = 0
        return try decoded(decoder)
      }
      if received == CAV_END_OF_FILE { return .end(cut) }
      if received != CAV_TRY_AGAIN {
        // A decoder that only fails must not be asked for ever.
        errorsInARow += 1
        if isDraining && errorsInARow > 16 { return .end(cut ?? AVFormatText.error(received)) }
        return .damaged(nil)
      }
      guard !isDraining else { return .end(cut) }
      switch readPacket() {
      case .packet:
        // EAGAIN cannot come: the decoder was just asked for everything it had.
        if reader.send(to: decoder) < 0 { return .damaged(nil) }
      case .end: drain(decoder, nil)
      case .cut(let why): drain(decoder, why)
      }
    }
  }

  private func drain(_ decoder: VideoDecoder, _ why: String?) {
    cut = why
    isDraining = true
    _ = unsafe decoder.send(nil)
  }

  private func decoded(_ decoder: VideoDecoder) throws(CameraError) -> Outcome {
    let facts = decoder.facts
    let time = reader.time(facts.ticks)
    if facts.is_damaged != 0 {
      decoder.forgetPicture()
      return .damaged(time)
    }
    guard let layout = PictureLayout(libav: facts.pixel_format) else {
      throw Self.unsupported(reader.path, facts.pixel_format)
    }
    let format = layout.format(
      width: Int(facts.width), height: Int(facts.height), colorRange: facts.color_range, colorSpace: facts.color_space,
      chromaLocation: facts.chroma_location)
    guard let byteCount = format.byteCount else { return .damaged(time) }
    return .picture(Picture(format: format, byteCount: byteCount, time: time, layout: layout, rowAlignment: 1))
  }

  private static func unsupported(_ path: String, _ format: CInt) -> CameraError {
    CameraError(
      .unreadable, path,
      "its pixel format \(AVFormatText.pixels(format)) is not supported; convert it to yuv420p, for example with ffmpeg"
    )
  }
}
