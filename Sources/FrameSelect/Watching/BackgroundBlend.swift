/// How the background follows: the dearest loops of a look, eight pixels at a time.
enum BackgroundBlend {
  /// Moves background (8.8 fixed point) toward the picture, 65536 all the way; what is left over is left out on both sides alike.
  static func move(
    _ background: UnsafeMutablePointer<UInt16>, toward pixels: UnsafePointer<UInt8>, by part: UInt32, count: Int
  ) {
    var at = 0
    // Only what is not all the way fits 16 bits.
    while part < 65536, at &+ 8 <= count {
      let old = unsafe UnsafeRawPointer(background + at).loadUnaligned(as: SIMD8<UInt16>.self)
      let new =
        unsafe SIMD8<UInt16>(
          truncatingIfNeeded: UnsafeRawPointer(pixels + at).loadUnaligned(as: SIMD8<UInt8>.self)) &<< 8
      let isBrighter = new .>= old
      let difference = (new &- old).replacing(with: old &- new, where: .!isBrighter)
      let parts = SIMD8<UInt32>(repeating: part)
      let step = SIMD8<UInt16>(
        truncatingIfNeeded: (SIMD8<UInt32>(truncatingIfNeeded: difference) &* parts) &>> 16)
      unsafe UnsafeMutableRawPointer(background + at).storeBytes(
        of: (old &+ step).replacing(with: old &- step, where: .!isBrighter), as: SIMD8<UInt16>.self)
      at &+= 8
    }
    while at < count {
      let old = unsafe UInt32(background[at])
      let new = unsafe UInt32(pixels[at]) &<< 8
      unsafe background[at] = UInt16(
        truncatingIfNeeded: new >= old
          ? old &+ (((new &- old) &* part) &>> 16) : old &- (((old &- new) &* part) &>> 16))
      at &+= 1
    }
  }

  /// Brings background into another light, 65536 the same.
  static func scale(_ background: UnsafeMutablePointer<UInt16>, by factor: UInt32, count: Int) {
    for at in 0..<count {
      unsafe background[at] = UInt16(
        truncatingIfNeeded: min(65280, (UInt64(background[at]) &* UInt64(factor)) &>> 16))
    }
  }
}
