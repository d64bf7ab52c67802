import CameraIO
import FrameSelect

/// A chosen frame becomes a named, labelled, encoded image, on a thread of the encode pool.
struct PictureStage: Sendable {
  let pool: EncodePool
  let encoder: WebPEncoder
  /// Who says that a picture is made faster instead; nil: none is.
  var haste: Haste?
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
  ///
  /// `draft`: perhaps nobody wants it; until somebody does it is made when there is nothing else to do, and not begun once its task is cancelled.
  func image(
    of selected: SelectedFrame, named fileName: String, passage: String, looksForPlates: Bool = false,
    as draft: EncodePool.Draft? = nil
  ) async -> Result<Picture, Failure> {
    let frame = selected.candidate.frame
    let label = labels.label(of: frame, passage: passage)
    do {
      return .success(
        try await pool.run(as: draft) { [encoder, plates, haste, pool] in
          let isDraft = draft.map { !$0.isWanted } ?? false
          let encoder = haste?.encoder(instead: encoder, queued: pool.waiting(isDraft: isDraft)) ?? encoder
          let seen = looksForPlates ? plates?.look(at: frame, named: fileName) : nil
          let image = try encoder.image(of: selected.showing(seen), named: fileName, label: label)
          return Picture(image: image, plates: seen)
        })
    } catch {
      return .failure(Failure(camera: frame.camera, time: frame.time, reason: "\(error)"))
    }
  }
}
