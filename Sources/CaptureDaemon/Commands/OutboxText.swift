import Foundation
import Uploader

/// The outbox in words and in JSON.
enum OutboxText {
  static func json(_ passage: OutboxReport.Passage) -> JSONLine { .object(members(passage)) }

  static func json(_ passage: OutboxReport.Passage, _ images: [OutboxReport.Image]) -> JSONLine {
    let files = images.map { image in
      JSONLine.line([
        "fileName": .string(image.fileName), "camera": .string(image.camera), "state": .string(image.state.rawValue),
        "bytes": .integer(image.bytes), "width": .integer(image.width), "height": .integer(image.height),
        "reason": .optional(image.reason),
      ])
    }
    return .object(members(passage) + [.init("files", .array(files))])
  }

  private static func members(_ passage: OutboxReport.Passage) -> [JSONLine.Member] {
    [
      .init("passage", .string(passage.passage.description)),
      .init("state", .string(word(passage.state))),
      .init("imageSetId", .optional(passage.imageSetId)), .init("images", .integer(passage.images)),
      .init("step", .string(passage.state.rawValue)), .init("sent", .integer(passage.sent)),
      .init("attempts", .integer(passage.attempts)),
      .init("reason", .optional(passage.reason)), .init("recDate", .integer(Int(passage.recDate))),
      .init("bytes", .integer(Int(passage.bytes))), .init("tenantId", .optional(passage.tenantId)),
      .init("partial", .bool(passage.partial)), .init("growing", .bool(passage.growing)),
      .init("folder", .optional(passage.folder)),
    ]
  }

  static func json(_ finding: OutboxReport.Finding) -> JSONLine {
    .line([
      "passage": .optional(finding.passage?.description), "fileName": .optional(finding.fileName),
      "problem": .string(finding.problem),
    ])
  }

  static func json(_ books: OutboxBooks) -> JSONLine {
    .line([
      "seen": .integer(books.seen), "delivered": .integer(books.delivered), "pending": .integer(books.pending),
      "open": .integer(books.open), "quarantined": .integer(books.quarantined),
      "interrupted": .integer(books.interrupted), "refused": .integer(books.refused),
      "discarded": .integer(books.discarded),
      "balanced": .bool(books.isBalanced),
    ])
  }

  static func table(_ passages: [OutboxReport.Passage]) -> String {
    guard !passages.isEmpty else { return "the outbox is empty" }
    let rows = passages.map { passage in
      [
        passage.passage.description, time(passage.recDate),
        words(passage.state) + (passage.growing ? ", still growing" : ""),
        "\(passage.sent) of \(passage.images) images", passage.imageSetId ?? "-",
        passage.reason ?? (passage.attempts > 0 ? "\(passage.attempts) attempts" : ""),
      ]
    }
    let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let padded = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      return (padded + [row[5]]).joined(separator: "  ").trimmingCharacters(in: .whitespaces)
    }.joined(separator: "\n")
  }

  static func page(_ passage: OutboxReport.Passage, _ images: [OutboxReport.Image]) -> String {
    var lines = [
      "passage    \(passage.passage)", "recorded   \(time(passage.recDate))",
      "state      \(words(passage.state))" + (passage.reason.map { ": \($0)" } ?? ""),
      "image set  \(passage.imageSetId ?? "none yet")", "tenant     \(passage.tenantId ?? "not known yet")",
      "images     \(passage.sent) of \(passage.images) with the cloud, \(passage.bytes) bytes",
    ]
    if passage.growing { lines.append("growing    it is still being recorded") }
    if passage.partial { lines.append("partial    it was cut short") }
    if let folder = passage.folder { lines.append("folder     \(folder)") }
    lines += images.map { image in
      "  \(image.fileName)  \(image.width)x\(image.height)  \(image.bytes) bytes  \(image.state.rawValue)"
        + (image.reason.map { ": \($0)" } ?? "")
    }
    return lines.joined(separator: "\n")
  }

  /// What would go, for the one who has to agree to it.
  static func discarding(_ passages: [OutboxReport.Passage]) -> String {
    let images = passages.reduce(0) { $0 + $1.images }
    let bytes = passages.reduce(0) { $0 + $1.bytes }
    let undelivered = passages.count { !$0.state.isDelivered }
    return "\(passages.count) passages with \(images) images, \(bytes) bytes, are removed for good,"
      + " \(undelivered) of them not delivered"
  }

  static func line(_ finding: OutboxReport.Finding) -> String {
    [finding.passage?.description, finding.fileName, finding.problem].compactMap { $0 }.joined(separator: ": ")
  }

  static func line(_ books: OutboxBooks) -> String {
    "\(books.seen) seen = \(books.delivered) delivered + \(books.pending) pending + \(books.open) being recorded"
      + " + \(books.quarantined) set aside + \(books.interrupted) interrupted + \(books.refused) refused + \(books.discarded) discarded"
  }

  /// `queued`, `delivered`, `held`, `rejected`: the same words as in `replay`'s events.
  private static func word(_ state: PassageState) -> String { ImageSetResult.State(of: state).rawValue }

  /// The word, and the outbox's own step where that says more.
  private static func words(_ state: PassageState) -> String {
    word(state) == state.rawValue ? state.rawValue : "\(word(state)) (\(state.rawValue))"
  }

  private static func time(_ seconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
  }
}
