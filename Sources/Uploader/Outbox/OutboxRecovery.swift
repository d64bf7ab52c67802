import Foundation
import GRDB

/// What the start finds and brings into order: the disk is the truth, the rows follow it.
extension Outbox {
  /// Opens the database, then settles the trash, the spool, what was being filled, and every creation that was under way.
  func start(inspecting inspection: Inspection, at nowMs: Int64) throws {
    try makeRoomToStart()
    let isRebuilt = try openDatabase(inspecting: inspection, at: nowMs)
    try settleSuspects(at: nowMs)
    // Whatever was renamed here was to be removed; a power cut may have come between.
    for name in try DurableFiles.names(in: folder.trash) {
      let path = folder.trash + "/" + name
      guard let id = PassageID(name) else {
        try DurableFiles.removeTree(path)
        continue
      }
      if !isSetAside(id) { try work(on: id) { try DurableFiles.removeTree(path) } }
    }
    try finishPurges(at: nowMs)
    let adopted = try isRebuilt ? inOneSweep { try adoptSpool(at: nowMs) } : adoptSpool(at: nowMs)
    try settleTemporary(at: nowMs)
    try settleDoubts(at: nowMs)
    try settleRemoteMarks()
    try loadBallast()
    if isRebuilt {
      try write("rebuilt") {
        try Self.note($0, "rebuilt", nil, "\(adopted) image sets from their manifests", at: nowMs)
      }
    } else if inspection == .meanwhile {
      self.inspection = Task { await inspectMeanwhile() }
    }
  }

  /// True when the database was lost, and what the spool tells is all there is.
  private func openDatabase(inspecting inspection: Inspection, at nowMs: Int64) throws -> Bool {
    let path = folder.database
    let wasOpen = DurableFiles.exists(dirtyMark)
    var lost = false
    if DurableFiles.exists(path) {
      if wasOpen && !DurableFiles.exists(path + "-wal") || DurableFiles.exists(distrustMark) {
        // Its last commits were in the file that is gone: rows that look fine may be old. Or the last process saw that they are not fine.
        lost = true
      } else {
        do {
          queue = try OutboxSchema.open(path)
          if inspection == .first { try inspectAll() }
        } catch let error as StorageError {
          throw error
        } catch let error as DatabaseError where !Self.isCorruption(error) {
          throw StorageError.database(reason: "open \(path): \(error.message ?? "code \(error.resultCode.rawValue)")")
        } catch {
          lost = true
          try? queue?.close()
          queue = nil
        }
      }
    } else {
      lost = try !DurableFiles.names(in: folder.spool).isEmpty
    }
    if queue == nil {
      // A fresh database may live in its -wal alone: they move together or not at all.
      if lost { try moveAside(path, at: nowMs) }
      do {
        queue = try OutboxSchema.open(path)
      } catch let error as StorageError {
        throw error
      } catch {
        throw StorageError.database(reason: "open \(path): \(error)")
      }
      try DurableFiles.syncFolder(folder.path)
      try DurableFiles.remove(distrustMark)
    }
    if !DurableFiles.exists(dirtyMark) {
      try DurableFiles.createDurably(dirtyMark, Data())
      try DurableFiles.syncFolder(folder.path)
    }
    return lost
  }

  private static func isCorruption(_ error: DatabaseError) -> Bool {
    switch error.resultCode {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_MISMATCH: true
    default: false
    }
  }

  private func moveAside(_ path: String, at nowMs: Int64) throws {
    var target = folder.corrupt + "/\(nowMs)"
    while DurableFiles.exists(target) { target += "x" }
    try DurableFiles.makeFolder(target)
    for suffix in ["", "-wal", "-shm", "-journal"] where DurableFiles.exists(path + suffix) {
      try DurableFiles.rename(path + suffix, to: target + "/outbox.sqlite" + suffix)
    }
    try DurableFiles.syncFolder(target)
    try DurableFiles.syncFolder(folder.corrupt)
    try DurableFiles.syncFolder(folder.path)
  }

  /// Without a wait for the disk after every row: what a power cut takes of them, the next start makes again from the same manifests.
  private func inOneSweep<Value>(_ body: () throws -> Value) throws -> Value {
    func pragma(_ text: String) throws {
      guard let queue else { return }
      do {
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA " + text) }
      } catch let error as DatabaseError {
        throw StorageError.database(reason: "\(text): \(error.message ?? "code \(error.resultCode.rawValue)")")
      }
    }
    try pragma("synchronous=NORMAL")
    let value = try body()
    try pragma("synchronous=FULL")
    try pragma("wal_checkpoint(TRUNCATE)")
    return value
  }

  /// Gives every image set in the spool that has no row one; how many.
  ///
  /// Whether a creation was ever sent for such a set nobody knows, so it is looked for at the cloud first: never `queued`.
  private func adoptSpool(at nowMs: Int64) throws -> Int {
    var adopted = 0
    let known = try Set(read { try UUID.fetchAll($0, sql: "SELECT id FROM passage") })
    for day in try DurableFiles.names(in: folder.spool) where DurableFiles.isFolder(folder.spool + "/" + day) {
      for name in try DurableFiles.names(in: folder.spool + "/" + day) {
        let place = "spool/\(day)/\(name)"
        guard DurableFiles.isFolder(folder.path + "/" + place), let id = PassageID(name) else { continue }
        if known.contains(id.uuid) { continue }
        if try work(on: id, { try adopt(id, place, at: nowMs) }) { adopted += 1 }
      }
    }
    return adopted
  }

