import Foundation

/// Throws at one durable step, and from then on at every one: a dead process does nothing more.
final class PowerCut: Error, @unchecked Sendable {
  private let lock = NSLock()
  private var left: Int
  private(set) var step: String?

  init(after steps: Int) { left = steps }

  func pass(_ name: String) throws {
    try lock.withLock {
      left -= 1
      guard left < 0 else { return }
      if step == nil { step = name }
      throw self
    }
  }

  var happened: Bool { lock.withLock { step != nil } }
}
