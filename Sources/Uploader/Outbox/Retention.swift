import Foundation
import GRDB

/// How long a delivered image set stays on the disk: until it is old enough or the room is wanted. Undelivered ones are never touched.
public struct Retention: Sendable, Equatable {
  /// A delivered image set that could go.
  struct Kept: Sendable, Equatable {
    var id: PassageID
    var verifiedAtMs: Int64
    var bytes: Int64
    /// False when an image of it never reached the cloud: the only copy is ours, so it does not go by itself.
    var isWhole: Bool
  }

  private let keepSeconds: Int64
  private let budget: Int64
  private let ladder: DiskLadder

  init(_ settings: OutboxSettings) {
    keepSeconds = settings.keepSeconds
    budget = settings.storageBudget
    ladder = DiskLadder(settings)
  }

  /// Which to remove, oldest delivery first: all that are past their time, then as many as the budget and the disk ask for.
  /// `used` is what all image sets take, delivered or not; `room` what the disk has left, nil when unknown.
  func choose(_ kept: [Kept], used: Int64, room: DiskRoom?, at nowMs: Int64) -> [PassageID] {
    var wanted = max(0, used - budget, ladder.wanted(room))
    var chosen: [PassageID] = []
    for set in kept.sorted(by: { ($0.verifiedAtMs, $0.id) < ($1.verifiedAtMs, $1.id) }) where set.isWhole {
      guard nowMs - set.verifiedAtMs >= keepSeconds * 1000 || wanted > 0 else { continue }
      chosen.append(set.id)
      wanted -= set.bytes
    }
    return chosen
  }
}

extension Outbox {
  /// Removes what `Retention` chooses, and tombstones past their time; how many image sets went.
  @discardableResult
  public func purge(at nowMs: Int64) throws -> Int {
    try closeLeftOpen()
    let (kept, used) = try read { database in
      let kept = try Row.fetchAll(
        database,
        sql: """
          SELECT id, verified_at, bytes,
            NOT EXISTS(SELECT 1 FROM image WHERE passage_id = passage.id AND state <> 'listed') AS whole
          FROM passage WHERE state = 'verified'
          """
      ).map { row in
        Retention.Kept(
          id: PassageID(row["id"]), verifiedAtMs: row["verified_at"] ?? 0, bytes: row["bytes"], isWhole: row["whole"])
      }
      let used = try Int64.fetchOne(database, sql: "SELECT sum(bytes) FROM passage WHERE state <> 'done'") ?? 0
      return (kept, used)
    }
    let chosen = Retention(settings).choose(
      kept.filter { !isSetAside($0.id) }, used: used, room: roomLeft, at: nowMs)
    for id in chosen {
      try write("purging") { try Self.move($0, id, to: .purging) }
      try finishPurge(id, at: nowMs)
    }
    try write("tombstones") { database in
      try database.execute(
        sql: "DELETE FROM passage WHERE state = 'done' AND done_at < ?",
        arguments: [nowMs - settings.tombstoneSeconds * 1000])
    }
    try loadBallast()
    return chosen.count
  }

  /// W4 for every image set whose removal had begun.
  func finishPurges(at nowMs: Int64) throws {
    let ids = try read { try UUID.fetchAll($0, sql: "SELECT id FROM passage WHERE state = 'purging'") }
    for id in ids.map({ PassageID($0) }) where !isSetAside(id) { try finishPurge(id, at: nowMs) }
  }

  func finishPurge(_ id: PassageID, at nowMs: Int64) throws {
    let place = try read { database in
      try String.fetchOne(database, sql: "SELECT dir FROM passage WHERE id = ?", arguments: [id.uuid])
    }
    if let place { try work(on: id) { try discard(folder.path + "/" + place) } }
    try powerCut?("after trash")
    suspects[id] = nil
    try write("done") { database in
      try database.execute(sql: "DELETE FROM suspect WHERE passage_id = ?", arguments: [id.uuid])
      try database.execute(sql: "DELETE FROM image WHERE passage_id = ?", arguments: [id.uuid])
      try database.execute(sql: "UPDATE passage SET done_at = ? WHERE id = ?", arguments: [nowMs, id.uuid])
      try Self.move(database, id, to: .done)
    }
  }
}
