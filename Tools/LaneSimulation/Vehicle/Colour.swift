/// Luma and chroma as a JPEG has them (full range, BT.601), chroma around 0; and how strongly the surface mirrors.
struct Colour: Sendable, Equatable {
  var luma: Float
  var blue: Float
  var red: Float
  /// 0: chalk, 1: window glass.
  var gloss: Float

  /// From red, green and blue, 0...255.
  init(_ red: Float, _ green: Float, _ blue: Float, gloss: Float = 0) {
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    self.blue = (blue - luma) * 0.564
    self.red = (red - luma) * 0.713
    self.gloss = gloss
  }

  /// Part of the way to another colour, gloss included.
  func mixed(_ other: Colour, _ part: Float) -> Colour {
    guard part > 0 else { return self }
    var result = self
    result.luma = mix(luma, other.luma, part)
    result.blue = mix(blue, other.blue, part)
    result.red = mix(red, other.red, part)
    result.gloss = mix(gloss, other.gloss, part)
    return result
  }

  /// The four bytes of a texel; chroma is stored around 128.
  var texel: SIMD4<UInt8> {
    func byte(_ value: Float) -> UInt8 { UInt8(clamp(value + 0.5, 0, 255)) }
    return SIMD4(byte(luma), byte(blue + 128), byte(red + 128), byte(gloss * 255))
  }
}
