import Foundation
import GRDB

/// What a unit's outbox may hold and how long.
public struct OutboxSettings: Sendable, Equatable {
  /// Bytes that must stay free on the disk; below it new passages are refused and counted.
  public var freeSpaceFloor: Int64 = 2 << 30
  /// Bytes that are taken so that they can be given back when the disk is full all the same; 0: none.
  public var ballastBytes = 32 << 20
  /// Bytes that image sets may take in all; above it delivered ones go before their time.
  public var storageBudget: Int64 = 20 << 30
  /// Seconds a delivered image set stays on the disk at least.
  public var keepSeconds: Int64 = 48 * 3600
  /// Seconds a tombstone stays.
  public var tombstoneSeconds: Int64 = 90 * 86400
  /// Seconds to wait before a creation in doubt is looked for: the cloud may still be at it.
  public var graceSeconds: Int64 = 120

  /// The defaults.
  public init() {}
}

/// What is owed to the cloud: image sets on disk and their rows, on one thread of their own.
///
/// Every method that returned has made durable what it says. A thrown `StorageError` with `isFatal` means that the process must end:
/// its next start recovers. Times are milliseconds since 1970, given by the caller.
public actor Outbox {
  let folder: StateFolder
  let settings: OutboxSettings
  var queue: DatabaseQueue?
  /// Why it cannot be used any more, or never could.
  var failure: StorageError?
  private var opening: Task<Void, any Error>?
  /// SQLite itself has failed: what it does with its files from then on vouches for nothing.
  var isDatabaseInDoubt = false
  /// Goes through the rows of images while the outbox already works.
  var inspection: Task<Void, Never>?
  /// Images that the storage took, not yet written down: the next commit, whatever it is for, takes them along.
  var stored: [StoredMark] = []
  /// Passages in whose work the process ended; how many were set aside since any work last came to its end; and by this start.
  var suspects: [PassageID: Suspect] = [:]
  var setAsideInARow = 0
  var justSetAside: [(id: PassageID, reason: String)] = []
  /// The passage that is being worked on.
  var underWay: PassageID? { didSet { WorkMark(in: folder).write(underWay) } }
  /// Image sets that are being filled.
  var filling: [PassageID: FillingImageSet] = [:]
  /// What is left of the disk; nil when it cannot be asked. Tests fill the disk here.
  var room: @Sendable (String) -> DiskRoom? = DurableFiles.room
  /// Throws where the power goes, in tests; called before and after every durable step with its name.
  var powerCut: (@Sendable (String) throws -> Void)?
  private var listeners: [@Sendable () -> Void] = []
  private let thread = DiskThread()

  /// Runs on the thread `disk`.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

  /// Opens the outbox of a state folder and brings it into order after whatever happened to the last process: see `OutboxRecovery`.
  ///
  /// Every row is looked at first, which takes seconds when there are a million.
  public static func open(
    _ folder: StateFolder, settings: OutboxSettings = OutboxSettings(), at nowMs: Int64
  ) async throws -> Outbox {
    let outbox = Outbox(folder, settings)
    try await outbox.start(inspecting: .first, at: nowMs)
    return outbox
  }

  /// The same for those who cannot wait: returns at once, and what is asked of the outbox meanwhile waits its turn behind the opening.
  ///
  /// `opened` tells how that ended. The rows of images are looked at while the outbox already works.
  public static func openInBackground(
    _ folder: StateFolder, settings: OutboxSettings = OutboxSettings(), at nowMs: Int64
  ) async -> Outbox {
    let outbox = Outbox(folder, settings)
    await outbox.beginToOpen(at: nowMs)
    return outbox
  }

  /// Returns when the rows of images have been looked at, where that is done in the background.
  public func inspected() async { await inspection?.value }

  private func beginToOpen(at nowMs: Int64) {
    // Queued on this actor's thread before anybody else has a name for the actor.
    opening = Task {
      do {
        try start(inspecting: .meanwhile, at: nowMs)
      } catch {
        failure = error as? StorageError
        throw error
      }
    }
  }

  /// Returns once the outbox is open; throws what kept it from it.
  public func opened() async throws { try await opening?.value }

  private init(_ folder: StateFolder, _ settings: OutboxSettings) {
    self.folder = folder
    self.settings = settings
  }

  deinit {
    // An error on some file ends the process, and SQLite puts its own in order all the same: then the next start may believe it.
    if let queue, !isDatabaseInDoubt, (try? queue.close()) != nil, !DurableFiles.exists(folder.database + "-wal") {
      try? DurableFiles.remove(dirtyMark)
    }
    thread.stop()
  }

  /// Closes the database in order and lets the state folder go. An image set that is still open stays for the next start.
  public func close() throws {
    inspection?.cancel()
    guard let queue else { return }
    self.queue = nil
    do { try queue.close() } catch { throw StorageError.database(reason: "close: \(error)") }
    underWay = nil
    try DurableFiles.remove(dirtyMark)
    folder.release()
  }

  /// Calls `listener` after every commit of work that delivery may take up; on the disk thread, so it must be brief.
  public func onWork(_ listener: @escaping @Sendable () -> Void) { listeners.append(listener) }

  /// There while the database is open: a database found without it was closed in order and has no `-wal`.
  nonisolated var dirtyMark: String { folder.path + "/outbox.open" }

  func announceWork() { for listener in listeners { listener() } }

  // MARK: the database

  /// One transaction, on the disk when this returns.
  func write<Value>(_ step: String, _ body: (Database) throws -> Value) throws -> Value {
    let queue = try usable()
    try powerCut?("before " + step)
    let value: Value
    do {
      value = try withBallast {
        try queue.write { database in
          try Self.mark(database, stored)
          return try body(database)
        }
      }
      stored = []
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
      throw error
    } catch {
      throw failed(error, step)
    }
    try powerCut?("after " + step)
    return value
  }

  /// A look at the rows.
  func read<Value>(_ body: (Database) throws -> Value) throws -> Value {
    let queue = try usable()
    do { return try queue.read(body) } catch { throw failed(error, "read") }
  }

  private func usable() throws -> DatabaseQueue {
    if let failure { throw failure }
    guard let queue else { throw StorageError.database(reason: "the outbox is closed") }
    return queue
  }

  // MARK: the books

  /// Seen, delivered, pending and the rest, at this moment.
  public func books() throws -> OutboxBooks {
    let rowless = filling.values.count { !$0.hasRow }
    return try read { database in
      var counts: [String: Int] = [:]
      for row in try Row.fetchAll(database, sql: "SELECT name, n FROM counter") { counts[row["name"]] = row["n"] }
      let pending =
        try Int.fetchOne(
          database,
          sql: """
            SELECT count(*) FROM passage
            WHERE \(OutboxSchema.pendingStates)
            """) ?? 0
      let growing =
        try Int.fetchOne(
          database,
          sql: """
            SELECT count(*) FROM passage WHERE id IN (SELECT passage_id FROM growing) AND \(OutboxSchema.pendingStates)
            """) ?? 0
      return OutboxBooks(
        seen: (counts["seen"] ?? 0) + rowless, delivered: counts["delivered"] ?? 0, pending: pending - growing,
        open: rowless + growing,
        quarantined: counts["quarantined"] ?? 0, interrupted: counts["interrupted"] ?? 0,
        refused: counts["refused"] ?? 0, discarded: counts["discarded"] ?? 0)
    }
  }

  static func count(_ database: Database, _ name: String, _ change: Int = 1) throws {
    try database.execute(
      sql: "INSERT INTO counter(name, n) VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET n = n + excluded.n",
      arguments: [name, change])
  }

  static func note(
    _ database: Database, _ kind: String, _ id: PassageID? = nil, _ detail: String? = nil, at nowMs: Int64
  ) throws {
    try database.execute(
      sql: "INSERT INTO event(wall, kind, passage_id, detail) VALUES (?, ?, ?, ?)",
      arguments: [nowMs, kind, id?.uuid, detail])
    // The counters keep the sums; the last events are for people.
    try database.execute(sql: "DELETE FROM event WHERE seq <= (SELECT max(seq) FROM event) - 20000")
  }

  /// Moves a passage to another state and the books with it, in one statement's company.
  static func move(_ database: Database, _ id: PassageID, to state: PassageState) throws {
    guard
      let text = try String.fetchOne(database, sql: "SELECT state FROM passage WHERE id = ?", arguments: [id.uuid])
    else { return }
    let before: PassageState = try known(text)
    // Somebody discarded it (or abandoned it, and there is no row) while a step of its delivery was under way: that step comes too late.
    if before == .done || before == .purging && state != .done { return }
    try database.execute(
      sql: "UPDATE passage SET state = ? WHERE id = ?", arguments: [state.rawValue, id.uuid])
    if before.isDelivered != state.isDelivered { try count(database, "delivered", state.isDelivered ? 1 : -1) }
    if (before == .quarantined) != (state == .quarantined) {
      try count(database, "quarantined", state == .quarantined ? 1 : -1)
    }
  }
}
