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

  /// The planes to be filled, row after row without padding.
  @unsafe struct Planes {
    let luma: UnsafeMutablePointer<UInt8>
    let blue: UnsafeMutablePointer<UInt8>
    let red: UnsafeMutablePointer<UInt8>
  }

  /// A picture that `fill` fills, every byte of it: to blacken it first would cost as much as to convert it. `margin` bytes
  /// behind each plane may be written too.
  init<Failure: Error>(
    width: Int, height: Int, margin: Int = 0, fill: (Planes) throws(Failure) -> Void
  ) throws(Failure) {
    self.width = width
    self.height = height
    let chroma = (width: (width + 1) / 2, height: (height + 1) / 2)
    lumaStride = width
    chromaStride = chroma.width
    let (lumaBytes, chromaBytes) = (width * height, chroma.width * chroma.height)
    var (blue, red) = ([UInt8](), [UInt8]())
    var failure: Failure?
    luma = unsafe [UInt8](unsafeUninitializedCapacity: lumaBytes + margin) { luma, lumaCount in
      unsafe blue = [UInt8](unsafeUninitializedCapacity: chromaBytes + margin) { blue, blueCount in
        unsafe red = [UInt8](unsafeUninitializedCapacity: chromaBytes + margin) { red, redCount in
          guard let luma = luma.baseAddress, let blue = blue.baseAddress, let red = red.baseAddress else { return }
          do throws(Failure) {
            try unsafe fill(Planes(luma: luma, blue: blue, red: red))
            (lumaCount, blueCount, redCount) = (lumaBytes, chromaBytes, chromaBytes)
          } catch {
            failure = error
          }
        }
      }
    }
    self.blue = blue
    self.red = red
    if let failure { throw failure }
  }
}
