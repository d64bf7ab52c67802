import Foundation
import GRDB

/// Image sets that delivery knows of while they are still being filled: rows for every group that is durable, and the mark `growing`.
///
/// The state of such a passage is that of any other; the mark keeps it from being `uploaded` before it is closed.
extension Outbox {
  /// Rows for one more group; the first brings the passage's own.
  func grow(_ set: FillingImageSet, by added: [ImageSetManifest.Image], recDate: Int64) throws {
    guard set.hasRow else {
      let manifest = ImageSetManifest(facts: set.facts, recDate: recDate, partial: false, images: added)
      _ = try insert(
        manifest, place: "tmp/\(set.facts.id)", doubtful: false, isGrowing: true, at: set.beganAtMs)
      return
    }
    let id = set.facts.id
    try write("group") { database in
      try Self.insert(database, added, of: id)
      try Self.recount(database, id)
    }
  }

  /// Brings the row's sums to what its images say; what waited for more waits no longer.
  private static func recount(_ database: Database, _ id: PassageID) throws {
    try database.execute(
      sql: """
        UPDATE passage SET n_images = (SELECT count(*) FROM image WHERE passage_id = passage.id),
          bytes = (SELECT coalesce(sum(bytes), 0) FROM image WHERE passage_id = passage.id),
          not_before = CASE WHEN not_before = ? THEN 0 ELSE not_before END
        WHERE id = ?
        """, arguments: [OutboxSchema.untilMore, id.uuid])
  }

  static func isGrowing(_ database: Database, _ id: PassageID) throws -> Bool {
    try Bool.fetchOne(
      database, sql: "SELECT EXISTS(SELECT 1 FROM growing WHERE passage_id = ?)", arguments: [id.uuid]) ?? false
  }

  func isGrowing(_ id: PassageID) throws -> Bool { try read { try Self.isGrowing($0, id) } }

  /// True when a creation was sent for it that may have been heard.
  func isAsked(_ id: PassageID) throws -> Bool {
    try read { database in
      try Bool.fetchOne(
        database, sql: "SELECT state <> 'queued' OR in_doubt <> 0 FROM passage WHERE id = ?", arguments: [id.uuid])
        ?? false
    }
  }

  /// W1, steps 3 to 5, for an image set that has rows. Owner and second stay what they were at the opening, and so does what the
  /// cloud was told of the vehicle, once it may have heard it.
  func closeGrown(_ set: FillingImageSet, _ facts: PassageFacts, partial: Bool) throws -> ImageSetClosing {
    guard let row = try read({ try PassageRow.fetch($0, set.facts.id) }) else {
      throw StorageError.misuse(reason: "no passage \(set.facts.id) in the outbox")
    }
    var facts = facts
    facts.recordedAtMs = set.facts.recordedAtMs
    facts.clock = set.facts.clock
    facts.tenantId = row.tenantId
    facts.captureSetId = row.captureSetId
    var manifest = ImageSetManifest(facts: facts, recDate: row.recDate, partial: partial, images: set.images)
    let told = ImageSetManifest.Told(row)
    if try isAsked(row.id), manifest.order != told { manifest.told = told }
    let place = try moveToSpool(manifest, set.folder)
    return try settleGrown(manifest, place: place)
  }

  /// The manifest of a grown image set lies in the spool: its row follows, and nothing is added any more.
  func settleGrown(_ manifest: ImageSetManifest, place: String) throws -> ImageSetClosing {
    let id = manifest.facts.id
    let seal = try DurableFiles.read(folder.path + "/" + place + "/manifest.json").map { Digest.sha256($0) } ?? ""
    let order = manifest.order
    let state = try write("commit") { database in
      // What did not outlive a power cut is not owed any more; what the cloud has of it counts.
      let whole = Set(manifest.images.map(\.fileName))
      for image in try Self.images(database, id)
      where !whole.contains(image.fileName) && image.state != .stored && image.state != .listed {
        try database.execute(
          sql: "DELETE FROM image WHERE passage_id = ? AND file_name = ?", arguments: [id.uuid, image.fileName])
      }
      try Self.insert(database, manifest.images, of: id)
      try Self.recount(database, id)
      try database.execute(
        sql: """
          UPDATE passage SET dir = ?, manifest_sha256 = ?, plate = ?, country = ?, vin = ?, partial = ? WHERE id = ?
          """, arguments: [place, seal, order.plate, order.countryCode, order.vin, manifest.partial, id.uuid])
      try database.execute(sql: "DELETE FROM growing WHERE passage_id = ?", arguments: [id.uuid])
      return try PassageRow.fetch(database, id)?.state ?? .queued
    }
    filling[id] = nil
    announceWork()
    return .committed(recDate: manifest.recDate, state: state)
  }

  /// See `ImageSet.abandon`, for a set that has rows.
  func abandonGrown(_ set: FillingImageSet, at nowMs: Int64) throws -> ImageSetAbandoning {
    let id = set.facts.id
    guard try isAsked(id) else {
      // Without its trigger the next start takes it for nothing, whatever is left of it.
      try DurableFiles.remove(set.folder + "/trigger.json")
      try DurableFiles.syncFolder(set.folder)
      try powerCut?("after trigger is gone")
      filling[id] = nil
      try forgetGrown(id)
      try discard(set.folder)
      return .dropped
    }
    try remember(
      "abandoned", id, "it was no vehicle; its image set may stand in the cloud, so it is closed with what there is",
      at: nowMs)
    switch try closeGrown(set, set.facts, partial: true) {
    case .committed(let recDate, let state): return .committed(recDate: recDate, state: state)
    case .alreadyKept, .interrupted: return .dropped
    }
  }

  /// Takes a growing passage, of which the cloud knows nothing, off the books.
  func forgetGrown(_ id: PassageID) throws {
    try write("abandoned") { database in
      guard let row = try PassageRow.fetch(database, id) else { return }
      if row.state == .quarantined { try Self.count(database, "quarantined", -1) }
      try database.execute(sql: "DELETE FROM image WHERE passage_id = ?", arguments: [id.uuid])
      try database.execute(sql: "DELETE FROM passage WHERE id = ?", arguments: [id.uuid])
      try Self.count(database, "seen", -1)
    }
  }

  // MARK: what delivery asks

  /// Images of a passage that are still to be sent, but for those that this round has begun with already.
  func unsent(_ id: PassageID, besides begun: Set<String>) throws -> [ImageRow] {
    try read { database in
      // Asked with each answer of the storage.
      let statement = try database.cachedStatement(
        sql: "SELECT * FROM image WHERE passage_id = ? AND state IN ('pending','signed') ORDER BY file_name")
      return try Array(Row.fetchCursor(statement, arguments: [id.uuid]).map { try ImageRow($0) })
        .filter { !begun.contains($0.fileName) }
    }
  }
}

extension ImageSetManifest.Told {
  init(_ row: PassageRow) {
    plate = row.plate
    countryCode = row.country
    vin = row.vin
  }
}
