import CCurl
import Foundation
import Synchronization

/// The network, by libcurl: one thread, one multi handle, HTTP/1.1, no redirects, certificates always checked.
///
/// The thread ends with `close()`, or by itself some time after the transport was let go of.
public final class CurlTransport: HTTPTransport {
  /// What a site may have to change.
  public struct Settings: Sendable, Equatable {
    /// A private certificate authority (PEM), trusted besides the system's directory; nil: the system's alone.
    public var caFile: String?
    /// `http://host:port`; nil: none, whatever the environment says.
    public var proxy: String?
    /// Upper bound for all uploads together; nil: none.
    public var maximumSendBytesPerSecond: Int?
    /// Time for name resolution, connection and TLS handshake together, in seconds.
    public var connectSeconds = 15.0
    /// Connections to one host, kept alive between requests.
    public var connectionsPerHost = 8
    /// Sent as `User-Agent`.
    public var userAgent = "capture-daemon"

    /// The usual settings.
    public init() {}
  }

  private let inbox = CurlInbox()
  private let tickets = Atomic<UInt64>(0)

  /// Starts the thread.
  public init(settings: Settings = Settings()) {
    let inbox = inbox
    let thread = Thread {
      // The kernel takes a thread's name only from the thread itself.
      Thread.current.name = "curl"
      var loop = CurlLoop(inbox: inbox, settings: settings)
      loop.run()
    }
    thread.start()
  }

  deinit { inbox.stop() }

  /// Sends `request`; never throws, ends by its deadline, and promptly when the task is cancelled.
  public func send(_ request: HTTPRequest) async -> HTTPExchange {
    let ticket = tickets.wrappingAdd(1, ordering: .relaxed).newValue
    let inbox = inbox
    let exchange = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        inbox.add(CurlInbox.Order(ticket: ticket, request: request, finish: { continuation.resume(returning: $0) }))
      }
    } onCancel: {
      inbox.cancel(ticket)
    }
    inbox.forget(ticket)
    return exchange
  }

  /// Ends the thread; what is under way ends as not sent or unclear. Returns when the thread is done with libcurl.
  public func close() {
    inbox.stop()
    inbox.waitUntilEnded()
  }
}
