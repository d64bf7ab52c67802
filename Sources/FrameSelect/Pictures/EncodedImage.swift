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
  ///
  /// With a `label` the picture says what it is. A picture that had to be made with less quality to fit says so in its reason.
  public func image(
    of selected: SelectedFrame, named fileName: String, label: PictureLabel? = nil
  ) throws(PictureError) -> EncodedImage {
    let frame = selected.candidate.frame
    let picture = try FrameDecoder().decode(frame)
    let packet = label?.packet(of: selected)
    let (bytes, quality) = try encode(picture, leaving: packet.map { $0.utf8.count + Self.chunkBytes } ?? 0)
    let isLess = quality < settings.quality
    return EncodedImage(
      camera: frame.camera, fileName: fileName, time: frame.time, width: picture.width, height: picture.height,
      bytes: try packet.map { packet throws(PictureError) in try WebPContainer.adding(xmp: packet, to: bytes) }
        ?? bytes,
      sharpness: selected.candidate.score.sharpness, displacement: selected.candidate.displacement,
      reason: isLess ? "\(selected.reason); quality \(Int(quality)) to fit its size" : selected.reason)
  }

  /// What the file's own headers take beside the packet: a VP8X chunk and two chunk headers, padded.
  private static let chunkBytes = 40
}
