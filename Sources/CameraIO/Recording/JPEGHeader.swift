/// What a JPEG says about itself before its picture data: the size, taken from its own frame header.
///
/// Made for bytes from cameras and cut-off files: every step is checked against the end, nothing is believed.
struct JPEGHeader: Equatable {
  /// Pixels of a row, 1 to 16383.
  let width: Int
  /// Rows, 1 to 16383.
  let height: Int

  /// The most pixels of a side. No camera has more; a damaged header easily does.
  static let largestSide = 16_383
  /// How far from the end the end marker may lie: cameras pad their pictures.
  static let endSearchBytes = 4096

  /// Nil when the bytes are no whole JPEG: no start, a broken segment, no size, no picture data, or no end marker near the end.
  init?(_ bytes: RawSpan) {
    let count = bytes.byteCount
    guard count >= 4, Self.byte(bytes, 0) == 0xFF, Self.byte(bytes, 1) == 0xD8 else { return nil }
    var size: (width: Int, height: Int)?
    var hasPictureData = false
    var at = 2
    while at + 4 <= count {
      guard Self.byte(bytes, at) == 0xFF else { return nil }
      let marker = Self.byte(bytes, at + 1)
      if marker == 0xFF {  // a fill byte
        at += 1
        continue
      }
      at += 2
      if marker == 0x01 || (0xD0...0xD7).contains(marker) { continue }  // stand alone, without a length
      guard marker >= 0xC0, marker != 0xD8, marker != 0xD9 else { return nil }
      guard at + 2 <= count else { return nil }
      let length = Self.number(bytes, at)
      guard length >= 2, at + length <= count else { return nil }
      if Self.isFrameHeader(marker) {
        guard length >= 8, size == nil else { return nil }
        size = (Self.number(bytes, at + 5), Self.number(bytes, at + 3))
      }
      at += length
      if marker == 0xDA {
        hasPictureData = true
        break
      }
    }
    guard hasPictureData, let size, (1...Self.largestSide).contains(size.width),
      (1...Self.largestSide).contains(size.height),
      Self.hasEnd(bytes, after: at)
    else { return nil }
    width = size.width
    height = size.height
  }

  /// In picture data FF is always followed by 00 or a restart marker, so FF D9 is the end wherever it stands.
  private static func hasEnd(_ bytes: RawSpan, after start: Int) -> Bool {
    var at = bytes.byteCount - 2
    let first = max(start + 1, bytes.byteCount - endSearchBytes)
    while at >= first {
      if byte(bytes, at) == 0xFF, byte(bytes, at + 1) == 0xD9 { return true }
      at -= 1
    }
    return false
  }

  /// SOF0 to SOF15 without the three markers between them that mean something else (DHT, JPG, DAC).
  private static func isFrameHeader(_ marker: UInt8) -> Bool {
    (0xC0...0xCF).contains(marker) && marker != 0xC4 && marker != 0xC8 && marker != 0xCC
  }

  private static func number(_ bytes: RawSpan, _ offset: Int) -> Int {
    Int(byte(bytes, offset)) << 8 | Int(byte(bytes, offset + 1))
  }

  /// Traps outside of the bytes: `unsafeLoad` checks the bounds, and one byte has no alignment and no invalid value.
  private static func byte(_ bytes: RawSpan, _ offset: Int) -> UInt8 {
    unsafe bytes.unsafeLoad(fromByteOffset: offset, as: UInt8.self)
  }
}
