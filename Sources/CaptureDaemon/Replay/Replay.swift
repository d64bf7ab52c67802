import CameraIO
import FrameSelect
import Foundation
import Uploader

/// One recording through the whole pipeline: passages, pictures, and where they are asked to go.
struct Replay: Sendable {
  let recording: Recording
  let configuration: Configuration
  let lane: LaneConfiguration
  let speed: ReplaySpeed
  let unitId: String?
  let pictures: PictureStage
  /// Where the pictures are put for people; nil: nowhere.
  let folder: PictureFolder?
  /// Where they are kept for the cloud; nil: nowhere.
  let keeping: PassageKeeping?

  /// One passage that was found, with all that a report needs.
  struct Found: Sendable {
    let id: PassageID
    let passage: Passage
    let images: [EncodedImage]
    let considered: [ConsideredFrame]
    /// Where its image set stands once it is committed; what the cloud says comes later.
    var kept: ImageSetResult
    let failures: [PictureStage.Failure]
  }

  /// Something that began like a passage and was none.
  struct Dismissed: Sendable {
    let from: MonotonicTime
    let to: MonotonicTime
    let reason: String
  }

  /// What is heard of while the recording runs.
  enum News: Sendable {
    case found(Found)
    case dismissed(Dismissed)
  }

  /// Decoded video is large, and a replay waits for memory instead of dropping frames: enough for one camera's pre-roll,
  /// its candidates and two passages under way at 1920x1200. A limit only; what is not needed is not taken.
  static let bytesPerCamera = 768 << 20

  /// Runs the recording; `tell` hears of each passage as soon as its pictures are made and kept.
  func run(_ tell: (News) async throws -> Void) async throws -> RecordedLane.Totals {
    let budget = max(configuration.capture.memoryBytes, recording.cameras.count * Self.bytesPerCamera)
    let recorded = RecordedLane(
      recording: recording, configuration: lane, pool: FramePool(byteBudget: budget), speed: speed)
    let identity = PassageIdentity.replayed(recording: recording.identity, unit: unitId ?? "")
    var names: [Int: PassageID] = [:]
    var underWay = PicturesUnderWay(stage: pictures, isRemembering: true) { [keeping] images, id in
      try await keeping?.add(images, to: id)
    }
    return try await recorded.run { event in
      switch event {
      case .began(let number, let at):
        names[number] = identity.passageID(from: at, wallMilliseconds: 0)
      case .confirmed(let number, let at):
        if let id = names[number] { _ = try await keeping?.begin(id, from: at) }
        await underWay.confirm(number)
      case .dismissed(let number, let from, let to, let reason, _):
        if let id = names.removeValue(forKey: number) { try await keeping?.dismiss(id) }
        underWay.forget(number)
        try await tell(.dismissed(Dismissed(from: from, to: to, reason: reason)))
      case .settled(let number, let from, let chosen):
        guard let id = names[number] else { break }
        await underWay.pictures(of: number, id, began: from).add(chosen)
      case .drafted: break  // Nobody waits for a replay.
      case .ended(let passage, let rest, let considered):
        let id =
          names.removeValue(forKey: passage.number) ?? identity.passageID(from: passage.from, wallMilliseconds: 0)
        _ = try await keeping?.begin(id, from: passage.from)
        let made = try await underWay.lastPictures(of: passage, id).finish(rest)
        try await tell(.found(try await keep(passage.with(made.plates), id, made, considered)))
      }
    }
  }

  private func keep(
    _ passage: Passage, _ id: PassageID, _ made: PassagePictures.Made,
    _ considered: [ConsideredFrame]
  ) async throws -> Found {
    try folder?.write(made.images, passage.coverage, of: id.description)
    let kept =
      try await keeping?.finish(id, passage, images: made.images.count)
      ?? ImageSetResult(state: .held, images: made.images.count, reason: "not uploaded")
    return Found(
      id: id, passage: passage, images: made.images, considered: considered, kept: kept, failures: made.failures)
  }
}
