import CameraIO

/// A chosen frame as it goes to the cloud, with what is said about it on the way.
public struct EncodedImage: Sendable, Equatable {
  /// The camera.
  public let camera: CameraPosition
  /// `roofLeft_57.webp`, unique within its image set.
  public let fileName: String
  /// When the frame was exposed.
  public let time: MonotonicTime
  /// Pixels of a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// The WebP file.
  public let bytes: [UInt8]
  /// See `FrameScore`.
  public let sharpness: Double
  /// See `Candidate`.
  public let displacement: Double?
  /// Why this frame was chosen, for people.
  public let reason: String

  /// An image.
  public init(
    camera: CameraPosition, fileName: String, time: MonotonicTime, width: Int, height: Int, bytes: [UInt8],
    sharpness: Double, displacement: Double?, reason: String
  ) {
    self.camera = camera
    self.fileName = fileName
    self.time = time
    self.width = width
    self.height = height
    self.bytes = bytes
    self.sharpness = sharpness
    self.displacement = displacement
    self.reason = reason
  }
}

extension WebPEncoder {
  /// Decodes a chosen frame and encodes it; the work of one encoder thread, about 60 ms for 1920x1200 on a PC.
  public func image(of selected: SelectedFrame, named fileName: String) throws(PictureError) -> EncodedImage {
    let frame = selected.candidate.frame
    let picture = try FrameDecoder().decode(frame)
    return EncodedImage(
      camera: frame.camera, fileName: fileName, time: frame.time, width: picture.width, height: picture.height,
      bytes: try encode(picture), sharpness: selected.candidate.score.sharpness,
      displacement: selected.candidate.displacement, reason: selected.reason)
  }
}
