/// What a live camera has to tell.
public enum CameraNews: Sendable {
  /// Its first frame came: which camera it is, what the driver gave, and which controls are not as wished.
  case streaming(CameraIdentity, V4L2Grant, [V4L2Controls.Deviation])
  /// No frame comes any more, and why; it is opened again and again.
  case lost(CameraError)
  /// It is still away: why this time, and whether that is another kind of reason than the one before.
  case stillLost(CameraError, isAnother: Bool)
  /// Frames come again, after so many seconds without.
  case back(afterSeconds: Double, CameraIdentity, V4L2Grant, [V4L2Controls.Deviation])
  /// Somebody else changed controls while it ran.
  case controlsDrifted([V4L2Controls.Deviation])
}
