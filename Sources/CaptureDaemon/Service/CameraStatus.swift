import CameraIO
import Foundation

/// How a camera of the running daemon is, for `diagnose`, which must not take it away from the daemon to find out.
struct CameraStatus: Codable, Sendable, Equatable {
  var position: String
  /// Which camera it is; nil before its first frame.
  var identity: String?
  /// "MJPG 1920x1200, 30 frames/s, 8 buffers".
  var figures: String?
  /// What the driver gave otherwise than asked for.
  var deviations: [String] = []
  /// Controls that are not as wished.
  var controls: [String] = []
  /// Why no frame comes; nil while they come.
  var lost: String?
  var frames: UInt64 = 0
  var missed: UInt64 = 0
  /// Frames that came and were not whole.
  var damaged: UInt64 = 0
  /// Seconds since the newest frame; nil before the first.
  var secondsSinceFrame: Double?

  /// The counted part, at `now`.
  mutating func take(_ counts: CameraCounters.Counts, now: MonotonicTime) {
    frames = counts.frames
    missed = counts.missed
    damaged = (counts.dropped[.damaged] ?? 0) + (counts.dropped[.error] ?? 0)
    secondsSinceFrame = counts.lastFrameAt.map { now - $0 }
  }
}
