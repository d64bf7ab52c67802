import Foundation

/// One line on standard error that grows, on a terminal only: in a pipe nobody wants it.
///
/// `@unchecked Sendable`: the only changing member is read and written under the lock.
final class ProgressBar: @unchecked Sendable {
  private let lock = NSLock()
  private let isTerminal = isatty(2) == 1
  private var shown = -1

  /// `part` of the work is done, 0...1.
  func show(_ part: Double) {
    guard isTerminal else { return }
    let percent = Int(part * 100)
    lock.withLock {
      guard percent > shown else { return }
      shown = percent
      let full = String(repeating: "#", count: percent * 40 / 100)
      let line = "\r[" + full.padding(toLength: 40, withPad: " ", startingAt: 0) + "] \(percent) %"
      FileHandle.standardError.write(Data(line.utf8))
    }
  }

  /// Makes room for what is said at the end.
  func clear() {
    guard isTerminal else { return }
    FileHandle.standardError.write(Data("\r\u{1B}[K".utf8))
  }
}
