import ArgumentParser
import Foundation

/// The cloud API on loopback, with faults at the flick of a switch and a ledger.
@main
struct CloudStandIn: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cloud-stand-in", abstract: "Plays the cloud API on loopback, strictly, with faults and a ledger.",
    discussion: """
      Prints `listening on http://127.0.0.1:PORT` once it answers. GET /_ledger shows the books; GET, PUT and DELETE
      /_faults show and switch faults. Ends on SIGTERM and SIGINT.
      """)

  @Option(help: "Port of the API on 127.0.0.1; 0 takes a free one.")
  var port: UInt16 = 0

  @Option(
    help: "Port of the storage, which plays another host. Left out: the next one, or a free one where that is taken.")
  var storagePort: UInt16?

  @Option(help: "What forms name as the storage's address, where something stands before it that encrypts.")
  var storageOrigin: String?

  @Option(help: "State folder: world.json (written where it is missing), images, journal. Left out: all in memory.")
  var data: String?

  @Option(help: "A JSON file with fault rules.")
  var faults: String?

  @Option(
    help: "An API key with the rights of the world's first one. (default: \(StandInData.defaultKey) in a new world)")
  var apiKey: String?

  func run() throws {
    // Before any thread exists, so that all of them inherit it and only `sigwait` below sees the signals.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe sigaddset(&signals, SIGTERM)
    unsafe sigaddset(&signals, SIGINT)
    unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)

    let server = try open()
    if let storageOrigin { server.announce(storageOrigin: storageOrigin) }
    server.start()
    FileHandle.standardOutput.write(Data("listening on \(server.url)\n".utf8))
    var signal: Int32 = 0
    unsafe sigwait(&signals, &signal)
    server.stop()
  }

  private func open() throws -> StandInServer {
    let rules = try readFaults()
    let directory = data.map { URL(fileURLWithPath: $0, isDirectory: true) }
    let world = try readWorld(directory)
    let storage = storagePort ?? (port == 0 || port == .max ? 0 : port + 1)
    do {
      return try StandInServer(
        data: world, dataDirectory: directory, port: port, storagePort: storage, faults: rules)
    } catch let problem as SocketProblem where storagePort == nil && storage != 0 {
      // The neighbour may be taken; if it was the API's own port, this fails again and says so.
      do {
        return try StandInServer(data: world, dataDirectory: directory, port: port, faults: rules)
      } catch is SocketProblem { throw ending(74, "\(problem): choose another --port") }
    } catch let problem as SocketProblem {
      throw ending(74, "\(problem): choose another --port or --storage-port")
    } catch {
      throw ending(74, "\(data ?? "."): the state cannot be read: \(error)")
    }
  }

  private func readFaults() throws -> [FaultRule] {
    guard let faults else { return [] }
    let bytes: [UInt8]
    do { bytes = Array(try Data(contentsOf: URL(fileURLWithPath: faults))) } catch {
      throw ending(66, "\(faults): cannot be read: \(error.localizedDescription)")
    }
    do throws(FaultProblem) { return try FaultRule.list(bytes) } catch { throw ending(64, "\(faults): \(error)") }
  }

  private func readWorld(_ directory: URL?) throws -> StandInData {
    guard let directory else { return .standard(apiKey: apiKey ?? StandInData.defaultKey) }
    do {
      var world = try StandInData.load(directory: directory, apiKey: apiKey ?? StandInData.defaultKey)
      if let apiKey, var first = world.apiKeys.first, !world.apiKeys.contains(where: { $0.key == apiKey }) {
        first.key = apiKey
        world.apiKeys.append(first)
      }
      return world
    } catch let error as DecodingError {
      let file = directory.appendingPathComponent(StandInData.fileName).path
      throw ending(78, "\(file): \(CloudStandIn.line(error)): correct it, or remove it to have it written anew")
    } catch {
      throw ending(74, "\(directory.path): \(error.localizedDescription)")
    }
  }

  private static func line(_ error: DecodingError) -> String {
    func place(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
    switch error {
    case .keyNotFound(let key, let context): return "\(place(context.codingPath + [key])) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "\(place(context.codingPath)) has the wrong type"
    default: return "is no JSON of a world"
    }
  }

  private func ending(_ code: Int32, _ line: String) -> ExitCode {
    FileHandle.standardError.write(Data("cloud-stand-in: \(line)\n".utf8))
    return ExitCode(code)
  }
}
