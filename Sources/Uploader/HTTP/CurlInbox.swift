import CCurl
import Foundation

/// What callers tell the curl thread, and how they wake it.
///
/// Sendable because everything mutable is touched under the condition's lock only. The multi handle's address lies here
/// while the handle lives, and it is woken under that lock: a wake-up can never meet a handle that is gone.
final class CurlInbox: @unchecked Sendable {
  /// One request and where its outcome goes.
  struct Order: Sendable {
    let ticket: UInt64
    let request: HTTPRequest
    let finish: @Sendable (HTTPExchange) -> Void
  }

  /// What the thread finds when it looks.
  struct Mail {
    var orders: [Order] = []
    var cancelled: Set<UInt64> = []
    var isStopping = false
  }

  private let condition = NSCondition()
  private var mail = Mail()
  private var multi: UInt = 0
  private var hasEnded = false

  /// For the curl thread: where to knock; 0 when the handle is about to go.
  func setMulti(_ address: UInt) {
    condition.lock()
    defer { condition.unlock() }
    multi = address
  }

  /// Hands over a request; after the end it is answered at once.
  func add(_ order: Order) {
    condition.lock()
    let isOpen = !mail.isStopping
    if isOpen {
      mail.orders.append(order)
      wake()
    }
    condition.unlock()
    if !isOpen { order.finish(.notSent(reason: "the transport is closed")) }
  }

  /// Asks for a request to be ended; the request may come later, or be over already.
  func cancel(_ ticket: UInt64) {
    condition.lock()
    defer { condition.unlock() }
    mail.cancelled.insert(ticket)
    wake()
  }

  /// The request is over: a wish to cancel it means nothing any more.
  func forget(_ ticket: UInt64) {
    condition.lock()
    defer { condition.unlock() }
    mail.cancelled.remove(ticket)
  }

  /// Asks the thread to end.
  func stop() {
    condition.lock()
    defer { condition.unlock() }
    mail.isStopping = true
    wake()
  }

  /// For the curl thread: the new orders, and every wish to cancel that may still mean something.
  func collect() -> Mail {
    condition.lock()
    defer { condition.unlock() }
    let collected = mail
    mail.orders = []
    return collected
  }

  /// For the curl thread: everything is cleaned up.
  func end() {
    condition.lock()
    defer { condition.unlock() }
    hasEnded = true
    condition.broadcast()
  }

  /// Returns after `end()`.
  func waitUntilEnded() {
    condition.lock()
    defer { condition.unlock() }
    while !hasEnded { condition.wait() }
  }

  private func wake() {
    if let multi = unsafe UnsafeMutableRawPointer(bitPattern: multi) { unsafe curl_multi_wakeup(multi) }
  }
}
