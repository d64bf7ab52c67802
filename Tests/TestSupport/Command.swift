import Foundation

/// A program of this package, run as people run it.
public struct Command: Sendable {
  /// How it ended and what it said.
  public struct Outcome: Sendable {
    public let status: Int32
    /// True when a signal ended it; `status` is then the signal's number.
    public let wasKilled: Bool
    public let output: String
    public let errors: String

    /// Lines of standard error but for warnings about the configuration.
    public var errorLines: [String] {
      errors.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("warning:") }
    }

    /// Standard output read as one JSON object per line.
    public func events() throws -> [[String: Any]] {
      try output.split(separator: "\n").map { line in
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
        guard let members = object as? [String: Any] else { throw CocoaError(.propertyListReadCorrupt) }
        return members
      }
    }
  }

  /// The daemon, as the test run built it.
  public static let daemon = Command(named: "capture-daemon")

  public let path: String

  /// The product called `name`, beside the test bundle.
  public init(named name: String) {
    // `swift test` runs .build/<configuration>/<package>PackageTests.xctest; the products lie beside it.
    let runner = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
    var folder = URL(fileURLWithPath: runner).deletingLastPathComponent()
    while folder.path != "/",
      !FileManager.default.isExecutableFile(atPath: folder.appendingPathComponent(name).path)
    {
      folder.deleteLastPathComponent()
    }
    path = folder.appendingPathComponent(name).path
  }

  /// A program of the system.
  public init(at path: String) { self.path = path }

  /// Runs it to its end.
  public func run(_ arguments: [String], environment: [String: String] = [:]) async throws -> Outcome {
    try await start(arguments, environment: environment).end()
  }

  /// Starts it.
  public func start(_ arguments: [String], environment: [String: String] = [:]) throws -> Running {
    try Running(path, arguments, environment)
  }

  /// A program that runs. Its output goes to files, so that nobody has to read along.
  public final class Running: @unchecked Sendable {
    // Sendable: the process is started in the initialiser and only signalled afterwards, which is thread-safe.
    private let process = Process()
    private let folder: TemporaryDirectory
    private let ending: AsyncStream<Void>

    init(_ path: String, _ arguments: [String], _ environment: [String: String]) throws {
      folder = try TemporaryDirectory()
      for name in ["out", "err"] { try Data().write(to: URL(fileURLWithPath: folder.file(name))) }
      process.executableURL = URL(fileURLWithPath: path)
      process.arguments = arguments
      process.environment = ProcessInfo.processInfo.environment
        .filter { !$0.key.hasPrefix("CAPTURE_") }
        .merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }.merging(environment) { $1 }
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = FileHandle(forWritingAtPath: folder.file("out"))
      process.standardError = FileHandle(forWritingAtPath: folder.file("err"))
      let (ending, continuation) = AsyncStream.makeStream(of: Void.self)
      self.ending = ending
      process.terminationHandler = { _ in continuation.finish() }
      try process.run()
    }

    public var processID: Int32 { process.processIdentifier }

    public func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    public var isRunning: Bool { process.isRunning }

    /// What it has said on standard output so far.
    public var outputSoFar: String { (try? String(contentsOfFile: folder.file("out"), encoding: .utf8)) ?? "" }

    /// What it has said on standard error so far.
    public var errorsSoFar: String { (try? String(contentsOfFile: folder.file("err"), encoding: .utf8)) ?? "" }

    /// Waits for its end.
    public func end() async throws -> Outcome {
      for await _ in ending {}
      return Outcome(
        status: process.terminationStatus, wasKilled: process.terminationReason == .uncaughtSignal,
        output: outputSoFar, errors: errorsSoFar)
    }
  }
}
