import CameraIO
import FrameSelect

/// Chosen frames become named, encoded images: a picture per thread of the encode pool.
struct PictureStage: Sendable {
  let pool: EncodePool
  let encoder: WebPEncoder
  /// Ticks a second of the numbers in file names.
  let nominalRate: Double
  /// What pictures say about themselves.
  var labels = PictureLabels()

  /// A chosen frame that could not be made into a picture.
  struct Failure: Sendable {
    let camera: CameraPosition
    let time: MonotonicTime
    let reason: String
  }

  /// The images of `chosen` in the same order, and the frames that turned out not to be pictures.
  ///
  /// A frame that cannot be decoded costs its own picture and no other.
  func images(
    of chosen: [SelectedFrame], passage: String, began: MonotonicTime
  ) async throws -> (images: [EncodedImage], failures: [Failure]) {
    var names = ImageName(passageBegan: began, nominalRate: nominalRate)
    let named = chosen.map { selected in
      let frame = selected.candidate.frame
      return (
        selected, names.next(camera: frame.camera, time: frame.time), labels.label(of: frame, passage: passage)
      )
    }
    let results = try await withThrowingTaskGroup(of: (Int, Result<EncodedImage, PictureError>).self) { group in
      for (index, (selected, fileName, label)) in named.enumerated() {
        group.addTask { [pool, encoder] in
          (index, try await pool.run { Self.encode(selected, fileName, label, encoder) })
        }
      }
      var results: [Int: Result<EncodedImage, PictureError>] = [:]
      for try await (index, result) in group { results[index] = result }
      return results
    }
    var images: [EncodedImage] = []
    var failures: [Failure] = []
    for (index, (selected, _, _)) in named.enumerated() {
      switch results[index] {
      case .success(let image): images.append(image)
      case .failure(let error):
        let frame = selected.candidate.frame
        failures.append(Failure(camera: frame.camera, time: frame.time, reason: error.description))
      case nil: break
      }
    }
    return (images, failures)
  }

  private static func encode(
    _ selected: SelectedFrame, _ fileName: String, _ label: PictureLabel, _ encoder: WebPEncoder
  ) -> Result<EncodedImage, PictureError> {
    do throws(PictureError) {
      return .success(try encoder.image(of: selected, named: fileName, label: label))
    } catch {
      return .failure(error)
    }
  }
}
