import Foundation
import TestSupport
import Testing

@testable import Uploader

/// A TLS server of Python's standard library that says what reached it, with certificates made by the openssl command.
private struct TLSServer {
  static let python = "/usr/bin/python3"
  static let openssl = "/usr/bin/openssl"
  static var isPossible: Bool { [python, openssl].allSatisfy(FileManager.default.isExecutableFile(atPath:)) }

  let process: Command.Running
  let port: Int

  /// Serves with the certificate and key `name.pem` of `folder`.
  init(_ name: String, in folder: TemporaryDirectory) async throws {
    let script = """
      import http.server, ssl, sys
      class Handler(http.server.BaseHTTPRequestHandler):
          def do_GET(self):
              print("REACHED", self.path, self.headers.get("x-api-key"), flush=True)
              self.send_response(200); self.send_header("Content-Length", "2"); self.end_headers(); self.wfile.write(b"ok")
          def log_message(self, *arguments): pass
      server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
      context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
      context.load_cert_chain(sys.argv[1])
      print("PORT", server.server_port, flush=True)
      server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=True)
      while True:
          try: server.handle_request()
          except OSError: pass
      """
    process = try Command(at: Self.python).start(["-c", script, folder.file("\(name).pem")])
    var port: Int?
    for _ in 0..<600 where port == nil {
      port = process.outputSoFar.split(separator: "\n").first { $0.hasPrefix("PORT ") }.flatMap { Int($0.dropFirst(5)) }
      if port == nil { try await Task.sleep(for: .milliseconds(50)) }
    }
    self.port = try #require(port, "\(process.errorsSoFar)")
  }

  /// A certificate for `names`, signed by itself or by `authority`, with its key in one file `name.pem`.
  static func certificate(
    _ name: String, names: String, authority: String? = nil, days: String = "2", in folder: TemporaryDirectory
  ) async throws {
    var arguments = [
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", days, "-subj", "/CN=\(name)", "-addext",
      "subjectAltName=\(names)", "-keyout", folder.file("\(name).key"), "-out", folder.file("\(name).crt"),
    ]
    if let authority {
      arguments += ["-CA", folder.file("\(authority).crt"), "-CAkey", folder.file("\(authority).key")]
      arguments += ["-addext", "basicConstraints=critical,CA:FALSE"]
    }
    let made = try await Command(at: openssl).run(arguments)
    try #require(made.status == 0, "\(made.errors)")
    let both = try ["crt", "key"].map { try Data(contentsOf: URL(fileURLWithPath: folder.file("\(name).\($0)"))) }
    try (both[0] + both[1]).write(to: URL(fileURLWithPath: folder.file("\(name).pem")))
  }
}

@Suite("TLS", .enabled(if: TLSServer.isPossible, "needs /usr/bin/python3 and /usr/bin/openssl"))
struct CurlTLSTests {
  /// Sends one request with a key to `server`, trusting `authority` (nil: the system's alone).
  private func send(to server: TLSServer, trusting authority: String?) async throws -> HTTPExchange {
    var settings = CurlTransport.Settings()
    settings.caFile = authority
    settings.connectSeconds = 120
    let transport = CurlTransport(settings: settings)
    let request = HTTPRequest(
      .get, try HTTPAddress("https://127.0.0.1:\(server.port)/"), headers: [HTTPHeader("x-api-key", "canary")],
      deadlineSeconds: 300)
    let exchange = await transport.send(request)
    transport.close()
    return exchange
  }

  @Test("A server that nobody vouches for, or that is another one, gets not one byte of a request")
  func refused() async throws {
    let folder = try TemporaryDirectory()
    try await TLSServer.certificate("authority", names: "DNS:authority", in: folder)
    try await TLSServer.certificate("self-signed", names: "IP:127.0.0.1", in: folder)
    try await TLSServer.certificate("stranger", names: "DNS:other.example", authority: "authority", in: folder)
    for (name, authority) in [
      ("self-signed", nil), ("self-signed", folder.file("authority.crt")), ("stranger", folder.file("authority.crt")),
    ] {
      let server = try await TLSServer(name, in: folder)
      defer { server.process.send(SIGKILL) }
      let exchange = try await send(to: server, trusting: authority)
      guard case .notSent = exchange else {
        Issue.record("\(name): \(exchange)")
        continue
      }
      #expect(!server.process.outputSoFar.contains("REACHED"), "\(name)")
    }
  }

  @Test("A private authority is trusted when its file is given, and not without it")
  func privateAuthority() async throws {
    let folder = try TemporaryDirectory()
    try await TLSServer.certificate("authority", names: "DNS:authority", in: folder)
    try await TLSServer.certificate("cloud", names: "IP:127.0.0.1", authority: "authority", in: folder)
    let server = try await TLSServer("cloud", in: folder)
    defer { server.process.send(SIGKILL) }
    guard case .notSent = try await send(to: server, trusting: nil) else {
      Issue.record("trusted without its authority")
      return
    }
    #expect(!server.process.outputSoFar.contains("REACHED"))
    guard case .response(let response) = try await send(to: server, trusting: folder.file("authority.crt")) else {
      Issue.record("not trusted with its authority")
      return
    }
    #expect(response.status == 200 && response.body == Data("ok".utf8))
    #expect(server.process.outputSoFar.contains("REACHED / canary"))
  }
}
