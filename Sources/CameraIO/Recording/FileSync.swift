import Glibc
import Synchronization

/// Brings one file to the disk while others go on writing to it. Any thread may ask for it.
///
/// Its descriptor is open as long as the file is written, so that every error of the disk is told here once.
public final class FileSync: Sendable {
  private let path: String
  private let descriptor: CInt
  private let isDirty = Atomic<Bool>(true)

  /// Opens a file that is there.
  public init(path: String) throws(CameraError) {
    self.path = path
    descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure(path) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Something was written that is not on the disk yet.
  public func note() { isDirty.store(true, ordering: .releasing) }

  /// Returns when everything that was noted before is on the disk. Blocks as long as the disk takes.
  public func sync() throws(CameraError) {
    guard isDirty.exchange(false, ordering: .acquiringAndReleasing) else { return }
    guard fdatasync(descriptor) == 0 else { throw Self.failure(path) }
  }

  private static func failure(_ path: String) -> CameraError {
    CameraError(.broken, path, "cannot be brought to the disk (\(unsafe String(cString: strerror(errno))))")
  }
}
