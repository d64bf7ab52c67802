import CameraIO
import Foundation

/// One detector for many threads, one look at a time: a net takes some 20 MB.
public final class SharedPlateDetector: Sendable {
  private let lock = NSLock()
  nonisolated(unsafe) private let detector = PlateDetector()  // guarded by `lock`

  /// A detector of its own.
  public init() {}

  /// The plates of `frame`, the surest first; on the caller's thread.
  public func detect(in frame: Frame) throws(PictureError) -> [Plate] {
    lock.lock()
    defer { lock.unlock() }
    return try unsafe detector.detect(in: frame)
  }
}
