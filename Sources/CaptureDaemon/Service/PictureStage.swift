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

  /// What became of a chosen frame.
  struct Picture {
    let image: EncodedImage
    /// The plates that it shows; nil: nobody looked.
    let plates: [PlateSighting]?
  }

  /// A chosen frame that could not be made into a picture.
  struct Failure: Error {
    let camera: CameraPosition
    let time: MonotonicTime
    let reason: String
  }

  /// The picture of `selected`; a frame that cannot be decoded costs its own picture and no other.
  func image(
    of selected: SelectedFrame, named fileName: String, passage: String, looksForPlates: Bool = false
  ) async -> Result<Picture, Failure> {
    let frame = selected.candidate.frame
    let label = labels.label(of: frame, passage: passage)
    do {
      return .success(
        try await pool.run { [encoder, plates] in
          let seen = looksForPlates ? plates?.look(at: frame, named: fileName) : nil
          let image = try encoder.image(of: selected.showing(seen), named: fileName, label: label)
          return Picture(image: image, plates: seen)
        })
    } catch {
      return .failure(Failure(camera: frame.camera, time: frame.time, reason: "\(error)"))
    }
  }
}
