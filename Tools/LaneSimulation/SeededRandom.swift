/// Random numbers that are the same for the same seed and stream, on every machine: SplitMix64.
///
/// A stream per use (a vehicle's scratches, a camera's noise) keeps one picture the same when another one changes.
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64, stream: String) {
    // FNV-1a: `Hasher` is seeded per process and would make every run different.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in stream.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    state = hash ^ (seed &* 0x9e37_79b9_7f4a_7c15)
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// Evenly in 0..<1.
  mutating func unit() -> Float { Float(next() >> 40) / Float(1 << 24) }

  /// Evenly in the range.
  mutating func within(_ range: ClosedRange<Float>) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * unit()
  }

  /// About normal with deviation 1: the sum of twelve, which needs no logarithm.
  mutating func normal() -> Float {
    var sum: Float = -6
    for _ in 0..<12 { sum += unit() }
    return sum
  }
}
