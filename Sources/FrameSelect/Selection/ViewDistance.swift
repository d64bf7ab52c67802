/// From how far a camera that looks along the lane shows a vehicle: from afar it is so small that no damage is seen on it.
///
/// How near it will come is not known before it has; what is far is far beside the largest that it was. One that never comes near is shown from afar.
struct ViewDistance: Sendable {
  /// The share of its largest size from which on a picture shows it from near by.
  private static let share = 0.1
  /// The share of the zone from which on it has come near.
  private static let near = 0.05
  /// The share of the zone that it hardly ever exceeds.
  private static let most = 0.8

  private var peak = 0.0

  /// Takes in how much of the zone it fills; whether that is more than ever, so that what was worth holding may be so no longer.
  mutating func note(_ presence: Double) -> Bool {
    defer { peak = max(peak, presence) }
    return presence > peak
  }

  /// Whether a picture is worth holding that shows it so large, as far as that is known by now.
  func isWorthHolding(_ presence: Double) -> Bool {
    peak < Self.near || presence >= max(Self.near, Self.share * peak)
  }

  /// Whether a picture is, however near the vehicle comes.
  func isWorthSettling(_ presence: Double) -> Bool { presence >= Self.share * Self.most }
}
