import Glibc
import Synchronization

/// Brings one file to the disk while others go on writing to it. Any thread may ask for it.
///
/// Its descriptor is open as long as the file is written, so that every error of the disk is told here once.
public final class FileSync: Sendable {
  private let path: String
  private let descriptor: CInt
  private let isDirty = Atomic<Bool>(true)
  /// An error number; the kernel tells of a failed write once, and it stays failed.
  private let failedWith = Atomic<CInt>(0)

  /// Opens a file that is there.
  public init(path: String) throws(CameraError) {
    self.path = path
    descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure(path, errno) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Something was written that is not on the disk yet.
  public func note() { isDirty.store(true, ordering: .releasing) }

  /// Returns when everything that was noted before is on the disk. Blocks as long as the disk takes.
  public func sync() throws(CameraError) {
    if isDirty.exchange(false, ordering: .acquiringAndReleasing), fdatasync(descriptor) != 0 {
      failedWith.store(errno, ordering: .releasing)
    }
    let code = failedWith.load(ordering: .acquiring)
    if code != 0 { throw Self.failure(path, code) }
  }

  private static func failure(_ path: String, _ code: CInt) -> CameraError {
    CameraError(.broken, path, "cannot be brought to the disk (\(unsafe String(cString: strerror(code))))")
  }
}
