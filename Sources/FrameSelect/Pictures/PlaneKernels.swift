/// The inner loops from a camera's samples to WebP's: plain shapes over raw rows that the compiler makes into vectors.
///
/// Sizes are checked by the callers; nothing here checks anything. A chroma sample on the way is the sum of eight parts of its
/// source samples (0...2040, so nothing is rounded twice), whatever the source has of its own. All of it fits 16 bits, of which every
/// processor takes eight at a time; tests walk every value there is against the formula.
enum PlaneKernels {
  typealias Source = UnsafePointer<UInt8>
  typealias Target = UnsafeMutablePointer<UInt8>
  typealias Sums = UnsafeMutablePointer<UInt16>

  /// A whole number divided by 255 and rounded, up to 65025 exactly.
  @inline(__always)
  private static func by255(_ number: UInt16) -> UInt16 { (number &+ 128 &+ ((number &+ 128) &>> 8)) &>> 8 }

  @inline(__always)
  private static func limited(_ luma: UInt8) -> UInt8 {
    UInt8(truncatingIfNeeded: by255(UInt16(luma) &* 219) &+ 16)
  }

  /// Luma of a row, full range to limited: 16 + Y x 219/255.
  static func limitLuma(_ source: Source, into target: Target, count: Int) {
    for x in 0..<count { unsafe target[x] = limited(source[x]) }
  }

  /// Every second byte of a packed row.
  static func takeSecond(_ source: Source, into target: Target, count: Int) {
    for x in 0..<count { unsafe target[x] = source[2 &* x] }
  }

  /// Both at once.
  static func limitSecond(_ source: Source, into target: Target, count: Int) {
    for x in 0..<count { unsafe target[x] = limited(source[2 &* x]) }
  }

  /// Sums for a source that is thinned out across already: one sample of each of two rows, each for two pixels.
  ///
  /// `step` is the distance of samples: 1 planar, 2 NV12, 4 packed.
  static func sumHalved(_ upper: Source, _ lower: Source, step: Int, into sums: Sums, count: Int) {
    // One loop for each distance: a distance that the compiler knows becomes shuffles.
    switch step {
    case 1: for x in 0..<count { unsafe sums[x] = (UInt16(upper[x]) &+ UInt16(lower[x])) &<< 2 }
    case 2: for x in 0..<count { unsafe sums[x] = (UInt16(upper[2 &* x]) &+ UInt16(lower[2 &* x])) &<< 2 }
    default: for x in 0..<count { unsafe sums[x] = (UInt16(upper[4 &* x]) &+ UInt16(lower[4 &* x])) &<< 2 }
    }
  }

  /// The same for samples at the left one of their two pixels, moved to the middle; nothing follows the last one.
  static func sumMoved(_ upper: Source, _ lower: Source, step: Int, into sums: Sums, count: Int) {
    for x in 0..<(count &- 1) {
      let at = step &* x
      let here = unsafe UInt16(upper[at]) &+ UInt16(lower[at])
      unsafe sums[x] = here &* 3 &+ UInt16(upper[at &+ step]) &+ UInt16(lower[at &+ step])
    }
    let last = step &* (count &- 1)
    unsafe sums[count &- 1] = (UInt16(upper[last]) &+ UInt16(lower[last])) &<< 2
  }

  /// Sums for a source with a sample for every pixel of a row, planar; an odd last pixel stands for two.
  static func sumWhole(_ upper: Source, _ lower: Source, width: Int, into sums: Sums) {
    for x in 0..<(width / 2) {
      let left = unsafe UInt16(upper[2 &* x]) &+ UInt16(lower[2 &* x])
      let right = unsafe UInt16(upper[2 &* x &+ 1]) &+ UInt16(lower[2 &* x &+ 1])
      unsafe sums[x] = (left &+ right) &<< 1
    }
    if width % 2 == 1 { unsafe sums[width / 2] = (UInt16(upper[width - 1]) &+ UInt16(lower[width - 1])) &<< 2 }
  }

  /// Sums for a source with one sample for four pixels of a row, planar.
  static func sumQuartered(_ upper: Source, _ lower: Source, into sums: Sums, count: Int) {
    for x in 0..<count { unsafe sums[x] = (UInt16(upper[x &>> 1]) &+ UInt16(lower[x &>> 1])) &<< 2 }
  }

  /// Full-range sums to limited-range samples: 128 + (mean - 128) x 224/255, which is (sum x 28 + 128 x 31) / 255.
  static func limitChroma(_ sums: UnsafePointer<UInt16>, into target: Target, count: Int) {
    for x in 0..<count { unsafe target[x] = UInt8(truncatingIfNeeded: by255(sums[x] &* 28 &+ 128 &* 31)) }
  }

  /// Sums to means, the range as it is.
  static func meanChroma(_ sums: UnsafePointer<UInt16>, into target: Target, count: Int) {
    for x in 0..<count { unsafe target[x] = UInt8(truncatingIfNeeded: (sums[x] &+ 4) &>> 3) }
  }

  /// A row of limited-range chroma to another matrix, in place; `more` takes what is to be added to luma.
  static func turnChroma(
    _ blue: Target, _ red: Target, by change: MatrixChange, more: UnsafeMutablePointer<Int16>, count: Int
  ) {
    for x in 0..<count {
      let cb = unsafe Int32(blue[x]) &- 128
      let cr = unsafe Int32(red[x]) &- 128
      unsafe more[x] = Int16(
        truncatingIfNeeded: (change.lumaFromBlue &* cb &+ change.lumaFromRed &* cr &+ 32768) &>> 16)
      let newBlue = (change.blueFromBlue &* cb &+ change.blueFromRed &* cr &+ (128 << 16 + 32768)) &>> 16
      let newRed = (change.redFromBlue &* cb &+ change.redFromRed &* cr &+ (128 << 16 + 32768)) &>> 16
      unsafe blue[x] = UInt8(truncatingIfNeeded: min(255, max(0, newBlue)))
      unsafe red[x] = UInt8(truncatingIfNeeded: min(255, max(0, newRed)))
    }
  }

  /// Adds `more` to a row of luma, each value to two pixels; what does not fit a byte is cut off.
  static func addToLuma(_ row: Target, more: UnsafePointer<Int16>, width: Int) {
    for x in 0..<(width / 2) {
      let left = unsafe Int16(row[2 &* x]) &+ more[x]
      let right = unsafe Int16(row[2 &* x &+ 1]) &+ more[x]
      unsafe row[2 &* x] = UInt8(truncatingIfNeeded: min(255, max(0, left)))
      unsafe row[2 &* x &+ 1] = UInt8(truncatingIfNeeded: min(255, max(0, right)))
    }
    if width % 2 == 1 {
      let last = unsafe Int16(row[width - 1]) &+ more[width / 2]
      unsafe row[width - 1] = UInt8(truncatingIfNeeded: min(255, max(0, last)))
    }
  }
}
