import ArgumentParser
import Foundation
import Uploader

/// `outbox-probe grow`: fills image sets group by group while delivery runs, as the daemon does while a vehicle drives.
///
/// Prints `GROUP id recDate images` when a group is durable, and `ACK id recDate images` when the passage is committed.
struct GrowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grow",
    abstract: "Fill image sets while delivery sends them; prints what is durable, and what it cost.")
  @Argument(help: "The state folder.") var state: String
  @Option(help: "The cloud.") var url: String
  @Option(help: "The file with the API key.") var keyFile: String
  @Option(help: "A certificate authority to believe besides the system's.") var caFile: String?
  @Option(help: "Number of the first passage; its id and second follow from it.") var from = 1
  @Option(help: "How many passages.") var passages = 1
  @Option(help: "Groups of each.") var groups = 3
  @Option(help: "Images of a group.") var images = 2
  @Option(help: "Bytes of an image, at least 64.") var bytes = 20_000
  @Option(help: "Milliseconds between two groups; 0: as soon as what was added is sent.") var pause = 0
  @Option(help: "Images under way at once.") var parallel = 6
  @Option(help: "Who gets them.") var tenant = ""
  @Option(help: "The capture set.") var captureSet = ""
  @Option(help: "The camera that took the pictures.") var camera = "roofLeft"
  @Option(help: "Seconds that the unit's clock is ahead.") var skew = 0
  @Option(help: "alone, leader or follower.") var role = "alone"
  @Option(help: "delivery.pairGrace in seconds.") var pairGrace = 60.0
  @Flag(help: "End when everything is delivered, and print one JSON object with the times.") var wait = false

  func run() async throws {
    signal(SIGXFSZ, SIG_IGN)
    signal(SIGPIPE, SIG_IGN)
    var settings = OutboxSettings()
    settings.freeSpaceFloor = 0
    settings.graceSeconds = 1
    let times = GrowthTimes()
    do {
      let outbox = try await Outbox.open(StateFolder.open(state), settings: settings, at: PutCommand.nowMs)
      var wire = CurlTransport.Settings()
      wire.caFile = caFile
      wire.connectionsPerHost = parallel
      let transport = CurlTransport(settings: wire)
      let client = try CloudClient(url: url, key: APIKey(path: keyFile), transport: transport)
      var pace = DeliverySettings()
      pace.parallelImages = parallel
      pace.retry = RetryPolicy(baseSeconds: 0.02, capSeconds: 0.2)
      pace.pairing = UnitRole(rawValue: role).flatMap { Pairing($0) }
      pace.pairing?.graceSeconds = pairGrace
      let delivery = Delivery(outbox: outbox, client: client, settings: pace, onEvent: { times.note($0) })
      let runner = Task { try await delivery.run() }
      for number in from..<from + passages { try await grow(number, in: outbox, times) }
      if wait {
        while try await outbox.books().delivered < passages { try await Task.sleep(for: .milliseconds(5)) }
      }
      await delivery.stop()
      try await runner.value
      transport.close()
      try await outbox.close()
    } catch let error as StorageError {
      FileHandle.standardError.write(Data("outbox-probe: \(error)\n".utf8))
      throw ExitCode(error.exitCode)
    }
    if wait { print(times.json) }
  }

  private func grow(_ number: Int, in outbox: Outbox, _ times: GrowthTimes) async throws {
    let facts = DrawnPassage.facts(number, tenant: tenant, captureSet: captureSet, skew: skew)
    guard case .opened(let set) = try await outbox.begin(facts, at: PutCommand.nowMs) else { return }
    for group in 0..<groups {
      let files = (group * images..<(group + 1) * images).map {
        DrawnPassage.image($0, of: number, bytes: bytes, camera: camera)
      }
      times.adding()
      try await set.add(files)
      PutCommand.say("GROUP \(facts.id) \(facts.recordedAtMs / 1000) \((group + 1) * images)")
      if pause > 0 {
        try await Task.sleep(for: .milliseconds(pause))
      } else {
        try await sent((group + 1) * images, of: facts.id, in: outbox)
      }
    }
    times.closing()
    if case .committed(let recDate, _) = try await set.close(at: PutCommand.nowMs) {
      PutCommand.say("ACK \(facts.id) \(recDate) \(groups * images)")
    }
  }

  /// Returns when so many are sent, or when that takes too long: some test keeps them from it.
  private func sent(_ count: Int, of id: PassageID, in outbox: Outbox) async throws {
    for _ in 0..<200 {
      if try await outbox.show(id)?.passage.sent ?? 0 >= count { return }
      try await Task.sleep(for: .milliseconds(10))
    }
  }
}

/// When what happened, in seconds since the first group was added.
// @unchecked: everything is only touched under the lock.
final class GrowthTimes: @unchecked Sendable {
  private let lock = NSLock()
  private var start: ContinuousClock.Instant?
  private var marks: [String: Double] = [:]
  private var bytes = 0
  private var stored: [(at: Double, bytes: Int)] = []

  func adding() { lock.withLock { start = start ?? ContinuousClock.now } }

  func closing() { mark("closed", isFirst: false) }

  func note(_ event: DeliveryEvent) {
    switch event {
    case .created: mark("created", isFirst: true)
    case .stored(_, _, let count):
      mark("firstStored", isFirst: true)
      mark("lastStored", isFirst: false)
      lock.withLock {
        bytes += count
        stored.append((marks["lastStored"] ?? 0, count))
      }
    default: break
    }
  }

  private func mark(_ name: String, isFirst: Bool) {
    lock.withLock {
      guard let start, !isFirst || marks[name] == nil else { return }
      let passed = (ContinuousClock.now - start).components
      marks[name] = Double(passed.seconds) + Double(passed.attoseconds) * 1e-18
    }
  }

  /// Bytes a second between the first and the last eighth of the images.
  private var steadyRate: Double {
    let edge = stored.count / 8
    guard edge > 0, let from = stored.dropFirst(edge - 1).first, let to = stored.dropLast(edge).last, to.at > from.at
    else { return 0 }
    return Double(stored.dropFirst(edge).dropLast(edge).reduce(0) { $0 + $1.bytes }) / (to.at - from.at)
  }

  var json: String {
    lock.withLock {
      let figures = marks.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\(String(format: "%.3f", $0.value))" }
      let rest = ["\"bytes\":\(bytes)", "\"steadyRate\":\(Int(steadyRate))"]
      return "{" + (figures + rest).joined(separator: ",") + "}"
    }
  }
}
