import CameraIO
import Foundation

/// Detectors for threads that come and go: each keeps a net's memory, some 20 MB, so few are kept.
public final class PlateDetectors: Sendable {
  private let kept: Int
  private let lock = NSLock()
  // A detector that is taken out has one user.
  nonisolated(unsafe) private var idle: [PlateDetector] = []  // guarded by `lock`

  /// At most `kept` detectors wait for the next user.
  public init(keeping kept: Int = 2) { self.kept = kept }

  /// The plates of `frame`, the surest first; on the caller's thread.
  public func detect(in frame: Frame) throws(PictureError) -> [Plate] {
    let detector = lock.withLock { unsafe idle.popLast() } ?? PlateDetector()
    defer { lock.withLock { if unsafe idle.count < kept { unsafe idle.append(detector) } } }
    return try detector.detect(in: frame)
  }
}
