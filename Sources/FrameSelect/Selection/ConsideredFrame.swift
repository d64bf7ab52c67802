import CameraIO

/// A frame that was looked at, whatever became of it: one tick of the report's time line.
public struct ConsideredFrame: Sendable {
  /// What became of a frame.
  public enum Disposition: String, Sendable {
    /// It is in the image set.
    case chosen
    /// A better one of the same stretch was.
    case outdone
    /// Its stretch was merged with its neighbour to keep memory bounded.
    case merged
    /// No vehicle in the picture.
    case empty
  }

  /// The camera.
  public let camera: CameraPosition
  /// When.
  public let time: MonotonicTime
  /// How good.
  public let score: FrameScore
  /// See `Candidate`.
  public let displacement: Double?
  /// See `Candidate`.
  public let presence: Double
  /// What became of it.
  public let disposition: Disposition

  /// A frame that was looked at.
  public init(
    camera: CameraPosition, time: MonotonicTime, score: FrameScore, displacement: Double?, presence: Double,
    disposition: Disposition
  ) {
    self.camera = camera
    self.time = time
    self.score = score
    self.displacement = displacement
    self.presence = presence
    self.disposition = disposition
  }
}
