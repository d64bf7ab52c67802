/// Means over eight pixels across and some rows of eight down: raw luma at an eighth of the size, eight bytes at a time.
///
/// Sizes are checked by the caller; nothing here checks anything.
enum EighthMeans {
  /// The first of two rows of eight that stand for all, in the middle: the sensor's noise is a fourth of what it was, less than the trigger
  /// can tell, and a frame costs the time in which a quarter of its memory is read, two rows in one go.
  static let firstRow = 3

  /// How luma lies in a row.
  enum Layout: Sendable { case planar, first, second }

  private static let evenBytes: UInt64 = 0x00ff_00ff_00ff_00ff

  /// Means of `width` blocks of `source`, whose rows of pixels are `bytesPerLine` apart.
  static func row(
    _ source: UnsafePointer<UInt8>, bytesPerLine: Int, layout: Layout, into target: UnsafeMutablePointer<UInt8>,
    width: Int
  ) {
    let upper = unsafe UnsafeRawPointer(source + firstRow * bytesPerLine)
    let lower = unsafe upper + bytesPerLine
    // One loop for each layout: what the compiler knows becomes vectors.
    switch layout {
    case .planar:
      for x in 0..<width {
        let one = unsafe upper.loadUnaligned(fromByteOffset: 8 &* x, as: UInt64.self)
        let other = unsafe lower.loadUnaligned(fromByteOffset: 8 &* x, as: UInt64.self)
        unsafe target[x] = mean(even(one) &+ even(one &>> 8) &+ even(other) &+ even(other &>> 8))
      }
    case .first: unsafe packed(upper, lower, shift: 0, into: target, width: width)
    case .second: unsafe packed(upper, lower, shift: 8, into: target, width: width)
    }
  }

  /// Luma that shares its row with chroma: every second byte, from the first (shift 0) or the second (8) on.
  @inline(__always)
  private static func packed(
    _ upper: UnsafeRawPointer, _ lower: UnsafeRawPointer, shift: UInt64, into target: UnsafeMutablePointer<UInt8>,
    width: Int
  ) {
    @inline(__always) func sums(_ x: Int) -> SIMD2<UInt64> {
      let one = unsafe upper.loadUnaligned(fromByteOffset: 16 &* x, as: SIMD2<UInt64>.self)
      let other = unsafe lower.loadUnaligned(fromByteOffset: 16 &* x, as: SIMD2<UInt64>.self)
      return ((one &>> shift) & evenBytes) &+ ((other &>> shift) & evenBytes)
    }
    for x in 0..<width {
      let sum = sums(x)
      unsafe target[x] = mean(sum[0] &+ sum[1])
    }
  }

  @inline(__always) private static func even(_ word: UInt64) -> UInt64 { word & evenBytes }

  /// The mean of the sixteen pixels whose sums stand in four parts of a word.
  @inline(__always) private static func mean(_ parts: UInt64) -> UInt8 {
    UInt8(truncatingIfNeeded: (((parts &* 0x0001_0001_0001_0001) &>> 48) &+ 8) &>> 4)
  }
}
