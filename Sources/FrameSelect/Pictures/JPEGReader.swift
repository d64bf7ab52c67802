import CTurboJPEG
import CameraIO

/// libturbojpeg's decoder with the one picture that it has been shown.
///
/// The bytes must outlive the reader: it is made and used inside `Frame.withBytes`. That promise is made where the
/// reader is made (the call is marked); everything else about it is safe, the handle has this one owner.
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

  /// Pixels of a row.
  let width: Int
  /// Rows.
  let height: Int
  /// How chroma was thinned out.
  let subsampling: Subsampling
  private let code: CInt
  private let handle: tjhandle
  private let bytes: UnsafeRawBufferPointer

  /// Reads the header and holds it against what the camera promised: a stray size is damage, and would cost memory.
  init(_ bytes: UnsafeRawBufferPointer, expecting format: FrameFormat) throws(Failure) {
    guard let handle = unsafe tjInitDecompress() else {
      throw Failure(kind: .damaged, reason: "libturbojpeg has no memory for a decoder")
    }
    var width: CInt = 0
    var height: CInt = 0
    var code: CInt = 0
    var colors: CInt = 0
    let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    let answer = unsafe tjDecompressHeader3(handle, start, UInt(bytes.count), &width, &height, &code, &colors)
    let isYCbCr = colors == CInt(TJCS_YCbCr.rawValue) || colors == CInt(TJCS_GRAY.rawValue)
    var failure: Failure?
    var subsampling = Subsampling.none
    if answer != 0 {
      failure = unsafe Failure(kind: .damaged, reason: "not a JPEG that can be read: \(Self.reason(handle))")
    } else if width != format.width || height != format.height {
      failure = Failure(
        kind: .damaged,
        reason: "the JPEG says \(width)x\(height), the camera was to send \(format.width)x\(format.height)")
    } else if !isYCbCr {
      failure = Failure(kind: .unsupported, reason: "a JPEG in RGB or CMYK; cameras send YCbCr")
    } else {
      switch TJSAMP(UInt32(bitPattern: code)) {
      case TJSAMP_444: subsampling = .none
      case TJSAMP_422: subsampling = .horizontal
      case TJSAMP_440: subsampling = .vertical
      case TJSAMP_420: subsampling = .both
      case TJSAMP_411: subsampling = .quarter
      case TJSAMP_GRAY: subsampling = .grey
      default: failure = Failure(kind: .unsupported, reason: "a JPEG with unusual chroma subsampling (\(code))")
      }
    }
    if let failure {
      unsafe _ = tjDestroy(handle)
      throw failure
    }
    self.width = Int(width)
    self.height = Int(height)
    self.subsampling = subsampling
    self.code = code
    unsafe self.handle = handle
    unsafe self.bytes = bytes
  }

  deinit { unsafe _ = tjDestroy(handle) }

  /// Bytes of a row of plane `component` (0 Y, 1 Cb, 2 Cr) and its rows: rounded up to whole chroma samples.
  func planeSize(_ component: Int) -> (width: Int, height: Int) {
    (
      Int(tjPlaneWidth(CInt(component), CInt(width), code)), Int(tjPlaneHeight(CInt(component), CInt(height), code))
    )
  }

  /// Decodes into planes of `planeSize`, rows without padding between them. Chroma is not touched for `grey`.
  func decode(
    luma: UnsafeMutablePointer<UInt8>, blue: UnsafeMutablePointer<UInt8>?, red: UnsafeMutablePointer<UInt8>?
  ) throws(Failure) {
    var planes: [UnsafeMutablePointer<UInt8>?] = unsafe [luma, blue, red]
    let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    let answer = unsafe tjDecompressToYUVPlanes(
      handle, start, UInt(bytes.count), &planes, CInt(width), nil, CInt(height), 0)
    try judge(answer)
  }

  /// Size of the picture at so many eighths of its size.
  func size(eighths: Int) -> (width: Int, height: Int) { ((width * eighths + 7) / 8, (height * eighths + 7) / 8) }

  /// Decodes luma alone at 1, 2, 4 or 8 eighths of the size: libjpeg takes means in the frequency domain, which costs less
  /// than the whole picture.
  func decodeLuma(eighths: Int, into luma: UnsafeMutablePointer<UInt8>) throws(Failure) {
    let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    let size = size(eighths: eighths)
    let answer = unsafe tjDecompress2(
      handle, start, UInt(bytes.count), luma, CInt(size.width), 0, CInt(size.height), CInt(TJPF_GRAY.rawValue), 0)
    try judge(answer)
  }

  /// libjpeg fills what is missing with grey and only warns: here a picture that is not whole is damaged.
  private func judge(_ answer: CInt) throws(Failure) {
    guard answer != 0 else { return }
    let reason = unsafe Self.reason(handle)
    if Self.isPadding(reason) { return }
    throw Failure(kind: .damaged, reason: "JPEG cannot be decoded whole: \(reason)")
  }

  /// Whether libjpeg warned of nothing but bytes between the last block and the end marker: padding that some cameras
  /// send, and no damage.
  static func isPadding(_ reason: String) -> Bool { reason.contains("extraneous bytes before marker 0xd9") }

  private static func reason(_ handle: tjhandle) -> String {
    unsafe tjGetErrorStr2(handle).map { unsafe String(cString: $0) } ?? "no reason given"
  }
}
