import ArgumentParser
import Foundation
import Uploader

/// `capture-daemon outbox discard`: the only way in which a passage that is not delivered leaves the disk.
struct OutboxDiscardCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "discard", abstract: "Remove passages from the disk for good, delivered or not; counts and asks first."
  )
  @Argument(help: "The passages' ids.") var ids: [String] = []
  @Flag(help: "All that are set aside (rejected).")
  var rejected = false
  @Flag(help: "Do not ask.")
  var yes = false
  @OptionGroup var options: ConfigurationOptions

  func validate() throws {
    if ids.isEmpty != rejected { throw ValidationError("name the passages, or --rejected for all that are set aside") }
  }

  func run() async throws {
    try await reporting {
      let access = try OutboxAccess(options)
      let passages = try await chosen(access)
      guard !passages.isEmpty else {
        printToStandardOutput("no passage is set aside")
        return .fine
      }
      let question = OutboxText.discarding(passages)
      guard yes || Self.isAgreed(question) else {
        throw Complaint(.usage, "\(question); nothing was removed: say --yes if that is what you want")
      }
      var discarded = 0
      for passage in passages {
        switch try await access.ask(.discard(passage.passage.description)).isDiscarded {
        case .discarded: discarded += 1
        case .nothingLeft: break
        case .busy, nil:
          throw Complaint(
            .notFine, "passage \(passage.passage) is being created at the cloud just now: try again in a minute")
        }
      }
      printToStandardOutput("\(discarded) discarded")
      return .fine
    }
  }

  private func chosen(_ access: OutboxAccess) async throws -> [OutboxReport.Passage] {
    if rejected {
      return try await access.ask(.list(includingGone: false)).passages?.filter { $0.state == .quarantined } ?? []
    }
    var passages: [OutboxReport.Passage] = []
    for id in ids { passages += try await access.ask(.show(id)).passages ?? [] }
    return passages
  }

  /// Asks the person at the terminal; without one nobody agreed.
  private static func isAgreed(_ question: String) -> Bool {
    guard isatty(STDIN_FILENO) == 1 else { return false }
    try? FileHandle.standardError.write(contentsOf: Data("\(question). Really? [yes/no] ".utf8))
    return readLine() == "yes"
  }
}
