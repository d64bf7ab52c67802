import Foundation
import GRDB

/// A passage in whose work the process ended: a folder that the disk cannot read, bytes that a library dies of.
struct Suspect: Sendable, Equatable {
  /// How often in a row.
  var endings = 0
  /// Nothing is done with it any more until a person says so.
  var isSetAside = false
}

/// What ends the process at every start must not keep everything else from the cloud.
///
/// The passage that is worked on is named before the work begins (`WorkMark`). The next start counts what it finds named there before it
/// touches it again, and after three times in a row the passage is set aside. Work that comes to its end takes the count back.
extension Outbox {
  static let endingsBeforeSettingAside = 3
  /// So many set aside one after the other, and no work that came to its end between them: then it is not the passages.
  static let setAsideInARowAtMost = 3

  /// Where lies what was set aside before it had rows; nothing is ever removed there by itself.
  private var quarantineFolder: String { folder.path + "/quarantine" }

  func isSetAside(_ id: PassageID) -> Bool { suspects[id]?.isSetAside == true }

  // MARK: while it works

  /// Something is done with a passage; where the process ends before this returns, that passage is a suspect.
  func work<Value>(on id: PassageID, _ body: () throws -> Value) throws -> Value {
    let before = underWay
    underWay = id
    do {
      let value = try body()
      underWay = before
      return value
    } catch let error as StorageError where !error.isFatal {
      underWay = before
      throw error
    }
  }

  /// The same of work that others do: it begins.
  func beginWork(on id: PassageID) { underWay = id }

  /// It has come to its end, however it ended.
  func endWork(on id: PassageID) throws {
    underWay = nil
    try clear(id)
  }

  /// Something went well with it, so the next ending is the first one again.
  func clear(_ id: PassageID) throws {
    guard !isSetAside(id), suspects[id] != nil || setAsideInARow > 0 else { return }
    try forgive(id)
  }

  private func forgive(_ id: PassageID) throws {
    try write("forgive") { try forgive(id, $0) }
    forgiven(id)
  }

  /// Within a commit that does more; `forgiven` once that came through.
  func forgive(_ id: PassageID, _ database: Database) throws {
    try database.execute(sql: "DELETE FROM suspect WHERE passage_id = ?", arguments: [id.uuid])
    try Self.count(database, Self.inARow, -setAsideInARow)
  }

  func forgiven(_ id: PassageID) {
    suspects[id] = nil
    setAsideInARow = 0
  }

  private static let inARow = "set_aside_in_a_row"

  /// What the start set aside, for those who tell people; once.
  func takeSetAside() -> [(id: PassageID, reason: String)] {
    defer { justSetAside = [] }
    return justSetAside
  }

  // MARK: at the start

  /// Counts whom the last process was working on when it ended, and sets aside who has to be.
  func settleSuspects(at nowMs: Int64) throws {
    let (rows, inARow) = try read { database in
      let rows = try Row.fetchAll(database, sql: "SELECT * FROM suspect")
      let inARow = try Int.fetchOne(database, sql: "SELECT n FROM counter WHERE name = ?", arguments: [Self.inARow])
      return (rows, inARow ?? 0)
    }
    for row in rows {
      suspects[PassageID(row["passage_id"])] = Suspect(endings: row["endings"], isSetAside: row["set_aside"])
    }
    setAsideInARow = inARow
    if let id = WorkMark(in: folder).read() { try count(id, at: nowMs) }
    underWay = nil
    for (id, suspect) in suspects where suspect.isSetAside { try setAside(id, at: nowMs) }
    // Moved there, and no row yet: the process ended between the two, or the database is a new one.
    for name in try DurableFiles.names(in: quarantineFolder) {
      guard let id = PassageID(name), try passageState(id) == nil else { continue }
      try setAsideRowless(id, "quarantine/\(name)", at: nowMs)
    }
  }

  private func count(_ id: PassageID, at nowMs: Int64) throws {
    var suspect = suspects[id] ?? Suspect()
    guard !suspect.isSetAside else { return }
    suspect.endings += 1
    suspect.isSetAside =
      suspect.endings >= Self.endingsBeforeSettingAside && setAsideInARow < Self.setAsideInARowAtMost
    try write("ending") { [suspect] database in
      try database.execute(
        sql: "INSERT OR REPLACE INTO suspect(passage_id, endings, set_aside) VALUES (?, ?, ?)",
        arguments: [id.uuid, suspect.endings, suspect.isSetAside])
      if suspect.isSetAside { try Self.count(database, Self.inARow) }
      try Self.note(database, "ended", id, "\(suspect.endings) in a row", at: nowMs)
    }
    suspects[id] = suspect
    if suspect.isSetAside { setAsideInARow += 1 }
  }

  private static func reason(_ endings: Int) -> String {
    "the process ended in the middle of its work \(max(endings, endingsBeforeSettingAside)) times in a row"
  }

