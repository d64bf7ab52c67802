import CJPEG
import CameraIO

/// libjpeg-turbo's decoder with the one picture that it has been shown.
///
/// The bytes must outlive the reader: it is made and used inside `Frame.withBytes`. That promise is made where the
/// reader is made (the call is marked); everything else about it is safe, the decoder has this one owner. One picture is decoded
/// once, in one of the two ways.
@safe struct JPEGReader: ~Copyable {
  /// How chroma was thinned out in the file.
  enum Subsampling: Sendable {
    case none, horizontal, vertical, both, quarter, grey
  }

  /// What a reader says when it fails; the caller adds which frame it was.
  struct Failure: Error {
    let kind: PictureError.Kind
    let reason: String
  }

  /// Some rows of a picture as they come out of the decoder; full range, valid until the next ones are decoded.
  @unsafe struct Band {
    /// The first row of the picture that is in it; always even.
    let top: Int
    /// Rows of the picture in it.
    let rows: Int
    /// Y, one sample a pixel.
    let luma: ChromaLayout.Plane
    /// Cb and Cr, thinned out; luma once more where there is no colour.
    let blue: ChromaLayout.Plane
    let red: ChromaLayout.Plane
  }

  /// Pixels of a row.
  let width: Int
  /// Rows.
  let height: Int
  /// How chroma was thinned out.
  let subsampling: Subsampling
  private let decoder: UnsafeMutablePointer<cjpeg>
  /// Blocks of luma and of chroma, across and down, that the decoder works on at once; a grey picture may have more than it needs.
  private let lumaBlocks: (across: Int, down: Int)
  private let chromaBlocks: (across: Int, down: Int)

  /// Reads the header and holds it against what the camera promised: a stray size is damage, and would cost memory.
  init(_ bytes: UnsafeRawBufferPointer, expecting format: FrameFormat) throws(Failure) {
    guard let decoder = unsafe cjpeg_new() else {
      throw Failure(kind: .damaged, reason: "libjpeg has no memory for a decoder")
    }
    var facts = cjpeg_facts()
    let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    let isRead = unsafe bytes.count > 0 && cjpeg_header(decoder, start, UInt(bytes.count), &facts) != 0
    let answer: Result<Subsampling, Failure>
    if !isRead {
      let reason = unsafe bytes.isEmpty ? "it is empty" : String(cString: cjpeg_text(decoder))
      answer = .failure(Failure(kind: .damaged, reason: "not a JPEG that can be read: \(reason)"))
    } else if let reason = Self.stray(Int(facts.width), Int(facts.height), expecting: format) {
      answer = .failure(Failure(kind: .damaged, reason: reason))
    } else {
      answer = Self.subsampling(facts)
    }
    // A value with a deinit is whole or not there at all: what fails is cleared up before it is made.
    if case .failure(let failure) = answer {
      unsafe cjpeg_free(decoder)
      throw failure
    }
    (width, height) = (Int(facts.width), Int(facts.height))
    subsampling = (try? answer.get()) ?? .none
    let hasColour = facts.components == 3
    lumaBlocks = (hasColour ? Int(facts.across.0) : 1, Int(facts.down.0))
    chromaBlocks = hasColour ? (Int(facts.across.1), Int(facts.down.1)) : (0, 0)
    unsafe self.decoder = decoder
  }

  deinit { unsafe cjpeg_free(decoder) }

  /// What is wrong with a JPEG that says this size; nil when the camera promised it.
  static func stray(_ width: Int, _ height: Int, expecting format: FrameFormat) -> String? {
    guard width != format.width || height != format.height else { return nil }
    return "the JPEG says \(width)x\(height), the camera was to send \(format.width)x\(format.height)"
  }

