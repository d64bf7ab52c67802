/// Jitter: from the system, or from a seed so that a run can be repeated.
struct DeliveryRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64?

  init(seed: UInt64?) { state = seed }

  mutating func next() -> UInt64 {
    guard var state else {
      var system = SystemRandomNumberGenerator()
      return system.next()
    }
    // SplitMix64.
    state &+= 0x9E37_79B9_7F4A_7C15
    self.state = state
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
