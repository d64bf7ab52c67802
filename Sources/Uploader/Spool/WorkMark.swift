import Foundation

/// `under-way`: the passage that is being worked on, for the next process to find if this one ends in the middle of it.
///
/// Written without waiting for the disk: it has to outlive the process, not the power. Where it cannot be written, nobody is blamed.
struct WorkMark {
  private let path: String

  init(in folder: StateFolder) { path = folder.path + "/under-way" }

  /// Whom it names; nil when the last process had nothing under way, or put everything in order.
  func read() -> PassageID? {
    (try? DurableFiles.read(path, limit: 64)).flatMap {
      PassageID(String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }

  /// Names a passage, or nobody: always as many bytes, in one call, so that a full disk has room for them once it had.
  func write(_ id: PassageID?) {
    let line = Array(((id?.description ?? String(repeating: " ", count: 36)) + "\n").utf8)
    let flags = O_WRONLY | O_NOFOLLOW | O_CLOEXEC | (DurableFiles.exists(path) ? 0 : O_CREAT)
    let descriptor = unsafe open(path, flags, 0o600)
    guard descriptor >= 0 else { return }
    _ = unsafe line.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    _ = close(descriptor)
  }
}
