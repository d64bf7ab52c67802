/// The hall around the lane, in metres: x along the driving direction with the portal at 0, y to the left, z up.
enum LaneGeometry {
  /// Strip curtains close the hall at both ends; what is behind them nobody sees.
  static let curtain: Float = 4.5
  /// The doors that they hang in.
  static let doorHalfWidth: Float = 1.55
  static let doorHeight: Float = 2.5
  /// The side walls stand at plus and minus this.
  static let wall: Float = 2.7
  static let ceiling: Float = 3.3
  /// Guide rails on the floor keep vehicles in the middle.
  static let rail: Float = 1.28
  /// Lamps run along the lane under the ceiling, this far apart across it.
  static let lampSpacing: Float = 1.1
  static let lampHalfWidth: Float = 0.07
  /// Light tubes stand at the walls, this far apart along the lane.
  static let tubeSpacing: Float = 1.5
  static let tubeHalfWidth: Float = 0.04

  /// The nose of a vehicle that waits behind the curtain of the entry; its shadow is not seen either.
  static let waitingIn = -5.0
  /// The tail of a vehicle that is through.
  static let waitingOut = 5.0
}
