import CameraIO

/// A frame that may be chosen.
public struct Candidate: Sendable {
  /// The frame itself.
  public let frame: Frame
  /// How good it is.
  public let score: FrameScore
  /// Where on the vehicle it looks: displacement since the passage began, in widths of the picture; nil when unknown.
  public let displacement: Double?
  /// Whether the displacement was measured in this frame, not guessed from those before it.
  public let isMeasured: Bool
  /// How much of the zone the vehicle fills in it, 0 to 1.
  public let presence: Double

  /// A candidate.
  public init(
    frame: Frame, score: FrameScore, displacement: Double?, isMeasured: Bool = true, presence: Double
  ) {
    self.frame = frame
    self.score = score
    self.displacement = displacement
    self.isMeasured = isMeasured
    self.presence = presence
  }
}
