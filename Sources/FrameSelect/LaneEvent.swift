import CameraIO

/// What the lane tells the daemon.
public enum LaneEvent: Sendable {
  /// Something began that may be a vehicle; nothing is certain, nothing may be sent.
  case began(number: Int, at: MonotonicTime)
  /// It is a vehicle: from here on its pictures may go to the cloud.
  case confirmed(number: Int, at: MonotonicTime)
  /// Of the vehicle that came at `from`, as far as that is known now, these frames are chosen whatever it does; each is told of once. It is
  /// likely to be one, and may not be `confirmed` yet. Of a camera whose picture it has left they are the last.
  case settled(number: Int, from: MonotonicTime, chosen: [SelectedFrame])
  /// Some cameras show the vehicle no more, or none does: had it left, these would be their last chosen frames. They take the place of those that
  /// were told of before. It may come back, and `ended` may choose others.
  case drafted(number: Int, from: MonotonicTime, chosen: [SelectedFrame])
  /// The vehicle has left: the passage, the chosen frames that were not settled before in order of camera and time, and all that was considered.
  case ended(Passage, chosen: [SelectedFrame], considered: [ConsideredFrame])
  /// It was none after all.
  case dismissed(number: Int, from: MonotonicTime, to: MonotonicTime, reason: String, evidence: [String: Double])
}
