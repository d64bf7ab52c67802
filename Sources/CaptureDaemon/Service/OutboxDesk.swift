import Foundation
import Uploader

/// What people ask of an outbox.
enum OutboxQuestion: Codable, Sendable, Equatable {
  case list(includingGone: Bool)
  case show(String)
  case retry(String, anew: Bool)
  case discard(String)
  case check(OutboxReport.CheckLevel)
  case books
}

/// What it answers; only the members that were asked for are there.
struct OutboxAnswer: Codable, Sendable, Equatable {
  var passages: [OutboxReport.Passage]?
  var images: [OutboxReport.Image]?
  var findings: [OutboxReport.Finding]?
  var books: OutboxBooks?
  /// Whether there was something to retry.
  var isRetried: Bool?
  /// What came of discarding.
  var isDiscarded: Outbox.Discarding?
  /// Set when the question cannot be answered: one line.
  var complaint: String?
}

/// Answers questions about the outbox, for a command that holds it itself and for the daemon's control socket alike.
struct OutboxDesk: Sendable {
  let outbox: Outbox

  func answer(_ question: OutboxQuestion) async throws -> OutboxAnswer {
    var answer = OutboxAnswer()
    switch question {
    case .list(let includingGone):
      answer.passages = try await outbox.list(includingGone: includingGone)
      answer.books = try await outbox.books()
    case .show(let name):
      guard let id = PassageID(name) else { return Self.noPassage(name) }
      guard let found = try await outbox.show(id) else { return Self.unknown(name) }
      answer.passages = [found.passage]
      answer.images = found.images
    case .retry(let name, let anew):
      guard let id = PassageID(name) else { return Self.noPassage(name) }
      guard try await outbox.passageState(id) != nil else { return Self.unknown(name) }
      answer.isRetried = try await outbox.retry(id, anew: anew, at: WallClock.nowMs)
    case .discard(let name):
      guard let id = PassageID(name) else { return Self.noPassage(name) }
      guard try await outbox.passageState(id) != nil else { return Self.unknown(name) }
      answer.isDiscarded = try await outbox.discard(id, at: WallClock.nowMs)
    case .check(let level):
      answer.findings = try await outbox.check(level)
      answer.books = try await outbox.books()
    case .books:
      answer.books = try await outbox.books()
    }
    return answer
  }

  private static func noPassage(_ name: String) -> OutboxAnswer {
    OutboxAnswer(complaint: "'\(name)' is no passage id: give one of those that `outbox list` shows")
  }

  private static func unknown(_ name: String) -> OutboxAnswer {
    OutboxAnswer(complaint: "the outbox never had a passage \(name): `outbox list` shows those it has")
  }
}
