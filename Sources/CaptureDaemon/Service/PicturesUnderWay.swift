import CameraIO
import FrameSelect
import Uploader

/// The pictures of the passages under way, by their numbers in the lane.
struct PicturesUnderWay {
  private let stage: PictureStage
  private let isRemembering: Bool
  private let keep: @Sendable ([EncodedImage], PassageID) async throws -> Void
  private var passages: [Int: PassagePictures] = [:]
  private var certain: Set<Int> = []

  /// None yet. `isRemembering`, `keep`: as for `PassagePictures`, told which passage it is.
  init(
    stage: PictureStage, isRemembering: Bool = false,
    keep: @escaping @Sendable ([EncodedImage], PassageID) async throws -> Void
  ) {
    self.stage = stage
    self.isRemembering = isRemembering
    self.keep = keep
  }

  /// Those of a passage; begun with its first ones, whose names count from `began`.
  mutating func pictures(of number: Int, _ id: PassageID, began: MonotonicTime) -> PassagePictures {
    if let known = passages[number] { return known }
    let pictures = PassagePictures(
      id.description, began: began, stage: stage, isRemembering: isRemembering,
      isCertain: certain.contains(number)
    ) { [keep] images in try await keep(images, id) }
    passages[number] = pictures
    return pictures
  }

  /// It is a vehicle: its pictures are kept from here on.
  mutating func confirm(_ number: Int) async {
    certain.insert(number)
    await passages[number]?.confirm()
  }

  /// It is none, or nothing of it is kept: what was made of it is let go.
  mutating func forget(_ number: Int) {
    passages[number] = nil
    certain.remove(number)
  }

  /// Those of a vehicle that has left, for the last time.
  mutating func lastPictures(of passage: Passage, _ id: PassageID) -> PassagePictures {
    defer { forget(passage.number) }
    return pictures(of: passage.number, id, began: passage.from)
  }
}