  func adopt(_ id: PassageID, _ place: String, at nowMs: Int64) throws -> Bool {
    let data = try DurableFiles.read(folder.path + "/" + place + "/manifest.json")
    let written = data.flatMap { ImageSetManifest.read($0) }.flatMap { $0.facts.id == id ? $0 : nil }
    if written == nil, let data, SealedJSON.unseal(data) != nil {
      // Whole, but a newer version's: that one will know what to do with it. Told of once.
      try write("newer") { database in
        let known = try Bool.fetchOne(
          database, sql: "SELECT EXISTS(SELECT 1 FROM event WHERE passage_id = ? AND kind = 'newer')",
          arguments: [id.uuid])
        if known != true { try Self.note(database, "newer", id, "\(place): written by a newer version", at: nowMs) }
      }
      return false
    }
    let manifest = try written ?? ImageSetSalvage.manifest(of: id, in: folder.path + "/" + place, at: nowMs)
    var address: ImageSetAddress? = try get("address.json", in: place)
    let remote: RemoteMark? = try get("remote.json", in: place).flatMap { (mark: RemoteMark) in
      CloudID.isValid(mark.imageSetId) ? mark : nil
    }
    let captureSet = address?.captureSetId ?? manifest.facts.captureSetId ?? ""
    let wanted = address?.recDate ?? manifest.recDate
    let free = try freeRecDate(captureSetId: captureSet, from: wanted)
    if free != wanted {
      address = ImageSetAddress(
        tenantId: address?.tenantId ?? manifest.facts.tenantId ?? "", captureSetId: captureSet, recDate: free,
        clock: address?.clock)
      try put(address, "address.json", in: place)
    }
    let owner = try remote.flatMap { mark in try passage(withRemoteId: mark.imageSetId) }
    _ = try insert(
      manifest, place: place, doubtful: true, address: address, remote: owner == nil ? remote : nil,
      seal: written == nil ? nil : data.map { Digest.sha256($0) }, at: nowMs)
    if written == nil {
      try quarantine(
        id, reason: "its manifest was damaged and is written anew: look at the pictures, then outbox retry", at: nowMs)
    }
    return true
  }

  /// A creation that was under way when the process died may have reached the cloud: looked for after the whole grace, counted
  /// from now, for nobody knows how long ago it was.
  private func settleDoubts(at nowMs: Int64) throws {
    let grace = nowMs + settings.graceSeconds * 1000
    let ids = try read { database in
      try UUID.fetchAll(database, sql: "SELECT id FROM passage WHERE state = 'creating'").map { PassageID($0) }
    }
    try write("doubts") { database in
      for id in ids { try Self.move(database, id, to: .reconcile) }
      try database.execute(
        sql: "UPDATE passage SET in_doubt = 1, not_before = ? WHERE state = 'reconcile'", arguments: [grace])
      // A clock that was set back must not make anything wait for years.
      try database.execute(
        sql: "UPDATE passage SET not_before = ? WHERE \(OutboxSchema.dueStates) AND not_before > ?",
        arguments: [nowMs + 900_000, nowMs + 86_400_000])
    }
  }

  /// `remote.json` beside the pictures and `remote_id` in the row say the same, whichever of the two was written last.
  private func settleRemoteMarks() throws {
    let rows = try read { database in
      try PassageRow.fetch(database, "state IN ('created','uploaded','queued','reconcile','held')")
    }
    for row in rows where DurableFiles.isFolder(folder.path + "/" + row.folder) {
      if row.remoteId == nil, !DurableFiles.exists(folder.path + "/" + row.folder + "/remote.json") { continue }
      try work(on: row.id) { try settleRemoteMark(row) }
    }
  }

  private func settleRemoteMark(_ row: PassageRow) throws {
    let mark: RemoteMark? = try get("remote.json", in: row.folder)
    if let remote = row.remoteId {
      if mark?.imageSetId != remote {
        try writeMark(RemoteMark(imageSetId: remote, adopted: row.mustListFirst, createdAtMs: 0), in: row.folder)
      }
    } else if let mark, CloudID.isValid(mark.imageSetId), try passage(withRemoteId: mark.imageSetId) == nil {
      try write("remembered") { database in
        try database.execute(
          sql: "UPDATE passage SET remote_id = ?, list_first = 1, in_doubt = 0, not_before = 0 WHERE id = ?",
          arguments: [mark.imageSetId, row.id.uuid])
        try Self.move(database, row.id, to: .created)
      }
    }
  }

  /// The passage that owns an image set of the cloud, if one of ours does.
  func passage(withRemoteId remoteId: String) throws -> PassageID? {
    try read { database in
      try UUID.fetchOne(database, sql: "SELECT id FROM passage WHERE remote_id = ?", arguments: [remoteId])
        .map { PassageID($0) }
    }
  }
}

extension PassageRow {
  /// One passage; nil when the outbox never had it.
  static func fetch(_ database: Database, _ id: PassageID) throws -> PassageRow? {
    // Asked with each image: compiled once.
    let statement = try database.cachedStatement(sql: "SELECT * FROM passage WHERE id = ?")
    return try Row.fetchOne(statement, arguments: [id.uuid]).map { try PassageRow($0) }
  }

  /// The passages that meet a condition, oldest first.
  static func fetch(_ database: Database, _ condition: String) throws -> [PassageRow] {
    try Row.fetchAll(database, sql: "SELECT * FROM passage WHERE \(condition) ORDER BY rec_date").map {
      try PassageRow($0)
    }
  }
}
