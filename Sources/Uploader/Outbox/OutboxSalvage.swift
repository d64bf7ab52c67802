import Foundation
import GRDB

/// Image sets that were being filled when the last process ended: finished, salvaged, dropped or counted.
extension Outbox {
  func settleTemporary(at nowMs: Int64) throws {
    for name in try DurableFiles.names(in: folder.temporary) {
      let path = folder.temporary + "/" + name
      guard let id = PassageID(name) else {
        try discard(path)
        continue
      }
      if isSetAside(id) { continue }
      try work(on: id) {
        if try isGrowing(id) {
          try settleGrowing(id, path)
        } else if try passageState(id) != nil {
          try discard(path)
        } else {
          try settleRowless(id, path, at: nowMs)
        }
      }
    }
    try settleMoved(at: nowMs)
  }

  /// Nobody knows of it but the disk.
  func settleRowless(_ id: PassageID, _ path: String, at nowMs: Int64) throws {
    if let manifest = try manifest(in: path) {
      // All was there but the rename.
      let place = try moveToSpool(path, manifest)
      if try !adopt(id, place, at: nowMs) { throw StorageError.database(reason: "\(place) cannot be adopted") }
      return
    }
    guard case .read(let trigger) = try trigger(of: id, in: path), !trigger.facts.isRepeatable else {
      // Without a readable trigger the passage was never announced as seen; and a replay's comes again.
      return try discard(path)
    }
    let images = try salvage(path, from: trigger.facts.from)
    guard !images.isEmpty else {
      _ = try interrupt(id, "stopped before the first image was whole", at: nowMs)
      return
    }
    let set = FillingImageSet(facts: trigger.facts, folder: path, images: images, recDate: trigger.recDate)
    // Where a group was complete there may have been rows, and a creation: the database may be a new one.
    let doubtful = try trigger.recDate != nil && !ImageSetJournal.read(in: path).isEmpty
    let mark: RemoteMark? = try get("remote.json", in: "tmp/\(id)")
    let remote = try mark.flatMap { mark in
      try CloudID.isValid(mark.imageSetId) && passage(withRemoteId: mark.imageSetId) == nil ? mark : nil
    }
    _ = try commit(set, trigger.facts, partial: true, doubtful: doubtful, remote: remote, at: nowMs)
  }

  /// It has rows: it is closed with what is on the disk.
  func settleGrowing(_ id: PassageID, _ path: String) throws {
    if let manifest = try manifest(in: path) {
      _ = try settleGrown(manifest, place: moveToSpool(path, manifest))
      return
    }
    guard let row = try read({ try PassageRow.fetch($0, id) }) else { return }
    let facts: PassageFacts
    switch try trigger(of: id, in: path) {
    case .missing where try !isAsked(id):
      // It was being abandoned.
      try forgetGrown(id)
      return try discard(path)
    case .read(let trigger): facts = trigger.facts
    case .missing, .unreadable: facts = row.facts
    }
    let images = try salvage(path, from: facts.from)
    _ = try closeGrown(
      FillingImageSet(facts: facts, folder: path, images: images, hasRow: true), facts, partial: true)
  }

  /// Rows that still say `growing`, and no such folder in `tmp/`: the rename came through, or somebody removed it.
  private func settleMoved(at nowMs: Int64) throws {
    let rows = try read { database in
      try PassageRow.fetch(database, "id IN (SELECT passage_id FROM growing)")
    }
    for row in rows where !isSetAside(row.id) { try settleMoved(row, at: nowMs) }
  }

  func settleMoved(_ row: PassageRow, at nowMs: Int64) throws {
    let place = "spool/\(Self.day(of: row.recDate))/\(row.id)"
    let isSettled = try work(on: row.id) {
      guard let manifest = try manifest(in: folder.path + "/" + place) else { return false }
      _ = try settleGrown(manifest, place: place)
      return true
    }
    if isSettled { return }
    try write("folder is gone") { database in
      try database.execute(sql: "DELETE FROM growing WHERE passage_id = ?", arguments: [row.id.uuid])
      try database.execute(
        sql: "UPDATE passage SET partial = 1, not_before = 0 WHERE id = ?", arguments: [row.id.uuid])
      try Self.note(database, "local_missing", row.id, "the folder of its image set is gone", at: nowMs)
    }
  }

  private func manifest(in path: String) throws -> ImageSetManifest? {
    try DurableFiles.read(path + "/manifest.json").flatMap { ImageSetManifest.read($0) }
  }

  private enum Trigger {
    case missing
    case unreadable
    case read(ImageSetTrigger)
  }

  private func trigger(of id: PassageID, in path: String) throws -> Trigger {
    guard let data = try DurableFiles.read(path + "/trigger.json", limit: 1 << 16) else { return .missing }
    guard let trigger = try? JSONDecoder().decode(ImageSetTrigger.self, from: data), trigger.facts.id == id else {
      return .unreadable
    }
    return .read(trigger)
  }

  /// Whole pictures stay, durable; the rest goes, and so does half a manifest.
  private func salvage(_ path: String, from: Double) throws -> [ImageSetManifest.Image] {
    if DurableFiles.exists(path + "/manifest.json") { try DurableFiles.remove(path + "/manifest.json") }
    let images = try ImageSetSalvage.images(in: path, from: from)
    let whole = Set(images.map(\.fileName))
    for name in try DurableFiles.names(in: path) where ImageFile.isFit(fileName: name) {
      if whole.contains(name) {
        try DurableFiles.sync(path + "/" + name)
      } else {
        try DurableFiles.remove(path + "/" + name)
      }
    }
    return images
  }
}

extension PassageRow {
  /// As much of the facts as a row tells.
  fileprivate var facts: PassageFacts {
    PassageFacts(
      id: id, recordedAtMs: recDate * 1000, clock: .guess, captureSetId: captureSetId, tenantId: tenantId, plate: plate,
      countryCode: country, vin: vin, from: 0)
  }
}
