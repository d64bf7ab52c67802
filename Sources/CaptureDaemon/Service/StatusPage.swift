import FlyingFox
import FlyingSocks
import Foundation
import Logging
import ServiceLifecycle
import Uploader

/// The local page: `/metrics` for Prometheus, `/` for a person who wants to know at a glance whether all is well, `/plates` for somebody
/// who holds a plate up before the cameras.
///
/// Read only, loopback unless configured, no pictures, no ids, and of plates their size alone. A `Host` that is not a loopback name is refused while
/// it listens on loopback, so that no web page elsewhere can read it through a browser on this machine.
struct StatusPage: Service {
  let address: ListenAddress
  let metrics: Metrics
  /// Brings the gauges up to date before they are read.
  let refresh: @Sendable () async -> Void
  /// What the cameras show of plates now.
  let plates: @Sendable () async -> [PlateGlance]
  let log: Logger

  func run() async throws {
    let server: HTTPServer
    if address.host.contains(":") {
      server = HTTPServer(address: try .inet6(ip6: address.host, port: address.port), logger: .disabled)
    } else {
      server = HTTPServer(address: try .inet(ip4: address.host, port: address.port), logger: .disabled)
    }
    for route in ["GET /metrics", "GET /"] {
      await answer(route, of: server, as: "text/plain; version=0.0.4; charset=utf-8") {
        await refresh()
        return metrics.exposition
      }
    }
    // A browser asks again by itself, so that the figures follow the plate.
    await answer("GET /plates", of: server, as: "text/plain; charset=utf-8", again: 2) {
      Self.text(of: await plates())
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

  /// `again`: seconds after which a browser is to ask once more; nil: never.
  private func answer(
    _ route: String, of server: HTTPServer, as type: String, again: Int? = nil,
    _ text: @escaping @Sendable () async -> String
  ) async {
    await server.appendRoute(HTTPRoute(route)) { request in
      guard Self.isAllowed(host: request.headers[.host] ?? "", listeningOn: address) else {
        return HTTPResponse(statusCode: .forbidden)
      }
      var response = HTTPResponse(
        statusCode: .ok, headers: [.contentType: type, HTTPHeader("Cache-Control"): "no-store"],
        body: Data(await text().utf8))
      if let again { response.headers[HTTPHeader("Refresh")] = "\(again)" }
      return response
    }
  }

  /// The plate meter: a line for each camera, the hint under it.
  static func text(of glances: [PlateGlance]) -> String {
    guard !glances.isEmpty else { return "no camera looks for plates; see cameras[].plates in the configuration\n" }
    return glances.map { glance in
      let finding = glance.finding
      return "\(glance.position): \(finding.summary)\n" + (finding.hint.map { "  \($0)\n" } ?? "")
    }.joined()
  }

  /// Loopback names only while the page listens on loopback.
  static func isAllowed(host: String, listeningOn address: ListenAddress) -> Bool {
    guard address.host == "127.0.0.1" || address.host == "::1" else { return true }
    let name = host.hasPrefix("[") ? String(host.prefix { $0 != "]" }) + "]" : String(host.prefix { $0 != ":" })
    return ["127.0.0.1", "localhost", "[::1]"].contains(name)
  }
}
