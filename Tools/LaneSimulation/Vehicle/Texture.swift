/// A picture wrapped around a part of a vehicle: texels of luma, chroma and gloss, and half-size copies of it for
/// smaller views.
///
/// `@unchecked Sendable`: the texels are written in `init` and `deinit` only and are read by any thread between.
@safe final class Texture: @unchecked Sendable {
  struct Level {
    let width: Int
    let height: Int
    let offset: Int
  }

  let levels: [Level]
  private let texels: UnsafeMutablePointer<SIMD4<UInt8>>
  private let count: Int

  /// Paints every texel; `paint` is given a row and fills it.
  init(width: Int, height: Int, paint: (_ row: Int, _ fill: (Int, SIMD4<UInt8>) -> Void) -> Void) {
    var levels: [Level] = []
    var offset = 0
    var size = (width: width, height: height)
    while true {
      levels.append(Level(width: size.width, height: size.height, offset: offset))
      offset += size.width * size.height
      if min(size.width, size.height) < 8 { break }
      size = (size.width / 2, size.height / 2)
    }
    self.levels = levels
    count = offset
    let texels = UnsafeMutablePointer<SIMD4<UInt8>>.allocate(capacity: offset)
    unsafe texels.initialize(repeating: SIMD4(), count: offset)
    unsafe self.texels = unsafe texels
    for row in 0..<height {
      let line = unsafe texels + row * width
      paint(row) { column, texel in unsafe line[column] = texel }
    }
  }

  deinit { unsafe texels.deallocate() }

  /// Changes a texel of the largest level; before `finish` only.
  func blend(_ column: Int, _ row: Int, luma: Float, part: Float) {
    guard column >= 0, row >= 0, column < levels[0].width, row < levels[0].height else { return }
    let at = unsafe texels + row * levels[0].width + column
    unsafe at.pointee.x = UInt8(clamp(mix(Float(at.pointee.x), luma, part), 0, 255))
  }

  /// Makes the smaller levels out of the largest one.
  func finish() -> Texture {
    for (large, small) in zip(levels, levels.dropFirst()) {
      for row in 0..<small.height {
        let upper = unsafe texels + large.offset + row * 2 * large.width
        let lower = unsafe upper + large.width
        let out = unsafe texels + small.offset + row * small.width
        for column in 0..<small.width {
          let one = unsafe SIMD4<UInt16>(truncatingIfNeeded: upper[column * 2])
          let two = unsafe SIMD4<UInt16>(truncatingIfNeeded: upper[column * 2 + 1])
          let three = unsafe SIMD4<UInt16>(truncatingIfNeeded: lower[column * 2])
          let four = unsafe SIMD4<UInt16>(truncatingIfNeeded: lower[column * 2 + 1])
          unsafe out[column] = SIMD4<UInt8>(truncatingIfNeeded: (one &+ two &+ three &+ four &+ 2) &>> 2)
        }
      }
    }
    return self
  }

  /// Bilinear, of one level; `u` and `v` in 0...1.
  @inline(__always)
  func sample(_ u: Float, _ v: Float, _ level: Level) -> SIMD4<UInt16> {
    let x = clamp(u * Float(level.width) - 0.5, 0, Float(level.width) - 1.01)
    let y = clamp(v * Float(level.height) - 0.5, 0, Float(level.height) - 1.01)
    let column = Int(x)
    let row = Int(y)
    let right = SIMD4<UInt16>(repeating: UInt16((x - Float(column)) * 256))
    let low = SIMD4<UInt16>(repeating: UInt16((y - Float(row)) * 256))
    let at = unsafe texels + level.offset + row * level.width + column
    let below = unsafe at + level.width
    let one = SIMD4<UInt16>(repeating: 256)
    let upper =
      unsafe SIMD4<UInt16>(truncatingIfNeeded: at[0]) &* (one &- right)
      &+ SIMD4<UInt16>(truncatingIfNeeded: at[1]) &* right
    let lower =
      unsafe SIMD4<UInt16>(truncatingIfNeeded: below[0]) &* (one &- right)
      &+ SIMD4<UInt16>(truncatingIfNeeded: below[1]) &* right
    return ((upper &>> 8) &* (one &- low) &+ (lower &>> 8) &* low) &>> 8
  }
}