  private func setAside(_ id: PassageID, at nowMs: Int64) throws {
    let reason = Self.reason(suspects[id]?.endings ?? 0)
    guard let row = try read({ try PassageRow.fetch($0, id) }) else {
      guard let place = try rowlessPlace(of: id) else {
        // Nothing of it is left.
        return try forgive(id)
      }
      return try setAsideRowless(id, place, at: nowMs)
    }
    if row.state == .quarantined { return }
    try write("set aside passage") { database in
      try database.execute(sql: "DELETE FROM audit WHERE passage_id = ?", arguments: [id.uuid])
      try database.execute(sql: "UPDATE passage SET reason = ? WHERE id = ?", arguments: [reason, id.uuid])
      // What was delivered stays so: only its removal, or the late look, is given up.
      if row.state.isDelivered { return }
      try Self.move(database, id, to: .quarantined)
      try Self.note(database, "quarantined", id, reason, at: nowMs)
    }
    if !row.state.isDelivered { justSetAside.append((id, reason)) }
  }

  private func rowlessPlace(of id: PassageID) throws -> String? {
    let days = try DurableFiles.names(in: folder.spool).map { "spool/\($0)" }
    return (["tmp"] + days).map { "\($0)/\(id)" }.first { DurableFiles.isFolder(folder.path + "/" + $0) }
  }

  /// Gives a folder that nobody dares to read a row of its own. In `tmp/` an earlier version would remove it then, so it leaves that place.
  private func setAsideRowless(_ id: PassageID, _ place: String, at nowMs: Int64) throws {
    var place = place
    if place.hasPrefix("tmp/") {
      if !DurableFiles.exists(quarantineFolder) {
        try DurableFiles.makeFolder(quarantineFolder)
        try DurableFiles.syncFolder(folder.path)
      }
      try move(folder.path + "/" + place, to: quarantineFolder + "/\(id)")
      place = "quarantine/\(id)"
    }
    try powerCut?("after quarantine")
    let suspect = Suspect(endings: suspects[id]?.endings ?? Self.endingsBeforeSettingAside, isSetAside: true)
    let reason = Self.reason(suspect.endings)
    let second = try freeRecDate(captureSetId: "", from: nowMs / 1000)
    try write("set aside passage") { database in
      try database.execute(
        sql: "INSERT OR REPLACE INTO suspect(passage_id, endings, set_aside) VALUES (?, ?, 1)",
        arguments: [id.uuid, suspect.endings])
      try database.execute(
        sql: """
          INSERT INTO passage(id, device_set_id, tenant_id, rec_date, clock, dir, bytes, n_images, manifest_sha256,
            partial, state, reason, seen_at)
          VALUES (?, '', '', ?, 'guess', ?, 0, 0, '', 1, 'quarantined', ?, ?)
          """, arguments: [id.uuid, second, place, reason, nowMs])
      try Self.count(database, "seen")
      try Self.count(database, "quarantined")
      try Self.note(database, "quarantined", id, reason, at: nowMs)
    }
    suspects[id] = suspect
    justSetAside.append((id, reason))
  }

  // MARK: a person says so

  /// Takes up again what was set aside; true when its row has to be put back to work besides, and it is set aside until then.
  ///
  /// Whatever ends this in the middle, it is set aside still or a start takes it up: it never just stays `quarantined`.
  func takeUpAgain(_ id: PassageID, at nowMs: Int64) throws -> Bool {
    guard let row = try read({ try PassageRow.fetch($0, id) }) else { return true }
    if row.state.isDelivered {
      try forgive(id)
      if row.state == .purging { try finishPurge(id, at: nowMs) }
      return false
    }
    if try isGrowing(id) {
      let path = folder.path + "/" + row.folder
      if DurableFiles.isFolder(path) {
        try work(on: id) { try settleGrowing(id, path) }
      } else {
        // What was ended in the middle had come as far as the rename.
        try settleMoved(row, at: nowMs)
      }
      // It was being abandoned, and nothing of it is left.
      if try passageState(id) == nil { try forgive(id) }
      return true
    }
    let isUnread = try read { database in
      try String.fetchOne(database, sql: "SELECT manifest_sha256 FROM passage WHERE id = ?", arguments: [id.uuid]) == ""
    }
    guard isUnread else { return true }
    // A row that stands for a folder nobody has read goes first: without it the next start knows the folder for what it is.
    try write("unread") { database in
      try database.execute(sql: "DELETE FROM passage WHERE id = ?", arguments: [id.uuid])
      try Self.count(database, "seen", -1)
      try Self.count(database, "quarantined", -1)
      try forgive(id, database)
    }
    forgiven(id)
    try work(on: id) {
      guard row.folder.hasPrefix("quarantine/") else { return _ = try adopt(id, row.folder, at: nowMs) }
      let path = folder.temporary + "/\(id)"
      try move(folder.path + "/" + row.folder, to: path)
      try settleRowless(id, path, at: nowMs)
    }
    announceWork()
    return false
  }
}
