import CameraIO

/// What a lane knows at a moment: what each camera sees, and who is in the lane. A value, so that a lane can go back to it.
struct LaneState {
  /// The cameras' eyes.
  var watches: [CameraPosition: CameraWatch]
  /// Who is in the lane.
  var segmenter: PassageSegmenter

  /// Nothing has been seen.
  init(_ configuration: LaneConfiguration) {
    let stream = CoefficientStream()
    watches = configuration.cameras.mapValues {
      CameraWatch(camera: $0, thresholds: configuration.motion, sharing: stream)
    }
    segmenter = PassageSegmenter(
      cameras: configuration.cameras.keys.sorted(), thresholds: configuration.segmenting,
      clock: LaneClock(rate: configuration.cameras.values.map(\.nominalRate).max() ?? 30))
  }

  /// What `frame` shows that is not the place, in `picture` if that is made; the camera has learned from it.
  mutating func look(at frame: Frame, _ picture: Result<LumaImage, LumaError>?) throws(LumaError) -> [Thing] {
    guard var watch = watches[frame.camera] else { return [] }
    watches[frame.camera] = nil  // one owner, so that its arrays are changed in place
    defer { watches[frame.camera] = watch }
    return try watch.look(
      at: frame, picture, time: segmenter.clock.watched(frame.time), isHeld: segmenter.isHolding)
  }
}

extension PassageSegmenter {
  /// Whether nobody is in the lane and no camera that still delivers follows anything, certain or not.
  var isQuiet: Bool {
    guard open.isEmpty else { return false }
    guard cameras.contains(where: { !$0.runs.isEmpty }) else { return true }
    return cameras.allSatisfy { camera in
      guard !camera.runs.isEmpty, let newest else { return true }
      return newest - (camera.lastSeen ?? newest) >= thresholds.stallSeconds
    }
  }
}
