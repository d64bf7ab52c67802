import CSync
import Foundation

/// Where one `syncfs` makes durable all that was written before it, names included, and tells of everything that could not be written.
///
/// Elsewhere each file and each folder is waited for by itself: FUSE never hears of a `syncfs`, and before Linux 5.17 the error of a journal that
/// was given up is not told.
enum FileSystemSync {
  /// ext2, ext3 and ext4, all of which one driver writes: what the reliability tests have proven.
  private static let ext4 = 0xEF53

  /// Whether it holds for a file system of this `statfs` type under this release of Linux, such as `6.1.0-18-amd64`.
  static func isWhole(type: Int, release: String) -> Bool {
    let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    guard numbers.count == 2 else { return false }
    return type == ext4 && (numbers[0], numbers[1]) >= (5, 17)
  }

  /// Whether it holds for the file system of an open file.
  static func isWhole(at descriptor: Int32) -> Bool {
    var kernel = utsname()
    guard unsafe uname(&kernel) == 0 else { return false }
    let release = unsafe withUnsafeBytes(of: &kernel.release) {
      unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    return isWhole(type: csync_type(descriptor), release: release)
  }

  /// Waits until everything that was written is on the disk. Errors are told to who had the file open when they happened.
  static func wait(for descriptor: Int32, of path: String) throws {
    guard syncfs(descriptor) == 0 else { throw DurableFiles.failure("syncfs", path, errno) }
  }
}
