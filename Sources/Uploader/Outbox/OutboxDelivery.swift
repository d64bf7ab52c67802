import Foundation
import GRDB

/// What delivery asks of the rows and writes into them: every mark is durable before anything relies on it.
extension Outbox {
  /// The next thing to do, by the state of a passage.
  struct Due: Sendable, Equatable {
    var passage: PassageRow
    var images: [ImageRow]
  }

  /// The oldest passage (or the newest) that has something due; nil when nothing has.
  func nextDue(at nowMs: Int64, newest: Bool = false, except: Set<PassageState> = []) throws -> Due? {
    try read { database in
      let states = except.map { "'\($0.rawValue)'" }.joined(separator: ",")
      guard
        let row = try Row.fetchOne(
          database,
          sql: """
            SELECT * FROM passage INDEXED BY p_due WHERE \(OutboxSchema.dueStates) AND not_before <= ?
            \(states.isEmpty ? "" : "AND state NOT IN (\(states))")
            ORDER BY rec_date \(newest ? "DESC" : "ASC") LIMIT 1
            """, arguments: [nowMs])
      else { return nil }
      let passage = try PassageRow(row)
      return Due(passage: passage, images: try Self.images(database, passage.id))
    }
  }

  /// A passage as it stands now; nil when there is none.
  func due(_ id: PassageID) throws -> Due? {
    try read { database in
      try PassageRow.fetch(database, id).map { Due(passage: $0, images: try Self.images(database, id)) }
    }
  }

  /// The second of the passage that is due next, for measuring what the question costs; nil when none is.
  public func timeOfNextDue(at nowMs: Int64) throws -> Int64? { try nextDue(at: nowMs)?.passage.recDate }

  /// When the next passage is due; nil when none will be by itself.
  func nextDueAt() throws -> Int64? {
    try read { database in
      try Int64.fetchOne(
        database, sql: "SELECT min(not_before) FROM passage INDEXED BY p_due WHERE \(OutboxSchema.dueStates)")
    }
  }

  static func images(_ database: Database, _ id: PassageID) throws -> [ImageRow] {
    // Asked before each step of a delivery, of a hundred rows and more: read where they stand, not copied first.
    let statement = try database.cachedStatement(
      sql: "SELECT * FROM image WHERE passage_id = ? ORDER BY file_name")
    return try Array(Row.fetchCursor(statement, arguments: [id.uuid]).map { try ImageRow($0) })
  }

  // MARK: W2, the image set

  /// "It is being made", written down before the first byte leaves; false when the passage is not queued any more.
  func intendCreation(_ passage: PassageRow, at nowMs: Int64, serverTime: Int64?) throws -> Bool {
    try write("intent") { database in
      // The plate may have been read while it grew: what is asked for is what the row says, or nothing is.
      try database.execute(
        sql: """
          UPDATE passage SET attempts = attempts + 1, in_doubt = 1, intent_wall = ?, intent_server = ?,
            first_intent_server = coalesce(first_intent_server, ?)
          WHERE id = ? AND state = 'queued' AND plate IS ? AND country IS ? AND vin IS ?
          """,
        arguments: [
          nowMs, serverTime, serverTime, passage.id.uuid, passage.plate, passage.country, passage.vin,
        ])
      guard database.changesCount == 1 else { return false }
      try Self.move(database, passage.id, to: .creating)
      return true
    }
  }

  /// The cloud has an image set for the passage. False when that id belongs to another passage of ours: then nothing is written.
  /// `isDoubtful`: there may be another one, so it is looked for again later.
  func created(
    _ id: PassageID, remoteId: String, adopted: Bool, isDoubtful: Bool = false, at nowMs: Int64
  ) throws -> Bool {
    if let owner = try passage(withRemoteId: remoteId), owner != id { return false }
    let place = try write("created") { database -> String? in
      let attempts = try Int.fetchOne(
        database, sql: "SELECT attempts FROM passage WHERE id = ?", arguments: [id.uuid])
      try database.execute(
        sql: """
          UPDATE passage SET remote_id = ?, adopted = ?, list_first = ?, in_doubt = 0, zero_lists = 0, attempts = 0,
            refusals = 0, not_before = 0, reason = NULL
          WHERE id = ? AND (state IN ('creating','reconcile') OR ? AND state = 'queued')
          """, arguments: [remoteId, adopted, adopted, id.uuid, adopted])
      guard database.changesCount == 1 else {
        // Discarded while it was looked for: the image set that was found stays what it is.
        if try PassageRow.fetch(database, id)?.state.isDelivered != false { return nil }
        throw StorageError.misuse(reason: "passage \(id) is not being created")
      }
      try Self.move(database, id, to: .created)
      if isDoubtful || adopted || attempts ?? 0 > 1 { try Self.scheduleAudit(database, id, at: nowMs) }
      if adopted { try Self.note(database, "adopted", id, remoteId, at: nowMs) }
      return try String.fetchOne(database, sql: "SELECT dir FROM passage WHERE id = ?", arguments: [id.uuid])
    }
    if let place, DurableFiles.isFolder(folder.path + "/" + place) {
      try writeMark(RemoteMark(imageSetId: remoteId, adopted: adopted, createdAtMs: nowMs), in: place)
    }
    try powerCut?("after remote mark")
    return true
  }

