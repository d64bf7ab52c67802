import Foundation
import GRDB

/// What the outbox tells people and scripts: one object per passage, one passage with its images, and what is wrong with either.
public struct OutboxReport: Sendable {
  /// One passage, as `outbox list --json` shows it.
  public struct Passage: Sendable, Equatable, Codable {
    /// Its id.
    public var passage: PassageID
    /// Where it stands.
    public var state: PassageState
    /// The image set at the cloud, once there is one.
    public var imageSetId: String?
    /// How many images it has.
    public var images: Int
    /// How many of them the storage took or the cloud lists.
    public var sent: Int
    /// Attempts since the last success.
    public var attempts: Int
    /// Why it is where it is, in one line.
    public var reason: String?
    /// Seconds since 1970, as the cloud was or will be told.
    public var recDate: Int64
    /// Bytes of its images.
    public var bytes: Int64
    /// Milliseconds since 1970 before which nothing is tried; nil when it is due or waits for no time.
    public var notBeforeMs: Int64?
    /// The tenant, once known.
    public var tenantId: String?
    /// `NO ABC123`; nil when no plate was read.
    public var plate: String?
    /// True when it was cut short.
    public var partial: Bool
    /// True while its image set is still being filled.
    public var growing: Bool
    /// Where its files are, under the state folder; nil once they are gone.
    public var folder: String?
  }

  /// One image, as `outbox show` shows it.
  public struct Image: Sendable, Equatable, Codable {
    /// Its name.
    public var fileName: String
    /// Its camera.
    public var camera: String
    /// Where it stands.
    public var state: ImageState
    /// Of its file.
    public var bytes: Int
    /// Pixels.
    public var width: Int
    /// Pixels.
    public var height: Int
    /// Why it is where it is.
    public var reason: String?
  }

  /// How closely the disk is looked at.
  public enum CheckLevel: String, Sendable, Codable, CaseIterable {
    /// Every file is there.
    case presence
    /// And has the size that was committed.
    case size
    /// And its bytes are those that were committed: every file is read.
    case hash
  }

  /// Something that is not as it should be.
  public struct Finding: Sendable, Equatable, Codable {
    /// The passage, where one is concerned.
    public var passage: PassageID?
    /// The file, where one is concerned.
    public var fileName: String?
    /// What is wrong, in one line.
    public var problem: String
  }
}

/// How full the outbox is: for metrics and health.
public struct OutboxDepth: Sendable, Equatable {
  /// Passages by state; states with none are missing.
  public var byState: [PassageState: Int] = [:]
  /// `recDate` of the oldest passage that is not delivered and waits for no person; nil when there is none.
  public var oldestRecDate: Int64?
  /// Bytes of all images on the disk.
  public var bytes: Int64 = 0
}

extension Outbox {
  /// How full it is.
  public func depth() throws -> OutboxDepth {
    try read { database in
      var depth = OutboxDepth()
      for row in try Row.fetchAll(database, sql: "SELECT state, count(*) AS n FROM passage GROUP BY state") {
        depth.byState[try known(row["state"])] = row["n"]
      }
      depth.oldestRecDate = try Int64.fetchOne(
        database,
        sql: """
          SELECT min(rec_date) FROM passage
          WHERE \(OutboxSchema.pendingStates)
          """)
      depth.bytes = try Int64.fetchOne(database, sql: "SELECT sum(bytes) FROM passage WHERE state <> 'done'") ?? 0
      return depth
    }
  }

  /// Every passage, oldest first; those whose files are gone only when asked for.
  public func list(includingGone: Bool = false) throws -> [OutboxReport.Passage] {
    try passages(includingGone ? "1" : "state <> 'done'", [])
  }

