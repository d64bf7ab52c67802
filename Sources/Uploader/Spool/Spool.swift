import Foundation
import GRDB

/// The committed image sets on disk, `spool/<yyyymmdd>/<passage>`, and the rows that stand for them.
extension Outbox {
  /// The day in UTC of a `recDate`, as the spool's folders are named: `20261124`.
  static func day(of recDate: Int64) -> String {
    // Days to civil date, for the proleptic Gregorian calendar; eras of 400 years have 146097 days.
    let days = recDate / 86400 + 719_468
    let era = days / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let text = "\(year * 10000 + month * 100 + dayOfYear - (153 * shifted + 2) / 5 + 1)"
    return String(repeating: "0", count: max(0, 8 - text.count)) + text
  }

  /// Moves a complete folder to its place in the spool, which is the commit point on disk; its path under the state folder.
  func moveToSpool(_ path: String, _ manifest: ImageSetManifest) throws -> String {
    let day = Self.day(of: manifest.recDate)
    let dayFolder = folder.spool + "/" + day
    if !DurableFiles.exists(dayFolder) {
      try DurableFiles.makeFolder(dayFolder)
      try DurableFiles.syncFolder(folder.spool)
    }
    let target = dayFolder + "/" + manifest.facts.id.description
    if try isWhole(target, manifest.facts.id) {
      try discard(path)
    } else {
      try move(path, to: target)
    }
    return "spool/\(day)/\(manifest.facts.id)"
  }

  /// Moves a folder, durably. A power cut may have kept its new name of an earlier try beside the old one: that one gives way.
  func move(_ path: String, to target: String) throws {
    try discard(target)
    try DurableFiles.rename(path, to: target)
    try DurableFiles.syncFolder((target as NSString).deletingLastPathComponent)
    try DurableFiles.syncFolder((path as NSString).deletingLastPathComponent)
  }

  /// Whether a folder has the manifest of a passage and every picture that it names.
  private func isWhole(_ path: String, _ id: PassageID) throws -> Bool {
    guard let manifest = try DurableFiles.read(path + "/manifest.json").flatMap({ ImageSetManifest.read($0) }) else {
      return false
    }
    return manifest.facts.id == id
      && manifest.images.allSatisfy { DurableFiles.size(path + "/" + $0.fileName) == $0.bytes }
  }

  /// Removes a folder by way of the trash, so that a half-removed one is never taken for an image set.
  func discard(_ path: String) throws {
    guard DurableFiles.exists(path) else { return }
    let target = folder.trash + "/" + (path as NSString).lastPathComponent
    if DurableFiles.exists(target) { try DurableFiles.removeTree(target) }
    try DurableFiles.rename(path, to: target)
    try DurableFiles.syncFolder((path as NSString).deletingLastPathComponent)
    try DurableFiles.syncFolder(folder.trash)
    try DurableFiles.removeTree(target)
    try DurableFiles.syncFolder(folder.trash)
  }

  /// Puts a small JSON file beside the pictures, durably.
  func put(_ value: some Encodable, _ name: String, in place: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try DurableFiles.replaceDurably(folder.path + "/" + place + "/" + name, try encoder.encode(value))
  }

  /// Writes `remote.json`. On a full disk the row alone has to do: delivery goes on, and the next start writes the mark.
  func writeMark(_ remote: RemoteMark, in place: String) throws {
    do { try put(remote, "remote.json", in: place) } catch let error as StorageError where !error.isFatal {}
  }

  /// Reads such a file; nil when it is not there or cannot be understood.
  func get<Value: Decodable>(_ name: String, in place: String) throws -> Value? {
    guard let data = try DurableFiles.read(folder.path + "/" + place + "/" + name, limit: 1 << 16) else { return nil }
    return try? JSONDecoder().decode(Value.self, from: data)
  }

  /// The next second that no other passage of the capture set has, nor was promised: the cloud tells passages apart by it.
  func freeRecDate(captureSetId: String, from second: Int64, besides id: PassageID? = nil) throws -> Int64 {
    let promised = Set(
      filling.values.filter { $0.facts.id != id && $0.facts.captureSetId ?? "" == captureSetId }.compactMap(\.recDate))
    return try read { database in
      var second = second
      while try promised.contains(second)
        || Bool.fetchOne(
          database,
          sql: "SELECT EXISTS(SELECT 1 FROM passage WHERE device_set_id = ? AND rec_date = ? AND id IS NOT ?)",
          arguments: [captureSetId, second, id?.uuid]) == true
      {
        second += 1
      }
      return second
    }
  }

