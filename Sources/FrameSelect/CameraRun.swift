import CameraIO

/// What one camera shows at the moment: since when something is there, how large it became, how far it went.
struct CameraRun: Sendable {
  let camera: CameraPosition
  private(set) var lastSeen: MonotonicTime?
  /// When the thing that is there appeared.
  private(set) var since: MonotonicTime?
  /// When it was last there.
  private(set) var lastPresent: MonotonicTime?
  private var lastNoticeable: MonotonicTime?
  private(set) var peak = 0.0
  private(set) var noticeableFrames = 0
  private(set) var vehicleFrames = 0
  private(set) var travelled = 0.0
  private(set) var swept = 0.0
  /// Presence up to which nothing new is believed, after something large turned out to be no vehicle.
  private var mutedUpTo = 0.0

  init(camera: CameraPosition) { self.camera = camera }

  mutating func take(_ observation: PassageSegmenter.Observation, _ thresholds: PassageSegmenter.Thresholds) {
    lastSeen = max(lastSeen ?? observation.time, observation.time)
    guard thresholds.isThere(observation) else {
      if let lastPresent, observation.time - lastPresent >= thresholds.splitSeconds { forget() }
      return
    }
    if let lastPresent, observation.time - lastPresent >= thresholds.splitSeconds { forget() }
    if observation.presence >= thresholds.notice { lastNoticeable = observation.time }
    let lingering = thresholds.lingerSeconds
    if let lastNoticeable {
      // What stays behind, too small to be noticed, is not the vehicle any more.
      guard observation.time - lastNoticeable <= lingering else { return }
      since = since ?? observation.time
    } else {
      // What was there for long before it grew is not the vehicle yet.
      since = max(since ?? observation.time, observation.time.advanced(bySeconds: -lingering))
    }
    lastPresent = observation.time
    peak = max(peak, observation.presence)
    if observation.presence >= thresholds.notice, observation.presence > mutedUpTo { noticeableFrames += 1 }
    if thresholds.isVehicleLike(observation), observation.presence > mutedUpTo { vehicleFrames += 1 }
    swept = max(swept, observation.swept)
    if let travel = observation.travel { travelled = max(travelled, abs(travel.farthest)) }
  }

  /// The thing that is there turned out to be none: it must become half as large again, or leave, before it is looked at once more.
  mutating func mute() {
    mutedUpTo = peak * 1.5
    noticeableFrames = 0
    vehicleFrames = 0
    since = lastPresent
  }

  private mutating func forget() {
    since = nil
    lastPresent = nil
    lastNoticeable = nil
    peak = 0
    noticeableFrames = 0
    vehicleFrames = 0
    travelled = 0
    swept = 0
    mutedUpTo = 0
  }

  /// Whether something is there now, short gaps bridged.
  func isOccupied(_ thresholds: PassageSegmenter.Thresholds, at horizon: MonotonicTime? = nil) -> Bool {
    guard since != nil, let lastPresent, let lastSeen else { return false }
    // A camera that has fallen silent says nothing about the present.
    if let horizon, horizon - lastSeen >= thresholds.stallSeconds { return false }
    return lastSeen - lastPresent < thresholds.splitSeconds
  }

  /// Whether the observation shows something where nothing was for long enough.
  func returns(with observation: PassageSegmenter.Observation, _ thresholds: PassageSegmenter.Thresholds) -> Bool {
    thresholds.isThere(observation) && !isOccupied(thresholds)
  }

  func isNoticed(_ thresholds: PassageSegmenter.Thresholds) -> Bool { noticeableFrames >= 2 }

  func isVehicle(_ thresholds: PassageSegmenter.Thresholds) -> Bool {
    vehicleFrames >= thresholds.leastFrames
      && (travelled >= thresholds.travel || swept >= thresholds.sweep)
  }
}
