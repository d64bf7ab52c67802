import Foundation
import GRDB

/// What a person takes off the books for good. Nothing else ever removes a passage that is not delivered.
extension Outbox {
  /// What came of it.
  public enum Discarding: String, Sendable, Codable {
    /// Its files are gone; a tombstone stays, and the books count it.
    case discarded
    /// Its files were gone already.
    case nothingLeft
    /// A creation is under way for it just now, or it is still being recorded.
    case busy
  }

  /// Removes the files of a passage, delivered or not. One that was not is `discarded` in the books from here on.
  public func discard(_ id: PassageID, at nowMs: Int64) throws -> Discarding {
    guard let row = try read({ try PassageRow.fetch($0, id) }), row.state != .done else { return .nothingLeft }
    if row.state == .purging {
      guard isSetAside(id) else { return .nothingLeft }
      try finishPurge(id, at: nowMs)
      return .discarded
    }
    if try row.state == .creating || isGrowing(id) && !isSetAside(id) { return .busy }
    try write("discard") { database in
      try database.execute(sql: "DELETE FROM growing WHERE passage_id = ?", arguments: [id.uuid])
      if row.state.isDelivered {
        try Self.move(database, id, to: .purging)
      } else {
        try database.execute(
          sql: "INSERT OR REPLACE INTO discarded(passage_id, at) VALUES (?, ?)", arguments: [id.uuid, nowMs])
        try database.execute(
          sql: "UPDATE passage SET state = 'purging', reason = 'discarded by a person' WHERE id = ?",
          arguments: [id.uuid])
        try Self.count(database, "discarded")
        if row.state == .quarantined { try Self.count(database, "quarantined", -1) }
      }
      try Self.note(database, "discarded", id, row.state.rawValue, at: nowMs)
    }
    try finishPurge(id, at: nowMs)
    return .discarded
  }
}

extension PassageState {
  /// Of a row: `done` (and `purging`) stand for both ends, and the table `discarded` tells which it was.
  static func read(_ row: Row) throws -> PassageState {
    let state: PassageState = try known(row["state"])
    let isDiscarded: Bool = row["is_discarded"] ?? false
    return isDiscarded && state.isDelivered ? .discarded : state
  }

  /// The columns of a passage that `read` needs.
  static let columns =
    "passage.*, EXISTS(SELECT 1 FROM discarded WHERE passage_id = passage.id) AS is_discarded"
}
