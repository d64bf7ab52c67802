import Foundation
import GRDB

/// How the outbox database is laid out and opened; everything in it can be rebuilt from the spool.
enum OutboxSchema {
  /// "EDGE": tells our database from any other.
  static let applicationID = 0x4544_4745
  static let version = 1

  /// The states of a passage that delivery still has something to do for. Spelt as the partial index spells it.
  static let dueStates = "state IN ('queued','reconcile','created','uploaded')"

  /// The states of a passage that is owed and waits for no person: `PassageState.isPending`.
  static let pendingStates =
    "state IN (" + PassageState.allCases.filter(\.isPending).map { "'\($0.rawValue)'" }.joined(separator: ",") + ")"

  /// `not_before` of a growing passage of which all that there is has been sent: nothing is due before more is added or it is closed.
  static let untilMore: Int64 = 253_402_300_799_000

  /// The `intent_…` columns are for people who look into the file after something went wrong; nothing here reads them back.
  private static let tables = """
    CREATE TABLE passage(
      id BLOB PRIMARY KEY CHECK(length(id)=16),
      device_set_id TEXT NOT NULL, tenant_id TEXT NOT NULL, rec_date INTEGER NOT NULL,
      clock TEXT NOT NULL CHECK(clock IN('ntp','server','guess')),
      dir TEXT NOT NULL, bytes INTEGER NOT NULL, n_images INTEGER NOT NULL, manifest_sha256 TEXT NOT NULL,
      plate TEXT, country TEXT, vin TEXT, partial INTEGER NOT NULL DEFAULT 0,
      state TEXT NOT NULL CHECK(state IN('queued','held','hold_clock','creating','reconcile','created','uploaded','verified',
        'purging','done','quarantined')),
      remote_id TEXT UNIQUE, adopted INTEGER NOT NULL DEFAULT 0, list_first INTEGER NOT NULL DEFAULT 0,
      intent_wall INTEGER, intent_server INTEGER, first_intent_server INTEGER,
      in_doubt INTEGER NOT NULL DEFAULT 0, zero_lists INTEGER NOT NULL DEFAULT 0, proofs INTEGER NOT NULL DEFAULT 0,
      attempts INTEGER NOT NULL DEFAULT 0, refusals INTEGER NOT NULL DEFAULT 0,
      not_before INTEGER NOT NULL DEFAULT 0, reason TEXT,
      seen_at INTEGER NOT NULL, verified_at INTEGER, done_at INTEGER,
      UNIQUE(device_set_id, rec_date)) STRICT;
    CREATE TABLE image(
      passage_id BLOB NOT NULL REFERENCES passage(id), file_name TEXT NOT NULL, camera TEXT NOT NULL,
      width INTEGER NOT NULL, height INTEGER NOT NULL,
      bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, md5 TEXT NOT NULL,
      state TEXT NOT NULL CHECK(state IN('pending','signed','stored','listed','local_corrupt','local_missing','dead')),
      signed BLOB, signed_expires INTEGER, attempts INTEGER NOT NULL DEFAULT 0, announcements INTEGER NOT NULL DEFAULT 0, reason TEXT,
      PRIMARY KEY(passage_id,file_name)) STRICT, WITHOUT ROWID;
    CREATE TABLE event(seq INTEGER PRIMARY KEY AUTOINCREMENT, wall INTEGER NOT NULL, kind TEXT NOT NULL, passage_id BLOB, detail TEXT) STRICT;
    CREATE TABLE counter(name TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT;
    CREATE INDEX p_due ON passage(rec_date, not_before) WHERE state IN ('queued','reconcile','created','uploaded');
    CREATE INDEX p_state ON passage(state);
    CREATE INDEX i_todo ON image(passage_id) WHERE state IN ('pending','signed');
    CREATE INDEX e_passage ON event(passage_id, kind);
    """

  /// Tables that came later. They are made where they are missing, and a version that does not know them leaves them alone: that
  /// needs no new number.
  private static let laterTables = """
    CREATE TABLE IF NOT EXISTS audit(
      passage_id BLOB PRIMARY KEY REFERENCES passage(id) ON DELETE CASCADE, due INTEGER NOT NULL, settled INTEGER NOT NULL,
      look INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS a_due ON audit(due);
    CREATE TABLE IF NOT EXISTS discarded(
      passage_id BLOB PRIMARY KEY REFERENCES passage(id) ON DELETE CASCADE, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS growing(
      passage_id BLOB PRIMARY KEY REFERENCES passage(id) ON DELETE CASCADE) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS suspect(
      passage_id BLOB PRIMARY KEY, endings INTEGER NOT NULL, set_aside INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    """

  /// Opens (or makes) the database; throws `DatabaseError` or `Unusable` when what is there is not our database in good health.
  static func open(_ path: String) throws -> DatabaseQueue {
    var configuration = Configuration()
    configuration.label = "outbox"
    configuration.prepareDatabase { database in
      // One connection and no other: Debian 12's SQLite can lose commits with two in WAL mode.
      try database.execute(sql: "PRAGMA locking_mode=EXCLUSIVE")
      try database.execute(sql: "PRAGMA journal_mode=WAL")
      for pragma in [
        "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0",
        "temp_store=MEMORY", "journal_size_limit=16777216",
      ] {
        try database.execute(sql: "PRAGMA " + pragma)
      }
    }
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    do {
      try queue.writeWithoutTransaction { database in try settle(database) }
    } catch {
      try? queue.close()
      throw error
    }
    return queue
  }

  /// Why a file that opens is not to be used.
  struct Unusable: Error, CustomStringConvertible {
    let description: String
  }

  private static func settle(_ database: Database) throws {
    let application = try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    let objects = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_schema")
    if application == 0, found == 0, objects == 0 {
      try database.inTransaction {
        try database.execute(sql: tables)
        try database.execute(sql: "PRAGMA application_id=\(applicationID)")
        try database.execute(sql: "PRAGMA user_version=\(version)")
        return .commit
      }
    } else {
      guard application == applicationID else { throw Unusable(description: "it is another program's database") }
      guard found == version else { throw Unusable(description: "it is of version \(found), not \(version)") }
      // Not the quick check, which does not see a row that an index has lost, and such a row is never due again. Rows of images are
      // a hundred times as many: see `Outbox.inspect`.
      for table in try String.fetchAll(
        database, sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'image'")
      {
        let health = try String.fetchOne(database, sql: "PRAGMA integrity_check('\(table)')") ?? "no answer"
        guard health == "ok" else { throw Unusable(description: "\(table): \(health)") }
      }
    }
    try database.inTransaction {
      try database.execute(sql: laterTables)
      return .commit
    }
    // GRDB and WAL mode both like to say NORMAL; only FULL makes a commit outlive a power cut.
    try database.execute(sql: "PRAGMA synchronous=FULL")
    guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2 else {
      throw StorageError.database(reason: "synchronous=FULL does not hold")
    }
    guard try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal" else {
      throw StorageError.database(reason: "journal_mode=WAL does not hold")
    }
    guard try String.fetchOne(database, sql: "PRAGMA locking_mode") == "exclusive" else {
      throw StorageError.database(reason: "locking_mode=EXCLUSIVE does not hold")
    }
  }
}