  private func passages(_ condition: String, _ arguments: StatementArguments) throws -> [OutboxReport.Passage] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT \(PassageState.columns), id IN (SELECT passage_id FROM growing) AS is_growing, (SELECT count(*) FROM image WHERE passage_id = passage.id AND image.state IN ('stored','listed')) AS sent
          FROM passage WHERE \(condition) ORDER BY rec_date
          """, arguments: arguments
      ).map { try Self.report($0) }
    }
  }

  /// One passage with its images; nil when the outbox never had it.
  public func show(_ id: PassageID) throws -> (passage: OutboxReport.Passage, images: [OutboxReport.Image])? {
    guard let passage = try passages("id = ?", [id.uuid]).first else { return nil }
    let images = try read { database in
      try Self.images(database, id).map { image in
        OutboxReport.Image(
          fileName: image.fileName, camera: image.camera, state: image.state, bytes: image.bytes, width: image.width,
          height: image.height, reason: image.reason)
      }
    }
    return (passage, images)
  }

  private static func report(_ row: Row) throws -> OutboxReport.Passage {
    let state = try PassageState.read(row)
    let isGone = state == .done || state == .discarded
    let tenant: String = row["tenant_id"]
    let notBefore: Int64 = row["not_before"]
    let plate: String? = row["plate"]
    let country: String? = row["country"]
    return OutboxReport.Passage(
      passage: PassageID(row["id"]), state: state, imageSetId: row["remote_id"], images: row["n_images"],
      sent: state == .done ? row["n_images"] : row["sent"], attempts: row["attempts"], reason: row["reason"],
      recDate: row["rec_date"], bytes: row["bytes"],
      notBeforeMs: notBefore > 0 && notBefore != OutboxSchema.untilMore && state.isPending ? notBefore : nil,
      tenantId: tenant.isEmpty ? nil : tenant,
      plate: plate.map { [country, $0].compactMap { $0 }.joined(separator: " ") },
      partial: row["partial"], growing: row["is_growing"], folder: isGone ? nil : row["dir"])
  }

  /// Holds disk, rows and books against each other.
  public func check(_ level: OutboxReport.CheckLevel = .size) throws -> [OutboxReport.Finding] {
    var findings: [OutboxReport.Finding] = []
    for passage in try list() where passage.state != .purging {
      guard let folder = passage.folder else { continue }
      if isSetAside(passage.passage) {
        findings.append(
          OutboxReport.Finding(passage: passage.passage, problem: "is set aside: \(passage.reason ?? "")"))
        continue
      }
      findings += try check(passage, self.folder.path + "/" + folder, level)
    }
    for day in try DurableFiles.names(in: folder.spool) {
      for name in try DurableFiles.names(in: folder.spool + "/" + day) {
        let id = PassageID(name)
        if try id.flatMap({ try passageState($0) }) == nil {
          findings.append(
            OutboxReport.Finding(
              passage: id, problem: "spool/\(day)/\(name) has no row; start again to have it adopted"))
        }
      }
    }
    let books = try books()
    if !books.isBalanced { findings.append(OutboxReport.Finding(problem: "the books do not balance: \(books)")) }
    return findings
  }

  private func check(
    _ passage: OutboxReport.Passage, _ path: String, _ level: OutboxReport.CheckLevel
  ) throws -> [OutboxReport.Finding] {
    let id = passage.passage
    guard DurableFiles.isFolder(path) else {
      return [OutboxReport.Finding(passage: id, problem: "its folder \(path) is gone")]
    }
    var findings: [OutboxReport.Finding] = []
    let manifest = try DurableFiles.read(path + "/manifest.json")
    let committed = try read { database in
      try String.fetchOne(database, sql: "SELECT manifest_sha256 FROM passage WHERE id = ?", arguments: [id.uuid])
    }
    // While it grows it has a journal instead.
    if !passage.growing, level == .hash || manifest == nil, manifest.map({ Digest.sha256($0) }) != committed {
      findings.append(
        OutboxReport.Finding(
          passage: id, fileName: "manifest.json", problem: manifest == nil ? "is gone" : "is not what was committed"))
    }
    for image in try read({ try Self.images($0, id) }) {
      let file = path + "/" + image.fileName
      guard let size = DurableFiles.size(file) else {
        findings.append(OutboxReport.Finding(passage: id, fileName: image.fileName, problem: "is gone"))
        continue
      }
      if level == .presence { continue }
      if size != image.bytes {
        findings.append(
          OutboxReport.Finding(passage: id, fileName: image.fileName, problem: "has \(size) bytes, not \(image.bytes)"))
      } else if level == .hash, try DurableFiles.read(file).map({ Digest.sha256($0) }) != image.digest.sha256 {
        findings.append(OutboxReport.Finding(passage: id, fileName: image.fileName, problem: "its SHA-256 differs"))
      }
    }
    return findings
  }

  /// Puts a passage that waits for a person, or for a time, back to work; false when there is nothing to retry about it.
  ///
  /// A creation that was ever in doubt is looked for again before it is made. Images that were set aside are tried once more.
  /// `anew`: its image set was removed in the cloud and is to be made a second time.
  public func retry(_ id: PassageID, anew: Bool = false, at nowMs: Int64) throws -> Bool {
    let wasSetAside = isSetAside(id)
    if wasSetAside, try !takeUpAgain(id, at: nowMs) { return true }
    guard
      let row = try read({ database in
        try Row.fetchOne(database, sql: "SELECT * FROM passage WHERE id = ?", arguments: [id.uuid])
          .map { (row: try PassageRow($0), inDoubt: $0["in_doubt"] as Bool) }
      })
    else { return false }
    let passage = row.row
    guard !passage.state.isDelivered, passage.state != .creating, passage.state != .held, try !isGrowing(id) else {
      return false
    }
    if passage.state == .holdClock {
      // A person knows that no better time will come: it goes out with the one it has.
      try setTime(id, recDate: passage.recDate, trust: .guess, at: nowMs)
      announceWork()
      return true
    }
    if anew, passage.remoteId != nil { try DurableFiles.remove(folder.path + "/" + passage.folder + "/remote.json") }
    let remote = anew ? nil : passage.remoteId
    let state: PassageState =
      if passage.tenantId.isEmpty || passage.captureSetId.isEmpty {
        .held
      } else if remote != nil {
        .created
      } else if row.inDoubt || passage.state == .reconcile {
        .reconcile
      } else { .queued }
    try write("retry") { database in
      // In doubt the grace still holds: being asked by a person does not make the cloud any quicker.
      try database.execute(
        sql: """
          UPDATE passage SET remote_id = ?, list_first = ?, not_before = CASE ? WHEN 'reconcile' THEN not_before ELSE 0 END,
            attempts = 0, refusals = 0, proofs = 0, reason = NULL WHERE id = ?
          """, arguments: [remote, remote != nil, state.rawValue, id.uuid])
      try database.execute(
        sql: """
          UPDATE image SET state = 'pending', signed = NULL, signed_expires = NULL, attempts = 0, reason = NULL
          WHERE passage_id = ? AND (state <> 'listed' OR ?)
          """, arguments: [id.uuid, anew])
      try Self.move(database, id, to: state)
      if wasSetAside { try forgive(id, database) }
      try Self.note(database, "retry", id, anew ? "anew" : nil, at: nowMs)
    }
    if wasSetAside { forgiven(id) }
    announceWork()
    return true
  }
}
