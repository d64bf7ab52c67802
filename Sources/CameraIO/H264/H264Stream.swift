import CAVFormat

/// The pictures of a camera that delivers H.264: access units in, whole pictures in the pool out, in the order in which they
/// are shown.
///
/// It decodes on the calling thread and holds nothing back: a stream without reordering gives a unit's picture with that unit.
/// After damage or a lost unit nothing comes until the next key frame. Use: `push` one unit, then ask `next` until it needs more.
@safe public final class H264Stream {
  /// What `next` found.
  public enum Outcome: Sendable {
    /// A picture.
    case frame(Frame)
    /// A picture that was not kept.
    case dropped(DropReason)
    /// Nothing more until the next unit.
    case needsMore
  }

  private let decoder: VideoDecoder
  private var gate = KeyFrameGate()
  /// The times of the pictures in the decoder, earliest first.
  private var waiting: [Int64] = []
  /// Pictures that came in and will not come out, not yet told.
  private var untold = 0
  /// Pictures from before this time are not trusted, even if the decoder finds nothing wrong: one that they may need was damaged.
  private var trustedFrom = Int64.min

  /// A decoder that waits for the first key frame; `subject` names the camera in errors.
  public init(subject: String) throws(CameraError) {
    cav_quiet()
    decoder = try VideoDecoder(immediate: AV_CODEC_ID_H264, subject: subject)
  }

  /// Takes one access unit, Annex B, as the camera stamped it.
  ///
  /// Units of streams with reordered pictures may be stamped as they are shown or as they come.
  public func push(_ bytes: RawSpan, at time: MonotonicTime) {
    switch gate.admit(bytes) {
    case .mustWait:
      untold += 1
      return
    case .noPicture:
      _ = decoder.send(bytes)
      return
    case .keyFrame: if trustedFrom == .max { trustedFrom = time.nanoseconds }
    case .picture: break
    }
    guard decoder.send(bytes) >= 0 else {
      untold += 1
      distrust()
      return
    }
    waiting.insert(time.nanoseconds, at: waiting.firstIndex { $0 > time.nanoseconds } ?? waiting.endIndex)
  }

  /// The next picture, copied once into `pool`.
  public func next(into pool: FramePool, camera: CameraPosition, sequence: UInt64) -> Outcome {
    if untold > 0 {
      untold -= 1
      return .dropped(.damaged)
    }
    let received = decoder.receive()
    guard received >= 0, !waiting.isEmpty else {
      if received != CAV_TRY_AGAIN { distrust() }
      // The decoder holds back as many as it must to bring them in order; it has let go of what is more.
      guard waiting.count > decoder.delay else { return .needsMore }
      waiting.removeFirst()
      return .dropped(.damaged)
    }
    defer { decoder.forgetPicture() }
    // Pictures come out in the order in which they are shown, so the earliest time is theirs, however the units were stamped.
    let time = waiting.removeFirst()
    let facts = decoder.facts
    if facts.is_damaged != 0 { distrust() }
    guard time >= trustedFrom, let layout = PictureLayout(libav: facts.pixel_format) else { return .dropped(.damaged) }
    let format = layout.format(
      width: Int(facts.width), height: Int(facts.height), colorRange: facts.color_range, colorSpace: facts.color_space,
      chromaLocation: facts.chroma_location)
    guard let byteCount = format.byteCount else { return .dropped(.damaged) }
    guard var lease = pool.lease(capacity: byteCount) else { return .dropped(.pool) }
    guard lease.withBytes({ decoder.copyPicture(layout, format, into: &$0) }) else { return .dropped(.damaged) }
    return .frame(
      lease.seal(
        byteCount: byteCount, camera: camera, sequence: sequence, time: MonotonicTime(nanoseconds: time),
        format: format))
  }

  /// Waits for a key frame: units were lost. What is in the decoder was whole and still comes.
  public func forget() { gate.close() }

  private func distrust() {
    gate.close()
    trustedFrom = .max
  }
}
