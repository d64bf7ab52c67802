import CameraIO
import FrameSelect

/// Looks for plates in chosen pictures of cameras that can see one, on the thread that encodes them.
///
/// The chosen pictures are few, the sharpest of their stretch, and the ones that somebody will read the plate in. No frame waits for a look, a
/// passage has no more of them than pictures, and a replay looks at the same ones as the daemon did.
struct PlateLooks: Sendable {
  private let plan: PlatePlan
  private let detector: SharedPlateDetector

  /// Looks as `plan` says.
  init(_ plan: PlatePlan, detector: SharedPlateDetector = SharedPlateDetector()) {
    self.plan = plan
    self.detector = detector
  }

  /// What the frame that becomes the picture `fileName` shows; nil when nobody looks: its camera cannot see a plate, or it cannot be decoded,
  /// which is told by who encodes it.
  func look(at frame: Frame, named fileName: String) -> [PlateSighting]? {
    guard plan.cameras.contains(frame.camera), let plates = try? detector.detect(in: frame) else { return nil }
    let measure = plan.measure(of: frame.camera)
    return plates.compactMap { plate in
      var sighting = measure.sighting(
        of: plate, by: frame.camera, at: frame.time, width: frame.format.width, height: frame.format.height)
      sighting?.fileName = fileName
      return sighting
    }
  }
}

extension SelectedFrame {
  /// The same frame; where it shows a plate for sure, its reason says so. `seen`: the surest first.
  func showing(_ seen: [PlateSighting]?) -> SelectedFrame {
    guard let best = seen?.first, best.plate.confidence >= PlateEvidence.sure else { return self }
    return SelectedFrame(candidate: candidate, reason: "\(reason); \(best.words)")
  }
}
