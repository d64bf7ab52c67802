import CameraIO

/// What was drafted of a passage so far: each camera once it shows the vehicle no more, and all of them again when none does.
struct Drafted {
  /// When each camera that was drafted had last seen the vehicle.
  private(set) var cameras: [CameraPosition: MonotonicTime] = [:]
  /// When it had last been seen as nobody showed it.
  private var gone: MonotonicTime?

  /// Whether there is something new to draft; then it counts as drafted. A vehicle that comes and goes is drafted anew no more often than every
  /// so many `seconds`.
  mutating func isDue(_ vehicle: PassageSegmenter.Leaving, every seconds: Double) -> Bool {
    let isNew = vehicle.left.contains { camera, last in cameras[camera].map { last - $0 >= seconds } ?? true }
    let isGone = vehicle.isGone && gone.map { vehicle.to - $0 >= seconds } ?? true
    guard isNew || isGone else { return false }
    cameras.merge(vehicle.left) { $1 }
    if vehicle.isGone { gone = vehicle.to }
    return true
  }
}
