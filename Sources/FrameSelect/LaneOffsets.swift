import CameraIO

/// Where along the lane each camera sees a vehicle first and last, learned from the vehicles themselves.
///
/// Of vehicles bumper to bumper a camera that looks along the lane shows only one long thing. When each of them came into its picture and
/// left it follows from a camera that tells them apart, and from how much farther a vehicle goes until the other camera sees it.
struct LaneOffsets: Sendable {
  /// How far a vehicle goes from the middle of one camera's picture until another camera sees it first or last, in widths of the former's.
  private struct Offset {
    var entry: Double?
    var exit: Double?
  }

  /// How much a new vehicle says: wheelbases and noses differ by a few hundredths.
  private static let weight = 0.3

  private var learned: [Int: [Int: Offset]] = [:]

  /// How much later, by distance, `camera` sees a nose than it is in the middle of `reference`'s picture.
  func entry(of camera: Int, after reference: Int) -> Double? { learned[reference]?[camera]?.entry }
  /// How much later, by distance, `camera` sees a tail last than it is in the middle of `reference`'s picture.
  func exit(of camera: Int, after reference: Int) -> Double? { learned[reference]?[camera]?.exit }

  mutating func learn(entry: Double, of camera: Int, after reference: Int) {
    let known = learned[reference]?[camera]?.entry
    learned[reference, default: [:]][camera, default: Offset()].entry =
      known.map { $0 + Self.weight * (entry - $0) } ?? entry
  }

  mutating func learn(exit: Double, of camera: Int, after reference: Int) {
    let known = learned[reference]?[camera]?.exit
    learned[reference, default: [:]][camera, default: Offset()].exit =
      known.map { $0 + Self.weight * (exit - $0) } ?? exit
  }
}
