import CameraIO

/// What one camera contributed to a passage: the evidence, and what is concluded from all cameras together.
struct CameraDossier: Sendable {
  let camera: CameraPosition
  private(set) var frames = 0
  private(set) var stillFrames = 0
  private(set) var peak = 0.0
  private(set) var vehicleFrames = 0
  private(set) var travel: Travel?

  init(camera: CameraPosition) { self.camera = camera }

  mutating func take(_ thing: Thing, _ run: TrackRun, _ thresholds: PassageSegmenter.Thresholds) {
    guard thresholds.isThere(thing) else { return }
    frames += 1
    if !thing.isMoving { stillFrames += 1 }
    // The run began before anybody noticed; what it saw then counts.
    peak = max(peak, run.peak)
    vehicleFrames = max(vehicleFrames, run.vehicleFrames)
    // The thing that went farthest is the vehicle; a leaf that comes after it does not change its way.
    if let travel = thing.travel, abs(travel.farthest) >= abs(self.travel?.farthest ?? 0) { self.travel = travel }
  }

  /// Each camera votes with the distance that it measured; cameras that hardly saw motion have no say.
  static func direction(of dossiers: [CameraDossier]) -> Direction {
    var weights: [(Direction, Double)] = [(.forward, 0), (.backward, 0), (.turnedBack, 0)]
    for travel in dossiers.compactMap(\.travel) {
      for index in weights.indices where weights[index].0 == travel.direction {
        weights[index].1 += abs(travel.farthest)
      }
    }
    var best: (Direction, Double) = (.unknown, 0)
    for weight in weights where weight.1 > best.1 { best = weight }
    return best.0
  }

  /// Why it was no vehicle; `claims`: cameras that saw something with a vehicle's shape drive.
  static func reason(
    against dossiers: [CameraDossier], claims: Int, _ thresholds: PassageSegmenter.Thresholds
  ) -> String {
    let peak = dossiers.map(\.peak).max() ?? 0
    if peak < thresholds.vehicle { return "smaller than a vehicle" }
    if (dossiers.map(\.vehicleFrames).max() ?? 0) < thresholds.leastFrames { return "too short for a vehicle" }
    let travels = dossiers.compactMap(\.travel)
    if (travels.map { abs($0.farthest) }.max() ?? 0) < thresholds.travel { return "it did not travel" }
    if claims == 0 { return "no camera saw something longer than high go through" }
    if (travels.map(\.borneOut).max() ?? 0) < thresholds.borneOut { return "it went as light does, not as matter" }
    return claims > 1 ? "a camera across the lane saw all of it, upright" : "only one camera took it for a vehicle"
  }

  static func evidence(
    of dossiers: [CameraDossier], from: MonotonicTime, to: MonotonicTime, confirmed: MonotonicTime?
  ) -> [String: Double] {
    var evidence: [String: Double] = [
      "seconds": to - from,
      "peakPresence": dossiers.map(\.peak).max() ?? 0,
      "vehicleFrames": Double(dossiers.map(\.vehicleFrames).max() ?? 0),
      "frames": Double(dossiers.reduce(0) { $0 + $1.frames }),
      "stillFrames": Double(dossiers.reduce(0) { $0 + $1.stillFrames }),
    ]
    var widest: Travel?
    for travel in dossiers.compactMap(\.travel) where abs(travel.farthest) > abs(widest?.farthest ?? 0) {
      widest = travel
    }
    if let widest {
      evidence["travelled"] = widest.farthest
      evidence["travelledAtEnd"] = widest.position
      evidence["path"] = widest.path
      evidence["displacementsMeasured"] = Double(widest.measured)
    }
    if let borneOut = dossiers.compactMap(\.travel).map(\.borneOut).max() { evidence["borneOut"] = borneOut }
    if let confirmed { evidence["secondsToCertainty"] = confirmed - from }
    return evidence
  }
}
