import Foundation
import GRDB

/// Whether the rows of images can be believed: a million of them are looked through passage by passage, before the outbox works or while it does.
///
/// Against what the row of their passage says, which finds what `integrity_check` finds, and flipped bits that it does not see.
extension Outbox {
  /// When the rows of images are looked through.
  enum Inspection: Sendable {
    /// Before anything else: whoever opens the outbox waits.
    case first
    /// While it works.
    case meanwhile
  }

  /// Passages whose rows are looked at without letting anybody else have the thread: some milliseconds.
  private static let passagesAtOnce = 32
  /// A pause after each such look, so that all of it together never takes a core.
  private static let pauseMilliseconds = 20

  /// There when the database is not to be believed at the next start, which then builds it from the manifests.
  var distrustMark: String { folder.path + "/outbox.distrusted" }

  /// Looks through everything while others use the outbox; when something is wrong nothing more is done with it.
  func inspectMeanwhile() async {
    var place: PassageID?
    do {
      while !Task.isCancelled, queue != nil, failure == nil {
        let look = try inspect(after: place)
        if let damage = look.damage { throw OutboxSchema.Unusable(description: damage) }
        guard let next = look.last else { return }
        place = next
        try await Task.sleep(for: .milliseconds(Self.pauseMilliseconds))
      }
    } catch is CancellationError {
      // It is being closed.
    } catch {
      // Whoever asks the outbox for anything from now on is told; delivery may be asleep.
      failure = failure ?? failed(error, "rows of images") as? StorageError
      announceWork()
    }
  }

  /// Looks through everything at once; throws `OutboxSchema.Unusable` or `DatabaseError` when something is wrong.
  func inspectAll() throws {
    var place: PassageID?
    while true {
      let look = try inspect(after: place)
      if let damage = look.damage { throw OutboxSchema.Unusable(description: damage) }
      guard let next = look.last else { return }
      place = next
    }
  }

  /// What came of one look.
  private struct Look: Sendable {
    /// The last passage that was looked at; nil when there was none left.
    var last: PassageID?
    /// What is wrong.
    var damage: String?
  }

  /// The next few passages by id: how many rows each has, by the table and by its index, and whether they add up.
  private func inspect(after place: PassageID?) throws -> Look {
    guard let queue else { throw StorageError.database(reason: "the outbox is closed") }
    return try queue.read { database in
      let passages = try Row.fetchAll(
        database, sql: "SELECT id, n_images, bytes, state FROM passage WHERE id > ? ORDER BY id LIMIT ?",
        arguments: [place?.uuid ?? Self.lowest, Self.passagesAtOnce])
      let last = passages.last.map { $0["id"] as UUID }
      // Rows of passages that are not there are in the range too; the last range has no end.
      let bounds: StatementArguments = [place?.uuid ?? Self.lowest, last ?? Self.highest]
      var found: [UUID: Row] = [:]
      for row in try Row.fetchAll(database, sql: Self.sums, arguments: bounds) { found[row["passage_id"]] = row }
      var indexed: [UUID: Int] = [:]
      for row in try Row.fetchAll(database, sql: Self.indexed, arguments: bounds) {
        indexed[row["passage_id"]] = row["n"]
      }
      for passage in passages {
        let id: UUID = passage["id"]
        let row = found.removeValue(forKey: id)
        let state: String = passage["state"]
        // A tombstone has lost its images, and one that is on its way there may have.
        if row == nil, state == PassageState.done.rawValue || state == PassageState.purging.rawValue { continue }
        let isRight =
          (row?["n"] ?? 0) == passage["n_images"] as Int && (row?["bytes"] ?? 0) == passage["bytes"] as Int64
          && (row?["wrong"] ?? 0) == 0 && (row?["todo"] ?? 0) == indexed.removeValue(forKey: id) ?? 0
        guard isRight else { return Look(last: nil, damage: "the rows of passage \(PassageID(id)) do not add up") }
      }
      guard found.isEmpty, indexed.isEmpty else { return Look(last: nil, damage: "images without a passage") }
      return Look(last: last.map { PassageID($0) })
    }
  }

  private static let lowest = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
  private static let highest = UUID(
    uuid: (255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255))

  private static let sums = """
    SELECT passage_id, count(*) AS n, sum(bytes) AS bytes, sum(state IN ('pending','signed')) AS todo,
      sum(length(sha256) <> 64 OR length(md5) <> 32 OR width < 1 OR height < 1 OR length(camera) < 1 OR state NOT IN
        ('pending','signed','stored','listed','local_corrupt','local_missing','dead')) AS wrong
    FROM image WHERE passage_id > ? AND passage_id <= ? GROUP BY passage_id
    """

  private static let indexed = """
    SELECT passage_id, count(*) AS n FROM image INDEXED BY i_todo
    WHERE passage_id > ? AND passage_id <= ? AND state IN ('pending','signed') GROUP BY passage_id
    """

  /// What an error of the database means for the outbox; one that says that the file is damaged is written down for the next start.
  func failed(_ error: any Error, _ step: String) -> any Error {
    var isDamage = false
    let reason: String
    switch error {
    case let error as DatabaseError:
      isDamage = error.resultCode == .SQLITE_CORRUPT || error.resultCode == .SQLITE_NOTADB
      reason = "\(step): \(error.message ?? "code \(error.resultCode.rawValue)")"
    case let error as OutboxSchema.Unusable:
      isDamage = true
      reason = "\(step): \(error)"
    case let error as UnknownWord:
      isDamage = true
      reason = "\(step): \(error)"
    default: return error
    }
    isDatabaseInDoubt = true
    let failure = StorageError.database(reason: reason)
    guard isDamage else { return failure }
    // On a disk that does not even take this the next start looks for itself.
    if !DurableFiles.exists(distrustMark) { try? DurableFiles.createDurably(distrustMark, Data()) }
    self.failure = failure
    return failure
  }
}
