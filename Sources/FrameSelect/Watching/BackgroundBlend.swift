/// How the background of a cell follows: the dearest loops of a look, four pixels at a time.
enum BackgroundBlend {
  /// Moves background (8.8 fixed point) toward the picture, 65536 all the way; what is left over is left out on both sides alike.
  @inline(__always)
  static func move(
    _ background: UnsafeMutablePointer<UInt16>, toward pixels: UnsafePointer<UInt8>, by part: UInt32, count: Int
  ) {
    if count == 4 {
      let old = unsafe SIMD4<UInt32>(
        truncatingIfNeeded: UnsafeRawPointer(background).loadUnaligned(as: SIMD4<UInt16>.self))
      let new =
        unsafe SIMD4<UInt32>(truncatingIfNeeded: UnsafeRawPointer(pixels).loadUnaligned(as: SIMD4<UInt8>.self)) &<< 8
      let isBrighter = new .>= old
      let difference = (new &- old).replacing(with: old &- new, where: .!isBrighter)
      let step = (difference &* part) &>> 16
      let result = (old &+ step).replacing(with: old &- step, where: .!isBrighter)
      unsafe UnsafeMutableRawPointer(background).storeBytes(
        of: SIMD4<UInt16>(truncatingIfNeeded: result), as: SIMD4<UInt16>.self)
      return
    }
    for at in 0..<count {
      let old = unsafe UInt32(background[at])
      let new = unsafe UInt32(pixels[at]) &<< 8
      unsafe background[at] = UInt16(
        truncatingIfNeeded: new >= old
          ? old &+ (((new &- old) &* part) &>> 16) : old &- (((old &- new) &* part) &>> 16))
    }
  }

  /// Brings background into another light, 65536 the same.
  @inline(__always)
  static func scale(_ background: UnsafeMutablePointer<UInt16>, by factor: UInt32, count: Int) {
    for at in 0..<count {
      unsafe background[at] = UInt16(
        truncatingIfNeeded: min(65280, (UInt64(background[at]) &* UInt64(factor)) &>> 16))
    }
  }
}
