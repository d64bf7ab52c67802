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
  static func serve(
    _ desk: OutboxDesk, cameras: @escaping @Sendable () -> [CameraStatus], plates: PlateMeter, stateFolder: String,
    log: Logger
  ) async throws {
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
    await server.appendRoute("GET /cameras") { _ in
      let body = try JSONEncoder().encode(cameras())
      return HTTPResponse(statusCode: .ok, headers: [.contentType: "application/json"], body: body)
    }
    await server.appendRoute("GET /plates") { _ in
      let body = try JSONEncoder().encode(await plates.read())
      return HTTPResponse(statusCode: .ok, headers: [.contentType: "application/json"], body: body)
    }
    try await server.run()
  }

  /// How the cameras of the daemon that holds `stateFolder` are; nil when none answers.
  static func cameras(stateFolder: String) async -> [CameraStatus]? {
    guard let body = await exchange(.GET, "/cameras", Data(), stateFolder: stateFolder) else { return nil }
    return try? JSONDecoder().decode([CameraStatus].self, from: body)
  }

  /// What the cameras of the daemon that holds `stateFolder` show of plates; nil when none answers.
  static func plates(stateFolder: String) async -> [PlateGlance]? {
    guard let body = await exchange(.GET, "/plates", Data(), stateFolder: stateFolder) else { return nil }
    return try? JSONDecoder().decode([PlateGlance].self, from: body)
  }

  /// Asks the daemon that holds `stateFolder`; nil when it does not answer.
  static func ask(_ question: OutboxQuestion, stateFolder: String) async throws -> OutboxAnswer? {
    let body = await exchange(.POST, "/outbox", try JSONEncoder().encode(question), stateFolder: stateFolder)
    return body.flatMap { try? JSONDecoder().decode(OutboxAnswer.self, from: $0) }
  }

  private static func exchange(_ method: HTTPMethod, _ route: String, _ body: Data, stateFolder: String) async -> Data?
  {
    let path = path(of: stateFolder)
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let request = HTTPRequest(
      method: method, version: .http11, path: route, query: [], headers: [.host: "localhost"], body: body)
    do {
      var client = HTTPClient()
      let response = try await client.sendHTTPRequest(request, to: .unix(path: path))
      guard response.statusCode == .ok else { return nil }
      return try await response.bodyData
    } catch {
      return nil
    }
  }
}
