/// A picture as WebP takes it: Y, Cb and Cr planes, 4:2:0, BT.601, limited range (16...235 and 16...240).
///
/// A chroma sample lies in the middle of its four pixels, as in JPEG. Odd sizes have `(size + 1) / 2` chroma samples.
public struct PlanarPicture: Sendable {
  /// Pixels of a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Y, row after row, `lumaStride` bytes each.
  public internal(set) var luma: [UInt8]
  /// Cb, row after row, `chromaStride` bytes each.
  public internal(set) var blue: [UInt8]
  /// Cr, row after row, `chromaStride` bytes each.
  public internal(set) var red: [UInt8]
  /// Bytes from one row of luma to the next, at least `width`.
  public let lumaStride: Int
  /// Bytes from one row of chroma to the next.
  public let chromaStride: Int

  /// Samples of a row of chroma.
  public var chromaWidth: Int { (width + 1) / 2 }
  /// Rows of chroma.
  public var chromaHeight: Int { (height + 1) / 2 }

  /// A black picture to be filled; a decoder that writes whole blocks, or more chroma than stays, gets room for it.
  init(width: Int, height: Int, lumaStride: Int, lumaBytes: Int, chromaBytes: Int = 0) {
    self.width = width
    self.height = height
    self.lumaStride = lumaStride
    chromaStride = (width + 1) / 2
    luma = [UInt8](repeating: 16, count: max(lumaBytes, lumaStride * height))
    blue = [UInt8](repeating: 128, count: max(chromaBytes, chromaStride * ((height + 1) / 2)))
    red = blue
  }
}
