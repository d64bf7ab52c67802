import CameraIO
import Foundation

/// Why and when a recording ends: the first reason counts, and stops the cameras.
final class RecordingEnd: Sendable {
  /// What ends a recording.
  enum Reason: Sendable, Equatable {
    /// What was asked for is recorded.
    case complete
    /// Somebody asked for it: SIGINT or SIGTERM.
    case stopped
    /// No camera has any more pictures.
    case camerasEnded
    /// No camera delivered a single picture, and it is clear that none will.
    case noPicture
    /// The budget is used up, or the disk is.
    case full(RecordingRoom.Limit)
    /// Writing failed; what failed, on what, why.
    case failed(String)

    /// Whether frames that came before the end are still written.
    var isWriting: Bool {
      switch self {
      case .complete, .stopped, .camerasEnded, .noPicture: true
      case .full, .failed: false
      }
    }

    /// One word for scripts.
    var word: String {
      switch self {
      case .complete: "complete"
      case .stopped: "stopped"
      case .camerasEnded: "camerasEnded"
      case .noPicture: "noPicture"
      case .full(.budget): "budget"
      case .full(.freeSpace): "freeSpace"
      case .failed: "failed"
      }
    }
  }

  private let cameras: StopFlag
  private let lock = NSLock()
  nonisolated(unsafe) private var first: Reason?  // guarded by `lock`

  /// Nothing ends yet; `cameras` is set when something does.
  init(stopping cameras: StopFlag) { self.cameras = cameras }

  /// The recording ends for `reason`, if it does not already for another.
  func come(_ reason: Reason) {
    lock.withLock { unsafe first = first ?? reason }
    cameras.set()
  }

  /// Why it ends; nil as long as it does not.
  var reason: Reason? { lock.withLock { unsafe first } }
}