  /// Provably not processed: back into the queue.
  func notCreated(_ id: PassageID, notBefore: Int64, reason: String, isRefusal: Bool = false) throws {
    try write("not created") { database in
      try database.execute(
        sql: """
          UPDATE passage SET in_doubt = 0, zero_lists = 0, not_before = ?, reason = ?, refusals = refusals + ? WHERE id = ?
          """, arguments: [notBefore, reason, isRefusal ? 1 : 0, id.uuid])
      try Self.move(database, id, to: .queued)
    }
  }

  /// Nobody knows: it is looked for, not before `notBefore`. `emptyListings`: how often it was looked for and not found.
  func doubt(_ id: PassageID, notBefore: Int64, reason: String, emptyListings: Int? = nil) throws {
    try write("doubt") { database in
      try database.execute(
        sql: """
          UPDATE passage SET in_doubt = 1, not_before = ?, reason = ?, zero_lists = coalesce(?, zero_lists) WHERE id = ?
          """, arguments: [notBefore, reason, emptyListings, id.uuid])
      try Self.move(database, id, to: .reconcile)
    }
  }

  /// A person has to decide.
  func quarantine(_ id: PassageID, reason: String, at nowMs: Int64) throws {
    try write("quarantine") { database in
      try database.execute(sql: "UPDATE passage SET reason = ? WHERE id = ?", arguments: [reason, id.uuid])
      try Self.move(database, id, to: .quarantined)
      try Self.note(database, "quarantined", id, reason, at: nowMs)
    }
  }

  /// Not now: the passage stays as it is and is looked at again later. `failed`: one more attempt that came to nothing.
  func postpone(_ id: PassageID, notBefore: Int64, reason: String, failed: Bool = true) throws {
    try write("postpone") { database in
      try database.execute(
        sql: "UPDATE passage SET not_before = ?, reason = ?, attempts = attempts + ? WHERE id = ?",
        arguments: [notBefore, reason, failed ? 1 : 0, id.uuid])
    }
  }

  /// Somebody asks for it now: pauses after failures and refusals are over. A creation in doubt still waits for its grace.
  public func makeDue() throws {
    try write("due") { database in
      try database.execute(
        sql: "UPDATE passage SET not_before = 0, reason = NULL WHERE state IN ('queued','created','uploaded')")
    }
  }

  /// The key may not write for this tenant: none of its queued passages is tried before then.
  func postponeTenant(_ tenantId: String, notBefore: Int64, reason: String) throws {
    try write("postpone tenant") { database in
      try database.execute(
        sql: "UPDATE passage SET not_before = ?, reason = ? WHERE tenant_id = ? AND state = 'queued'",
        arguments: [notBefore, reason, tenantId])
    }
  }

  /// A line in the diary.
  func remember(_ kind: String, _ id: PassageID?, _ detail: String, at nowMs: Int64) throws {
    try write("note") { try Self.note($0, kind, id, detail, at: nowMs) }
  }

  /// Which of these image sets belong to passages of ours other than `id`.
  func owned(_ remoteIds: [String], otherThan id: PassageID) throws -> Set<String> {
    try read { database in
      var owned: Set<String> = []
      for remoteId in remoteIds {
        let taken = try Bool.fetchOne(
          database, sql: "SELECT EXISTS(SELECT 1 FROM passage WHERE remote_id = ? AND id <> ?)",
          arguments: [remoteId, id.uuid])
        if taken == true { owned.insert(remoteId) }
      }
      return owned
    }
  }
}
