import Foundation
import TestSupport

@testable import Uploader

/// A transport that plays what a test wrote down, and remembers what it was asked to send.
final class ScriptedTransport: HTTPTransport, @unchecked Sendable {
  private let lock = NSLock()
  private var sent: [HTTPRequest] = []
  private let play: @Sendable (HTTPRequest, Int) -> HTTPExchange

  /// Answers each request by `play`, which also gets its number, from 0.
  init(_ play: @escaping @Sendable (HTTPRequest, Int) -> HTTPExchange) { self.play = play }

  /// Plays `exchanges` one after the other, the last one for ever.
  convenience init(_ exchanges: HTTPExchange...) {
    self.init { _, number in exchanges[min(number, exchanges.count - 1)] }
  }

  var requests: [HTTPRequest] { lock.withLock { sent } }

  func send(_ request: HTTPRequest) async -> HTTPExchange {
    let number = lock.withLock {
      sent.append(request)
      return sent.count - 1
    }
    return play(request, number)
  }
}

extension HTTPExchange {
  /// A 200 with this JSON.
  static func json(_ text: String, status: Int = 200, headers: [HTTPHeader] = []) -> HTTPExchange {
    .response(status: status, headers: headers, body: Data(text.utf8))
  }

  /// A 200 with `data` in the envelope of the contract.
  static func data(_ data: String, meta: String? = nil, status: Int = 200) -> HTTPExchange {
    .json(#"{"success":true,"data":\#(data)\#(meta.map { #","meta":"# + $0 } ?? "")}"#, status: status)
  }
}

extension HTTPRequest {
  /// Path and query of the request.
  var path: String {
    let rest = address.text.dropFirst(address.origin.scheme.count + 3)
    return String(rest.drop { $0 != "/" })
  }

  var bodyText: String? {
    if case .bytes(let bytes) = body { String(decoding: bytes, as: UTF8.self) } else { nil }
  }
}

/// A client over a scripted transport, with a key file of its own.
struct ScriptedCloud {
  let directory: TemporaryDirectory
  let transport: ScriptedTransport
  let client: CloudClient

  init(_ transport: ScriptedTransport, now: Double = 1_800_000_000) throws {
    directory = try TemporaryDirectory()
    self.transport = transport
    let key = try APIKey(path: try Self.keyFile(in: directory, "canary-key"))
    client = try CloudClient(url: "https://cloud.example/v1/", key: key, transport: transport, now: { now })
  }

  init(_ exchanges: HTTPExchange...) throws {
    try self.init(ScriptedTransport { _, number in exchanges[min(number, exchanges.count - 1)] })
  }

  static func keyFile(in directory: TemporaryDirectory, _ text: String, mode: Int = 0o600) throws -> String {
    let path = directory.file("api-key")
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    return path
  }
}
