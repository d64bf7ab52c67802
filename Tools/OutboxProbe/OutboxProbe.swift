import ArgumentParser
import Foundation
import Uploader

/// What the reliability tests do to an outbox from outside: fill it through its front door, and watch it do nothing.
@main
struct OutboxProbe: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "outbox-probe", abstract: "Fills an outbox as the daemon does, and measures one that waits.",
    subcommands: [PutCommand.self, GrowCommand.self, WatchCommand.self])
}

/// `outbox-probe put`: commits passages, and says so after each: `ACK id recDate images`.
struct PutCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "put", abstract: "Commit passages; prints what became of each, once it is durable.")
  @Argument(help: "The state folder.") var state: String
  @Option(help: "Number of the first passage; its id and second follow from it.") var from = 1
  @Option(help: "How many.") var passages = 2
  @Option(help: "Images of each.") var images = 2
  @Option(help: "Bytes of an image, at least 64.") var bytes = 20_000
  @Option(help: "Bytes that are kept clear on the disk.") var floor: Int64 = 2 << 30
  @Option(help: "storage.budget in bytes.") var budget: Int64 = 20 << 30
  @Option(help: "Who gets them.") var tenant = ""
  @Flag(help: "Say ACK before the commit: a lie that the tests must catch.")
  var acknowledgeEarly = false
  @Option(help: "The capture set.") var captureSet = ""

  func run() async throws {
    signal(SIGXFSZ, SIG_IGN)
    signal(SIGPIPE, SIG_IGN)
    var settings = OutboxSettings()
    settings.freeSpaceFloor = floor
    settings.storageBudget = budget
    do {
      let outbox = try await Outbox.open(StateFolder.open(state), settings: settings, at: Self.nowMs)
      for number in from..<from + passages { try await put(number, into: outbox) }
      try await outbox.close()
    } catch let error as StorageError {
      FileHandle.standardError.write(Data("outbox-probe: \(error)\n".utf8))
      throw ExitCode(error.exitCode)
    }
  }

  private func put(_ number: Int, into outbox: Outbox) async throws {
    let facts = DrawnPassage.facts(number, tenant: tenant, captureSet: captureSet)
    if acknowledgeEarly { Self.say("ACK \(facts.id) \(facts.recordedAtMs / 1000) \(images)") }
    switch try await outbox.begin(facts, at: Self.nowMs) {
    case .alreadyKept(let state): Self.say("KEPT \(facts.id) \(state.rawValue)")
    case .refused(let reason): Self.say("REFUSED \(facts.id) \(reason)")
    case .opened(let set):
      var files = (0..<images).map { DrawnPassage.image($0, of: number, bytes: bytes) }
      if set.isReduced { files = ImageFile.thinned(files) }
      do {
        for file in files { try await set.add([file]) }
      } catch let error as StorageError where !error.isFatal {
        Self.say("SHORT \(facts.id) \(error)")
      }
      switch try await set.close(at: Self.nowMs) {
      case .committed(let recDate, _):
        let kept = try await outbox.show(facts.id)?.images.count ?? 0
        Self.say("ACK \(facts.id) \(recDate) \(kept)")
      case .alreadyKept(let state): Self.say("KEPT \(facts.id) \(state.rawValue)")
      case .interrupted(let reason): Self.say("INTERRUPTED \(facts.id) \(reason)")
      }
    }
  }

  /// In one piece and at once: whoever kills this program reads what it had promised by then.
  static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

  static var nowMs: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}
