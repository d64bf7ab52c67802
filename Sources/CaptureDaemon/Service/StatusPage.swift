import FlyingFox
import FlyingSocks
import Foundation
import Logging
import ServiceLifecycle
import Uploader

/// The local page: `/metrics` for Prometheus, `/` for a person who wants to know at a glance whether all is well.
///
/// Read only, loopback unless configured, no pictures, no plates, no ids. A `Host` that is not a loopback name is refused while
/// it listens on loopback, so that no web page elsewhere can read it through a browser on this machine.
struct StatusPage: Service {
  let address: ListenAddress
  let metrics: Metrics
  /// Brings the gauges up to date before they are read.
  let refresh: @Sendable () async -> Void
  let log: Logger

  func run() async throws {
    let server: HTTPServer
    if address.host.contains(":") {
      server = HTTPServer(address: try .inet6(ip6: address.host, port: address.port), logger: .disabled)
    } else {
      server = HTTPServer(address: try .inet(ip4: address.host, port: address.port), logger: .disabled)
    }
    for route in ["GET /metrics", "GET /"] {
      await server.appendRoute(HTTPRoute(route)) { request in
        guard Self.isAllowed(host: request.headers[.host] ?? "", listeningOn: address) else {
          return HTTPResponse(statusCode: .forbidden)
        }
        await refresh()
        return HTTPResponse(
          statusCode: .ok,
          headers: [
            .contentType: "text/plain; version=0.0.4; charset=utf-8", HTTPHeader("Cache-Control"): "no-store",
          ],
          body: Data(metrics.exposition.utf8))
      }
    }
    do {
      try await cancelWhenGracefulShutdown { try await server.run() }
    } catch {
      // A listening socket that is closed under the server is an error to it, and the way it ends.
      if Task.isShuttingDownGracefully || Task.isCancelled { return }
      // The page is a convenience: without it the daemon does its work all the same.
      log.error("no status page: \(address) cannot be listened on (\(error)); change status.listen")
      try? await gracefulShutdown()
    }
  }

  /// Loopback names only while the page listens on loopback.
  static func isAllowed(host: String, listeningOn address: ListenAddress) -> Bool {
    guard address.host == "127.0.0.1" || address.host == "::1" else { return true }
    let name = host.hasPrefix("[") ? String(host.prefix { $0 != "]" }) + "]" : String(host.prefix { $0 != ":" })
    return ["127.0.0.1", "localhost", "[::1]"].contains(name)
  }
}
