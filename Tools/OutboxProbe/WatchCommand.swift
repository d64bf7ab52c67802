import ArgumentParser
import Foundation
import Uploader

/// `outbox-probe watch`: opens an outbox, lets delivery run against a cloud, and says what that cost.
struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Let delivery run for a while; prints one JSON object with what it cost.")
  @Argument(help: "The state folder.") var state: String
  @Option(help: "The cloud; a loopback port where nobody listens is a line that is down.") var url: String
  @Option(help: "The file with the API key.") var keyFile: String
  @Option(help: "How long, in seconds.") var seconds = 30

  func run() async throws {
    signal(SIGPIPE, SIG_IGN)
    let start = ContinuousClock.now
    var settings = OutboxSettings()
    settings.graceSeconds = 0
    let outbox = await Outbox.openInBackground(
      try StateFolder.open(state), settings: settings, at: PutCommand.nowMs)
    try await outbox.opened()
    let opened = ContinuousClock.now
    await outbox.inspected()
    let inspected = ContinuousClock.now
    let transport = CurlTransport()
    let client = try CloudClient(url: url, key: APIKey(path: keyFile), transport: transport)
    let attempts = Tally()
    let delivery = Delivery(
      outbox: outbox, client: client,
      onEvent: { event in if case .attempt = event { attempts.add() } })
    let runner = Task { try await delivery.run() }
    // The first look at the backlog is not what waiting costs.
    try await Task.sleep(for: .seconds(2))
    let usedBefore = Self.cpuSeconds
    let watched = ContinuousClock.now
    try await Task.sleep(for: .seconds(seconds))
    let cpu = (Self.cpuSeconds - usedBefore) / Self.seconds(ContinuousClock.now - watched)
    let due = try await Self.median(of: 50) { _ = try await outbox.timeOfNextDue(at: PutCommand.nowMs) }
    let books = try await Self.median(of: 5) { _ = try await outbox.books() }
    let depth = try await outbox.depth()
    await delivery.stop()
    _ = try? await runner.value
    transport.close()
    try await outbox.close()
    let figures: [(String, String)] = [
      ("passages", "\(depth.byState.values.reduce(0, +))"),
      ("openSeconds", Self.text(Self.seconds(opened - start))),
      ("inspectSeconds", Self.text(Self.seconds(inspected - opened))), ("cpuShare", Self.text(cpu)),
      ("attempts", "\(attempts.value)"), ("nextDueMilliseconds", Self.text(due * 1000)),
      ("booksMilliseconds", Self.text(books * 1000)), ("residentMiB", "\(Self.memory("VmRSS:") >> 10)"),
      ("peakMiB", "\(Self.memory("VmHWM:") >> 10)"),
    ]
    print("{" + figures.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}")
  }

  /// Seconds of the middle one of so many runs.
  private static func median(of count: Int, _ body: () async throws -> Void) async throws -> Double {
    var times: [Double] = []
    for _ in 0..<count {
      let start = ContinuousClock.now
      try await body()
      times.append(seconds(ContinuousClock.now - start))
    }
    return times.sorted()[count / 2]
  }

  private static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }

  private static func text(_ value: Double) -> String { String(format: "%.4f", value) }

  /// User and system time of this process.
  private static var cpuSeconds: Double {
    var use = rusage()
    guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &use) == 0 else { return 0 }
    return Double(use.ru_utime.tv_sec + use.ru_stime.tv_sec)
      + Double(use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1e-6
  }

  /// KiB of a line of the kernel's own account.
  private static func memory(_ name: String) -> Int {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
    return line.flatMap { $0.split(whereSeparator: \.isWhitespace).dropFirst().first }.flatMap { Int($0) } ?? 0
  }
}

/// Counts from any thread.
// @unchecked: the count is only touched under the lock.
final class Tally: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0
  func add() { lock.withLock { count += 1 } }
  var value: Int { lock.withLock { count } }
}
