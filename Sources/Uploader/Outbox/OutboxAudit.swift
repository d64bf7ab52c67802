import Foundation
import GRDB

/// Creations that were in doubt are looked for once more, an hour and a day later: a cloud may finish a lost request later than
/// anybody waits for it.
extension Outbox {
  /// Seconds from the settling of a doubtful creation to each look.
  static let auditPausesSeconds: [Int64] = [3600, 86_400]

  /// One look that is due.
  struct Audit: Sendable, Equatable {
    var passage: PassageRow
    /// From 0.
    var look: Int
  }

  static func scheduleAudit(_ database: Database, _ id: PassageID, at nowMs: Int64) throws {
    try database.execute(
      sql: "INSERT OR REPLACE INTO audit(passage_id, due, settled, look) VALUES (?, ?, ?, 0)",
      arguments: [id.uuid, nowMs + auditPausesSeconds[0] * 1000, nowMs])
  }

  /// The look that is due longest; nil when none is.
  func nextAudit(at nowMs: Int64) throws -> Audit? {
    try read { database in
      guard
        let row = try Row.fetchOne(
          database,
          sql: """
            SELECT passage.*, audit.look AS audit_look FROM audit JOIN passage ON passage.id = audit.passage_id
            WHERE audit.due <= ? ORDER BY audit.due LIMIT 1
            """, arguments: [nowMs])
      else { return nil }
      return Audit(passage: try PassageRow(row), look: row["audit_look"])
    }
  }

  /// When the next look is due; nil when none will be.
  func nextAuditAt() throws -> Int64? {
    try read { try Int64.fetchOne($0, sql: "SELECT min(due) FROM audit") }
  }

  /// A look was taken: the next one is due, or it was the last.
  func audited(_ audit: Audit, at nowMs: Int64) throws {
    let next = audit.look + 1
    try write("audited") { database in
      if next < Self.auditPausesSeconds.count {
        try database.execute(
          sql: "UPDATE audit SET look = ?, due = max(settled + ?, ?) WHERE passage_id = ?",
          arguments: [next, Self.auditPausesSeconds[next] * 1000, nowMs + 60_000, audit.passage.id.uuid])
      } else {
        try database.execute(sql: "DELETE FROM audit WHERE passage_id = ?", arguments: [audit.passage.id.uuid])
      }
    }
  }

  /// It could not be taken: later.
  func postponeAudit(_ id: PassageID, until: Int64) throws {
    try write("audit later") { database in
      try database.execute(sql: "UPDATE audit SET due = ? WHERE passage_id = ?", arguments: [until, id.uuid])
    }
  }

  /// True when these image sets were reported for the passage before.
  func isReported(_ id: PassageID, _ detail: String) throws -> Bool {
    try read { database in
      try Bool.fetchOne(
        database,
        sql: "SELECT EXISTS(SELECT 1 FROM event WHERE passage_id = ? AND kind = 'duplicate_remote' AND detail = ?)",
        arguments: [id.uuid, detail]) ?? false
    }
  }
}
