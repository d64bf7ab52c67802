import CCurl
import Foundation

/// The curl thread: takes orders, drives every transfer, ends those whose time is up. Lives on that thread alone.
struct CurlLoop {
  private let inbox: CurlInbox
  private let settings: CurlTransport.Settings
  private let clock = ContinuousClock()
  private var active: [UInt64: CurlTransfer] = [:]
  /// Those of `active` that wait for a connection to their host, oldest first. Counted here and not by libcurl, whose
  /// own limit leaves waiting requests asleep beside idle connections (7.88).
  private var waiting: [UInt64] = []

  /// Thread-safe initialisation of the library, once for the process.
  private static let isLibraryReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  init(inbox: CurlInbox, settings: CurlTransport.Settings) {
    self.inbox = inbox
    self.settings = settings
  }

  /// Runs until the inbox says stop.
  mutating func run() {
    Self.blockPipeSignal()
    guard Self.isLibraryReady, let multi = unsafe curl_multi_init() else {
      refuseEverything()
      return
    }
    unsafe configure(multi)
    inbox.setMulti(UInt(bitPattern: multi))
    while true {
      let mail = inbox.collect()
      for order in mail.orders { start(order, isCancelled: mail.cancelled.contains(order.ticket)) }
      for ticket in mail.cancelled { unsafe end(ticket, on: multi, because: "it was cancelled") }
      if mail.isStopping { break }
      unsafe drive(multi)
      unsafe wait(multi)
    }
    for ticket in active.keys { unsafe end(ticket, on: multi, because: "the transport was closed") }
    // From here on nobody knocks; then the handle may go.
    inbox.setMulti(0)
    unsafe curl_multi_cleanup(multi)
    inbox.end()
  }

  private func refuseEverything() {
    inbox.stop()
    for order in inbox.collect().orders { order.finish(.notSent(reason: "libcurl cannot be initialised")) }
    inbox.end()
  }

  private func configure(_ multi: UnsafeMutableRawPointer) {
    let perHost = max(1, settings.connectionsPerHost)
    unsafe _ = ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, 2 * perHost)
    unsafe _ = ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING))
  }

  private mutating func start(_ order: CurlInbox.Order, isCancelled: Bool) {
    if isCancelled {
      order.finish(.notSent(reason: "it was cancelled"))
      return
    }
    do throws(CurlTransfer.Fault) {
      let deadline = clock.now + .milliseconds(Int64(max(0, min(order.request.deadlineSeconds, 1e6)) * 1000))
      let transfer = try CurlTransfer(order: order, settings: settings, deadline: deadline)
      active[order.ticket] = transfer
      waiting.append(order.ticket)
    } catch {
      order.finish(.notSent(reason: error.reason))
    }
  }

  /// Lets waiting requests begin, as many as each host may have; a creation never waits.
  private mutating func admit(to multi: UnsafeMutableRawPointer) {
    guard !waiting.isEmpty else { return }
    var running: [HTTPAddress.Origin: Int] = [:]
    for transfer in active.values where transfer.isRunning {
      running[transfer.order.request.address.origin, default: 0] += 1
    }
    var stillWaiting: [UInt64] = []
    for ticket in waiting {
      guard let transfer = active[ticket] else { continue }
      let request = transfer.order.request
      let count = running[request.address.origin, default: 0]
      guard request.connection == .freshAndClosed || count < max(1, settings.connectionsPerHost) else {
        stillWaiting.append(ticket)
        continue
      }
      guard unsafe curl_multi_add_handle(multi, transfer.handle) == CURLM_OK else {
        active[ticket] = nil
        transfer.order.finish(.notSent(reason: "libcurl does not take the request"))
        continue
      }
      transfer.isRunning = true
      running[request.address.origin] = count + 1
    }
    waiting = stillWaiting
    shareLine()
  }

  /// The limit is one for all uploads together: each that runs gets an equal share.
  private func shareLine() {
    guard let rate = settings.maximumSendBytesPerSecond else { return }
    let uploads = active.values.filter { $0.isRunning && $0.isUpload }
    for upload in uploads { upload.limit(to: rate / uploads.count) }
  }

  private mutating func drive(_ multi: UnsafeMutableRawPointer) {
    unsafe admit(to: multi)
    var running: Int32 = 0
    _ = unsafe curl_multi_perform(multi, &running)
    var result = CURLE_OK
    while let handle = unsafe ccurl_multi_next_done(multi, &result) {
      guard let entry = active.first(where: { unsafe $0.value.handle == handle }) else { continue }
      active[entry.key] = nil
      unsafe _ = curl_multi_remove_handle(multi, handle)
      entry.value.order.finish(entry.value.exchange(result))
    }
    let now = clock.now
    for (ticket, transfer) in active where transfer.deadline <= now {
      let seconds = transfer.order.request.deadlineSeconds
      unsafe end(ticket, on: multi, because: "there was no whole answer within \(seconds.formattedSeconds)")
    }
    unsafe admit(to: multi)
    shareLine()
  }

  /// Ends a transfer before its time; removing it closes its connection.
  private mutating func end(_ ticket: UInt64, on multi: UnsafeMutableRawPointer, because reason: String) {
    guard let transfer = active.removeValue(forKey: ticket) else { return }
    if transfer.isRunning { unsafe _ = curl_multi_remove_handle(multi, transfer.handle) }
    transfer.order.finish(transfer.mayHaveLeft ? .unclear(reason: reason) : .notSent(reason: reason))
  }

  private func wait(_ multi: UnsafeMutableRawPointer) {
    var milliseconds: Int64 = 60_000
    let now = clock.now
    for transfer in active.values {
      let left = now.duration(to: transfer.deadline).components
      // Rounded up, lest the last millisecond be spent in a spin.
      let ms = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000 + 1
      milliseconds = min(milliseconds, max(0, ms))
    }
    _ = unsafe curl_multi_poll(multi, nil, 0, Int32(milliseconds), nil)
  }

  /// A broken connection is an error code for this thread, not the end of the process: TLS writes without MSG_NOSIGNAL.
  private static func blockPipeSignal() {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, SIGPIPE)
    unsafe _ = pthread_sigmask(SIG_BLOCK, &set, nil)
  }
}

extension Double {
  /// `30 s`, `0.5 s`.
  var formattedSeconds: String { self == rounded() && magnitude < 1e9 ? "\(Int(self)) s" : "\(self) s" }
}
