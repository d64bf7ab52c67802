/// What a sequence parameter set says about the numbers of pictures (H.264, 7.3.2.1.1).
struct SequenceParameters: Equatable {
  let id: Int
  /// Bits of `frame_num` in a slice header.
  let frameNumberBits: Int
  /// Whether numbers may be missing although nothing was lost.
  let allowsGaps: Bool
  /// Whether each colour has slices of its own, with two more bits in their headers.
  let hasSeparatePlanes: Bool

  private static let profilesWithChromaFormat: Set<Int> = [
    100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135,
  ]

  /// Nil when the bytes end early or say what cannot be.
  init?(_ bits: NALBits) {
    var bits = bits
    let profile = bits.bits(8)
    _ = bits.bits(16)  // constraints and level
    id = bits.number()
    var hasSeparatePlanes = false
    if Self.profilesWithChromaFormat.contains(profile) {
      let chromaFormat = bits.number()
      if chromaFormat == 3 { hasSeparatePlanes = bits.flag() }
      _ = bits.number()  // depth of luma
      _ = bits.number()  // depth of chroma
      _ = bits.flag()  // lossless
      if bits.flag() { Self.skipScalingLists(chromaFormat == 3 ? 12 : 8, &bits) }
    }
    self.hasSeparatePlanes = hasSeparatePlanes
    frameNumberBits = bits.number() + 4
    switch bits.number() {  // how the order of pictures is counted
    case 0: _ = bits.number()
    case 1:
      _ = bits.flag()
      _ = bits.signedNumber()
      _ = bits.signedNumber()
      let count = bits.number()
      guard count <= 255 else { return nil }
      for _ in 0..<count { _ = bits.signedNumber() }
    default: break
    }
    _ = bits.number()  // reference frames
    allowsGaps = bits.flag()
    guard !bits.isBeyondEnd, id < 32, frameNumberBits <= 16 else { return nil }
  }

  private static func skipScalingLists(_ count: Int, _ bits: inout NALBits) {
    for list in 0..<count where bits.flag() {
      // Each is told by its difference; zero means that all others are like the last one.
      var scale = 8
      for _ in 0..<(list < 6 ? 16 : 64) where scale != 0 { scale = (scale + bits.signedNumber() + 256) % 256 }
    }
  }
}
