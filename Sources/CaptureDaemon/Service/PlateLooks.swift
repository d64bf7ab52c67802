import CameraIO
import FrameSelect
import Foundation

/// Looks for plates in the pictures of passages: in each picture of a camera that can see one, on the thread that encodes it.
///
/// The chosen pictures are few, the sharpest of their stretch, and the ones that somebody will read the plate in. No frame waits for a look, a
/// passage has no more of them than pictures, and a replay looks at the same ones as the daemon did.
final class PlateLooks: Sendable {
  private let plan: PlatePlan
  private let detectors = PlateDetectors()
  private let lock = NSLock()
  nonisolated(unsafe) private var evidence: [String: PlateEvidence] = [:]  // guarded by `lock`

  /// Looks as `plan` says.
  init(_ plan: PlatePlan) { self.plan = plan }

  /// Looks at a chosen frame that becomes the picture `fileName` of `passage`. One that shows a plate for sure says so in its reason.
  func look(at selected: SelectedFrame, named fileName: String, of passage: String) -> SelectedFrame {
    let frame = selected.candidate.frame
    // A frame that cannot be decoded is told of by who encodes it.
    guard plan.cameras.contains(frame.camera), let plates = try? detectors.detect(in: frame) else { return selected }
    let measure = plan.measure(of: frame.camera)
    let sightings = plates.compactMap { plate in
      var sighting = measure.sighting(
        of: plate, by: frame.camera, at: frame.time, width: frame.format.width, height: frame.format.height)
      sighting?.fileName = fileName
      return sighting
    }
    lock.withLock { unsafe evidence[passage, default: PlateEvidence()].take(sightings) }
    guard let best = sightings.first, best.plate.confidence >= PlateEvidence.sure else { return selected }
    return SelectedFrame(candidate: selected.candidate, reason: "\(selected.reason); \(best.words)")
  }

  /// The passage with what was seen; after this nothing of it is remembered.
  func concluded(_ passage: Passage, named id: String) -> Passage {
    let seen = lock.withLock { unsafe evidence.removeValue(forKey: id) }
    return seen.map(passage.with) ?? passage
  }
}
