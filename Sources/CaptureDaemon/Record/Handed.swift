import CameraIO
import Foundation

/// What a thread leaves behind for whoever joins it.
final class Handed<Value: Sendable>: Sendable {
  private let lock = NSLock()
  nonisolated(unsafe) private var left: Value?  // guarded by `lock`

  /// Leaves it.
  func set(_ value: Value) { lock.withLock { unsafe left = value } }

  /// What was left; nil before.
  var value: Value? { lock.withLock { unsafe left } }
}

/// How the cameras of a recording came to their end.
final class CameraEndings: Sendable {
  private let lock = NSLock()
  nonisolated(unsafe) private var endings: [CameraPosition: CameraGrabber.Ending] = [:]  // guarded by `lock`

  /// Notes how one did.
  func note(_ camera: CameraPosition, _ ending: CameraGrabber.Ending) {
    lock.withLock { unsafe endings[camera] = ending }
  }

  /// All that ended.
  var all: [CameraPosition: CameraGrabber.Ending] { lock.withLock { unsafe endings } }
}
