import Foundation

/// One value that several threads share, each holding it only for a moment.
///
/// Sendable because `value` is touched in `with` alone, and there only under the lock. An `NSLock`, since the standard
/// library's mutex makes the thread sanitizer see races that are not there.
final class Locked<Value: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var value: Value

  init(_ value: Value) { self.value = value }

  /// Reads or changes the value.
  func with<Result>(_ body: (inout Value) -> Result) -> Result {
    lock.lock()
    defer { lock.unlock() }
    return body(&value)
  }
}
