import CameraIO
import FrameSelect

/// A chosen frame becomes a named, labelled, encoded image, on a thread of the encode pool.
struct PictureStage: Sendable {
  let pool: EncodePool
  let encoder: WebPEncoder
  /// Ticks a second of the numbers in file names.
  let nominalRate: Double
  /// What pictures say about themselves.
  var labels = PictureLabels()
  /// What is seen of plates in them; nil: nobody looks.
  var plates: PlateLooks?

  /// A chosen frame that could not be made into a picture.
  struct Failure: Error {
    let camera: CameraPosition
    let time: MonotonicTime
    let reason: String
  }

  /// The image of `selected`; a frame that cannot be decoded costs its own picture and no other.
  func image(
    of selected: SelectedFrame, named fileName: String, passage: String, looksForPlates: Bool = false
  ) async -> Result<EncodedImage, Failure> {
    let frame = selected.candidate.frame
    let label = labels.label(of: frame, passage: passage)
    do {
      return .success(
        try await pool.run { [encoder, plates] in
          let selected =
            looksForPlates ? plates?.look(at: selected, named: fileName, of: passage) ?? selected : selected
          return try encoder.image(of: selected, named: fileName, label: label)
        })
    } catch {
      return .failure(Failure(camera: frame.camera, time: frame.time, reason: "\(error)"))
    }
  }

  /// The passage with what its pictures show of plates, once all of them are made.
  func concluded(_ passage: Passage, named id: String) -> Passage { plates?.concluded(passage, named: id) ?? passage }
}
