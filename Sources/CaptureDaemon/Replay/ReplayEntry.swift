import CameraIO
import FrameSelect
import Uploader

/// What is remembered of a replayed passage for the end of the replay: everything but the bytes of its pictures.
struct ReplayEntry: Sendable {
  /// One picture, without its bytes.
  struct Image: Sendable {
    let camera: CameraPosition
    let fileName: String
    let time: MonotonicTime
    let width: Int
    let height: Int
    let byteCount: Int
    let sharpness: Double
    let displacement: Double?
    let reason: String
  }

  let id: PassageID
  let passage: Passage
  let images: [Image]
  let considered: [ConsideredFrame]
  private(set) var result: ImageSetResult

  init(_ found: Replay.Found) {
    id = found.id
    passage = found.passage
    images = found.images.map { image in
      Image(
        camera: image.camera, fileName: image.fileName, time: image.time, width: image.width, height: image.height,
        byteCount: image.bytes.count, sharpness: image.sharpness, displacement: image.displacement,
        reason: image.reason)
    }
    considered = found.considered
    result = found.kept
  }

  /// Takes in what the outbox knows of it after delivery.
  mutating func take(_ row: OutboxReport.Passage) {
    result = PassageKeeping.result(of: row.state, images: row.images)
    result.imageSetId = row.imageSetId
    result.reason = row.reason ?? result.reason
    if row.state.isDelivered { result.listed = row.images }
  }
}
extension ReplayReport.PassageEntry {
  /// A passage of a replay; its pictures lie in a folder of its own beside the page.
  init(_ entry: ReplayEntry, isUploaded: Bool) {
    let pictures = entry.images.map { image in
      (
        camera: image.camera.rawValue,
        picture: ReplayReport.Picture(
          path: "\(entry.id)/\(image.fileName)", at: image.time.seconds, width: image.width, height: image.height,
          bytes: image.byteCount, sharpness: image.sharpness, displacement: image.displacement, reason: image.reason)
      )
    }
    let upload = ReplayReport.Upload(
      state: entry.result.state.rawValue, imageSetId: entry.result.imageSetId, listed: entry.result.listed ?? 0,
      images: entry.result.images, reason: entry.result.reason)
    self.init(
      id: entry.id.description, passage: entry.passage, considered: entry.considered, pictures: pictures,
      upload: isUploaded ? upload : nil)
  }
}