  private static func subsampling(_ facts: cjpeg_facts) -> Result<Subsampling, Failure> {
    guard facts.is_ycc_or_grey != 0 else {
      return .failure(Failure(kind: .unsupported, reason: "a JPEG in RGB or CMYK; cameras send YCbCr"))
    }
    if facts.components == 1 { return .success(.grey) }
    let (across, down) = (facts.across, facts.down)
    // What counts is how luma and chroma relate: some encoders (libavcodec) write 4:2:2 as 2x2, 1x2, 1x2.
    let isUsual =
      facts.components == 3 && across.1 == across.2 && down.1 == down.2 && across.1 > 0 && down.1 > 0
      && across.0 % across.1 == 0 && down.0 % down.1 == 0
    guard isUsual else { return .failure(unusual(across, down)) }
    switch (across.0 / across.1, down.0 / down.1) {
    case (1, 1): return .success(.none)
    case (2, 1): return .success(.horizontal)
    case (1, 2): return .success(.vertical)
    case (2, 2): return .success(.both)
    case (4, 1): return .success(.quarter)
    default: return .failure(unusual(across, down))
    }
  }

  private static func unusual(_ across: (CInt, CInt, CInt), _ down: (CInt, CInt, CInt)) -> Failure {
    let factors = "\(across.0)x\(down.0), \(across.1)x\(down.1), \(across.2)x\(down.2)"
    return Failure(kind: .unsupported, reason: "a JPEG with unusual chroma subsampling (\(factors))")
  }

  /// Decodes the picture from top to bottom; `body` sees every band while it is still in the processor's cache.
  func decode(_ body: (Band) -> Void) throws(Failure) {
    try judge(unsafe cjpeg_start_bands(decoder))
    let hasColour = subsampling != .grey
    // The decoder writes whole blocks.
    let groups = (width + 8 * lumaBlocks.across - 1) / (8 * lumaBlocks.across)
    let (lumaStride, chromaStride) = (groups * 8 * lumaBlocks.across, groups * 8 * chromaBlocks.across)
    let lines = 8 * lumaBlocks.down
    let chromaBytes = chromaStride * 8 * chromaBlocks.down
    var failure: Failure?
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: lumaStride * lines + 2 * chromaBytes) { band in
      guard let luma = band.baseAddress else { return }
      let blue = unsafe luma + lumaStride * lines
      let red = unsafe blue + chromaBytes
      let planes = unsafe (
        ChromaLayout.Plane(start: luma, bytesPerLine: lumaStride),
        ChromaLayout.Plane(start: hasColour ? blue : luma, bytesPerLine: chromaStride),
        ChromaLayout.Plane(start: hasColour ? red : luma, bytesPerLine: chromaStride)
      )
      do throws(Failure) {
        for top in stride(from: 0, to: height, by: lines) {
          try judge(unsafe cjpeg_band(decoder, luma, lumaStride, blue, red, chromaStride))
          unsafe body(
            Band(top: top, rows: min(lines, height - top), luma: planes.0, blue: planes.1, red: planes.2))
        }
        try judge(unsafe cjpeg_finish(decoder))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// Size of the picture at so many eighths of its size.
  func size(eighths: Int) -> (width: Int, height: Int) { ((width * eighths + 7) / 8, (height * eighths + 7) / 8) }

  /// Decodes luma alone at 1, 2, 4 or 8 eighths of the size: libjpeg takes means in the frequency domain, which costs less
  /// than the whole picture.
  func decodeLuma(eighths: Int, into luma: UnsafeMutablePointer<UInt8>) throws(Failure) {
    try judge(unsafe cjpeg_grey(decoder, CInt(eighths), luma, size(eighths: eighths).width))
  }

  /// libjpeg fills what is missing with grey and only warns: here a picture that is not whole is damaged. Bytes between the last
  /// block and the end marker are padding that some cameras send, and no damage.
  private func judge(_ answer: CInt) throws(Failure) {
    if answer != 0, unsafe decoder.pointee.warnings == decoder.pointee.padding { return }
    let reason = unsafe String(cString: cjpeg_text(decoder))
    throw Failure(kind: .damaged, reason: "JPEG cannot be decoded whole: \(reason)")
  }

  /// The same in the words of libturbojpeg, which gives no code.
  static func isPadding(_ reason: String) -> Bool { reason.contains("extraneous bytes before marker 0xd9") }
}
