import CameraIO
import FrameSelect
import Foundation

/// Looks for plates in pictures of passages that a camera took that can see one, on the thread that encodes them.
///
/// The chosen pictures are few, the sharpest of their stretch, and the ones that somebody will read the plate in. No frame waits for a look, a
/// passage has no more of them than pictures, and a replay looks at the same ones as the daemon did.
final class PlateLooks: Sendable {
  private let plan: PlatePlan
  private let detectors = PlateDetectors(keeping: 1)
  // One look at a time: a net takes 20 MB.
  private let looking = NSLock()
  private let lock = NSLock()
  nonisolated(unsafe) private var evidence: [String: PlateEvidence] = [:]  // guarded by `lock`
  nonisolated(unsafe) private var passages: [String] = []  // guarded by `lock`

  /// Passages of which something is remembered: what turned out to be no vehicle is never asked for.
  private static let remembered = 32

  /// Looks as `plan` says.
  init(_ plan: PlatePlan) { self.plan = plan }

  /// Looks at a chosen frame that becomes the picture `fileName` of `passage`. One that shows a plate for sure says so in its reason.
  func look(at selected: SelectedFrame, named fileName: String, of passage: String) -> SelectedFrame {
    let frame = selected.candidate.frame
    // A frame that cannot be decoded is told of by who encodes it.
    guard plan.cameras.contains(frame.camera),
      let plates = try? looking.withLock({ try detectors.detect(in: frame) })
    else { return selected }
    let measure = plan.measure(of: frame.camera)
    let sightings = plates.compactMap { plate in
      var sighting = measure.sighting(
        of: plate, by: frame.camera, at: frame.time, width: frame.format.width, height: frame.format.height)
      sighting?.fileName = fileName
      return sighting
    }
    note(sightings, of: passage)
    guard let best = sightings.first, best.plate.confidence >= PlateEvidence.sure else { return selected }
    return SelectedFrame(candidate: selected.candidate, reason: "\(selected.reason); \(best.words)")
  }

  private func note(_ sightings: [PlateSighting], of passage: String) {
    lock.withLock {
      if unsafe evidence[passage] == nil { unsafe passages.append(passage) }
      unsafe evidence[passage, default: PlateEvidence()].take(sightings)
      if unsafe passages.count > Self.remembered { unsafe evidence[passages.removeFirst()] = nil }
    }
  }

  /// The passage with what was seen; after this nothing of it is remembered.
  func concluded(_ passage: Passage, named id: String) -> Passage {
    let seen = lock.withLock {
      unsafe passages.removeAll { $0 == id }
      return unsafe evidence.removeValue(forKey: id)
    }
    return seen.map(passage.with) ?? passage
  }
}
