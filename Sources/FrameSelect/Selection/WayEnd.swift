/// The best frame at one end of a vehicle's way.
struct WayEnd: Sendable {
  /// 1: the farthest forward; -1: the farthest back.
  let sign: Double
  private(set) var held: Stretch?
  /// Its place times `sign`; nil before the first frame.
  private(set) var farthest: Double?

  /// Widths of the picture within which two frames show the same end: what a standing vehicle seems to move by is less.
  private static let sameness = 1.0 / 256

  init(sign: Double) { self.sign = sign }

  mutating func take(_ newcomer: Stretch) {
    let place = sign * newcomer.place
    let farthest = max(farthest ?? place, place)
    self.farthest = farthest
    let nearest = farthest - Self.sameness
    guard place >= nearest else { return }
    if let held, sign * held.place >= nearest, !newcomer.isBetter(than: held) { return }
    held = newcomer
    // Its stretch counts the frames.
    held?.seen = 0
  }

  /// Frame `serial` is held no longer.
  mutating func letGo(_ serial: Int) {
    if held?.serial == serial { held = nil }
  }
}