  /// The row of a committed image set and those of its images. `doubtful`: nobody knows whether a creation was ever sent for it.
  /// `seal`: digest of the manifest as it lies on the disk; nil: as this version writes it. `isGrowing`: it has none yet.
  func insert(
    _ manifest: ImageSetManifest, place: String, doubtful: Bool, address: ImageSetAddress? = nil,
    remote: RemoteMark? = nil, seal: String? = nil, isGrowing: Bool = false, at nowMs: Int64
  ) throws -> PassageState {
    let facts = manifest.facts
    let tenant = address?.tenantId ?? facts.tenantId ?? ""
    let captureSet = address?.captureSetId ?? facts.captureSetId ?? ""
    let state: PassageState =
      if remote != nil {
        .created
      } else if facts.isClockDoubtful && address?.clock == nil {
        .holdClock
      } else if tenant.isEmpty || captureSet.isEmpty {
        .held
      } else if doubtful { .reconcile } else { .queued }
    let seal = try seal ?? (isGrowing ? "" : Digest.sha256(manifest.sealed()))
    let order = manifest.order
    try write(isGrowing ? "group" : "commit") { database in
      try database.execute(
        sql: """
          INSERT INTO passage(id, device_set_id, tenant_id, rec_date, clock, dir, bytes, n_images, manifest_sha256,
            plate, country, vin, partial, state, remote_id, adopted, list_first, in_doubt, not_before, reason, seen_at)
          VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
          """,
        arguments: [
          facts.id.uuid, captureSet, tenant, address?.recDate ?? manifest.recDate,
          (address?.clock ?? facts.clock).rawValue, place,
          manifest.images.reduce(0) { $0 + $1.bytes }, manifest.images.count, seal, order.plate, order.countryCode,
          order.vin, manifest.partial, state.rawValue, remote?.imageSetId, remote?.adopted ?? false, remote != nil,
          doubtful && state != .holdClock, state == .reconcile ? nowMs + settings.graceSeconds * 1000 : 0,
          state.waitingFor ?? (doubtful ? "found on disk without its row" : nil), nowMs,
        ])
      try Self.insert(database, manifest.images, of: facts.id)
      if isGrowing {
        try database.execute(sql: "INSERT INTO growing(passage_id) VALUES (?)", arguments: [facts.id.uuid])
      }
      try Self.count(database, "seen")
    }
    return state
  }

  /// Rows of images; those that are there already stay as they are.
  static func insert(_ database: Database, _ images: [ImageSetManifest.Image], of id: PassageID) throws {
    let row = try database.cachedStatement(
      sql: """
        INSERT INTO image(passage_id, file_name, camera, width, height, bytes, sha256, md5, state)
        VALUES (?,?,?,?,?,?,?,?,'pending') ON CONFLICT DO NOTHING
        """)
    for image in images {
      try row.execute(arguments: [
        id.uuid, image.fileName, image.camera, image.width, image.height, image.bytes, image.sha256, image.md5,
      ])
    }
  }

  static let heldReason = "no tenant or capture set is known yet; waiting for the unit's settings"

  /// The state of a passage that the outbox has had, tombstones included; nil when it never did.
  public func passageState(_ id: PassageID) throws -> PassageState? {
    try read { database in
      try Row.fetchOne(
        database, sql: "SELECT \(PassageState.columns) FROM passage WHERE id = ?", arguments: [id.uuid]
      ).map { try PassageState.read($0) }
    }
  }

  /// Gives every held passage its owner, now that the unit's settings name one; how many could go on.
  ///
  /// What was settled is written beside the pictures first, so that it outlives the database.
  public func releaseHeld(tenantId: String, captureSetId: String, at nowMs: Int64) throws -> Int {
    struct Held: Sendable {
      var id: PassageID
      var place: String
      var recDate: Int64
      var address: ImageSetAddress
      var doubtful: Bool
    }
    let held = try read { database in
      try Row.fetchAll(database, sql: "SELECT * FROM passage WHERE state = 'held' ORDER BY rec_date").map { row in
        let tenant: String = row["tenant_id"]
        let set: String = row["device_set_id"]
        return Held(
          id: PassageID(row["id"]), place: row["dir"], recDate: row["rec_date"],
          address: ImageSetAddress(
            tenantId: tenant.isEmpty ? tenantId : tenant, captureSetId: set.isEmpty ? captureSetId : set,
            recDate: row["rec_date"]),
          doubtful: row["in_doubt"])
      }
    }
    for passage in held {
      var address = passage.address
      address.recDate = try freeRecDate(
        captureSetId: address.captureSetId, from: passage.recDate, besides: passage.id)
      let written: ImageSetAddress? = try get("address.json", in: passage.place)
      address.clock = written?.clock
      // A folder that somebody removed has nothing to be written beside; sending will find its images missing.
      if DurableFiles.isFolder(folder.path + "/" + passage.place) {
        try put(address, "address.json", in: passage.place)
      }
      try powerCut?("after address")
      try write("release") { [address] database in
        try database.execute(
          sql: """
            UPDATE passage SET tenant_id = ?, device_set_id = ?, rec_date = ?, reason = NULL, not_before = ? WHERE id = ?
            """,
          arguments: [
            address.tenantId, address.captureSetId, address.recDate,
            passage.doubtful ? nowMs + settings.graceSeconds * 1000 : 0, passage.id.uuid,
          ])
        try Self.move(database, passage.id, to: passage.doubtful ? .reconcile : .queued)
      }
    }
    if !held.isEmpty { announceWork() }
    return held.count
  }
}

extension PassageState {
  /// Why a passage stands still in a state that waits for news from outside; nil in all others.
  fileprivate var waitingFor: String? {
    switch self {
    case .held: Outbox.heldReason
    case .holdClock: Outbox.clockReason
    default: nil
    }
  }
}
