import FlyingFox
import FlyingSocks
import Foundation
import Logging

/// How commands ask a running daemon: HTTP over `control.sock` in the state folder, which only the daemon's user may enter.
///
/// Two processes never open the database at once, so a command that finds the lock taken asks the one who holds it.
enum ControlSocket {
  static func path(of stateFolder: String) -> String { stateFolder + "/control.sock" }

  /// Answers questions until the task is cancelled.
  static func serve(_ desk: OutboxDesk, stateFolder: String, log: Logger) async throws {
    let path = path(of: stateFolder)
    // A socket that the last process left behind; the lock says that nobody listens on it.
    unsafe unlink(path)
    let server = HTTPServer(address: .unix(path: path), logger: .disabled)
    await server.appendRoute("POST /outbox") { request in
      do {
        let question = try JSONDecoder().decode(OutboxQuestion.self, from: try await request.bodyData)
        let answer = try JSONEncoder().encode(try await desk.answer(question))
        return HTTPResponse(statusCode: .ok, headers: [.contentType: "application/json"], body: answer)
      } catch {
        log.error("a question to the control socket failed: \(error)")
        return HTTPResponse(statusCode: .internalServerError)
      }
    }
    try await server.run()
  }

  /// Asks the daemon that holds `stateFolder`; nil when it does not answer.
  static func ask(_ question: OutboxQuestion, stateFolder: String) async throws -> OutboxAnswer? {
    let path = path(of: stateFolder)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let request = HTTPRequest(
      method: .POST, version: .http11, path: "/outbox", query: [], headers: [.host: "localhost"],
      body: try JSONEncoder().encode(question))
    do {
      var client = HTTPClient()
      let response = try await client.sendHTTPRequest(request, to: .unix(path: path))
      guard response.statusCode == .ok else { return nil }
      return try JSONDecoder().decode(OutboxAnswer.self, from: try await response.bodyData)
    } catch {
      return nil
    }
  }
}
