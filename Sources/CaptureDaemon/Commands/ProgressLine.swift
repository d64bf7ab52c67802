import Foundation
import Glibc

/// How far a long command has come, in one line that is written over: on a terminal only, and gone when the work is done.
final class ProgressLine: Sendable {
  private static let width = 30
  private static let pauseSeconds = 0.2

  private let title: String
  private let lock = NSLock()
  nonisolated(unsafe) private var lastAt = -Double.infinity  // guarded by `lock`

  /// Nil where standard error is no terminal: in a pipe, a file, a journal.
  init?(_ title: String) {
    guard isatty(STDERR_FILENO) == 1 else { return nil }
    self.title = title
  }

  /// `done` of `all`, in any unit; `all` nil: how much there is to do is not known.
  func show(_ done: Double, of all: Double?, unit: String) {
    let now = MonotonicClock.seconds
    let isDue = lock.withLock {
      guard unsafe now - lastAt >= Self.pauseSeconds else { return false }
      unsafe lastAt = now
      return true
    }
    if isDue { write("\r" + Self.text(title, done, of: all, unit: unit) + "\u{1B}[K") }
  }

  /// Takes the line away.
  func clear() { write("\r\u{1B}[K") }

  static func text(_ title: String, _ done: Double, of all: Double?, unit: String) -> String {
    let figure = JSONLine.number(done, decimals: 0).text
    guard let all, all > 0 else { return "\(title)  \(figure) \(unit)" }
    let share = min(1, max(0, done / all))
    let filled = Int(share * Double(width))
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    return "\(title)  [\(bar)] \(Int(share * 100)) %  \(figure) of \(JSONLine.number(all, decimals: 0).text) \(unit)"
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
