import Foundation
import GRDB

/// Passages that were recorded before anybody knew what time it was.
extension Outbox {
  static let clockReason = "recorded under a clock that nobody vouched for; waiting until one can be trusted"

  /// Gives every passage that waits for a clock its time, if there is one to be had now; how many could go on.
  ///
  /// What was settled is written beside the pictures first, so that it outlives the database.
  public func settleClock(_ now: ClockReading) throws -> Int {
    let waiting = try read { database in
      try Row.fetchAll(
        database, sql: "SELECT rowid AS place, id, dir FROM passage WHERE state = 'hold_clock' ORDER BY rowid"
      )
      .map { (place: $0["place"] as Int64, id: PassageID($0["id"]), folder: $0["dir"] as String) }
    }
    var settled = 0
    for passage in waiting {
      guard let data = try DurableFiles.read(folder.path + "/" + passage.folder + "/manifest.json"),
        let manifest = ImageSetManifest.read(data)
      else {
        try quarantine(
          passage.id, reason: "its manifest.json is missing or damaged, and its time is not known", at: now.wallMs)
        continue
      }
      let previous = try read { database in
        // Rows stand in the order of recording.
        try Int64.fetchOne(
          database, sql: "SELECT max(rec_date) FROM passage WHERE rowid < ? AND clock <> 'guess'",
          arguments: [passage.place])
      }
      guard case .settled(let recDate, let trust) = ClockSettlement.judge(manifest.facts, previous: previous, at: now)
      else { continue }
      try setTime(passage.id, recDate: recDate, trust: trust, at: now.wallMs)
      settled += 1
    }
    if settled > 0 { announceWork() }
    return settled
  }

  /// From here on the passage has this time, and goes on.
  func setTime(_ id: PassageID, recDate wanted: Int64, trust: ClockTrust, at nowMs: Int64) throws {
    guard let row = try read({ try PassageRow.fetch($0, id) }) else { return }
    let recDate = try freeRecDate(captureSetId: row.captureSetId, from: wanted, besides: id)
    if DurableFiles.isFolder(folder.path + "/" + row.folder) {
      try put(
        ImageSetAddress(tenantId: row.tenantId, captureSetId: row.captureSetId, recDate: recDate, clock: trust),
        "address.json", in: row.folder)
    }
    try powerCut?("after time")
    let isOwned = !row.tenantId.isEmpty && !row.captureSetId.isEmpty
    try write("time") { database in
      try database.execute(
        sql: "UPDATE passage SET rec_date = ?, clock = ?, reason = ?, not_before = 0 WHERE id = ?",
        arguments: [recDate, trust.rawValue, isOwned ? nil : Self.heldReason, id.uuid])
      try Self.move(database, id, to: isOwned ? .queued : .held)
      try Self.note(database, "time", id, "\(row.recDate) -> \(recDate) (\(trust.rawValue))", at: nowMs)
    }
  }
}
