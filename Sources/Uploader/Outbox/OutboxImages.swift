import Foundation
import GRDB

/// The marks of single images (W3), and of the proof that all of them arrived.
extension Outbox {
  /// What the disk says about an image that is to be sent.
  enum ImageContent: Sendable, Equatable {
    case whole(Data)
    case missing
    case corrupt(reason: String)
  }

  /// Reads an image and holds it against the digest it was committed with: nothing else is ever sent.
  func content(of image: ImageRow, in passage: PassageRow) throws -> ImageContent {
    guard ImageFile.isFit(fileName: image.fileName) else { return .corrupt(reason: "unfit file name") }
    // It may have been closed since the round began, and then it lies elsewhere.
    let place = try read { try PassageRow.fetch($0, passage.id)?.folder } ?? passage.folder
    let data: Data?
    do {
      data = try DurableFiles.read(folder.path + "/" + place + "/" + image.fileName)
    } catch StorageError.disk(_, _, let code) where code == EIO || code == ELOOP || code == EFBIG || code == EISDIR {
      return .corrupt(reason: "cannot be read: \(errorText(code))")
    }
    guard let data else { return .missing }
    guard data.count == image.bytes else { return .corrupt(reason: "\(data.count) bytes instead of \(image.bytes)") }
    return Digest.sha256(data) == image.digest.sha256 ? .whole(data) : .corrupt(reason: "its SHA-256 differs")
  }

  /// The form is written down before it is used, so that every repetition goes to the same key.
  func signed(_ id: PassageID, _ fileName: String, form: Data, expiresMs: Int64?) throws {
    try write("signed") { database in
      try database.execute(
        sql: """
          UPDATE image SET state = 'signed', signed = ?, signed_expires = ?, announcements = announcements + 1
          WHERE passage_id = ? AND file_name = ? AND state IN ('pending','signed')
          """, arguments: [form, expiresMs, id.uuid, fileName])
    }
  }

  /// The form is of no use any more: it is announced again. `refused`: the storage would not have it although it was fresh.
  func unsigned(_ id: PassageID, _ fileName: String, reason: String, refused: Bool) throws {
    try write("unsigned") { database in
      try database.execute(
        sql: """
          UPDATE image SET state = 'pending', signed = NULL, signed_expires = NULL, reason = ?, attempts = attempts + ?
          WHERE passage_id = ? AND file_name = ? AND state = 'signed'
          """, arguments: [reason, refused ? 1 : 0, id.uuid, fileName])
    }
  }

  /// An image that the storage took. To lose this mark means to send the image once more, to the same key.
  struct StoredMark: Sendable, Equatable {
    var passage: PassageID
    var fileName: String
  }

  /// The storage took it: written down with the next commit, or now.
  func stored(_ id: PassageID, _ fileName: String, now: Bool) throws {
    stored.append(StoredMark(passage: id, fileName: fileName))
    try clear(id)
    if now { try write("stored") { _ in } }
  }

  /// The forms, secrets for an hour, are wiped.
  static func mark(_ database: Database, _ stored: [StoredMark]) throws {
    for mark in stored {
      try database.execute(
        sql: """
          UPDATE image SET state = 'stored', reason = NULL, signed = NULL, signed_expires = NULL
          WHERE passage_id = ? AND file_name = ? AND state IN ('pending','signed')
          """, arguments: [mark.passage.uuid, mark.fileName])
    }
  }

  /// The image cannot be sent, ever; the rest of the passage goes on.
  func setAside(_ id: PassageID, _ fileName: String, _ state: ImageState, reason: String, at nowMs: Int64) throws {
    try settleImage(id, fileName, state, reason: reason, step: "set aside") { database in
      try Self.note(database, state.rawValue, id, "\(fileName): \(reason)", at: nowMs)
    }
  }

  private func settleImage(
    _ id: PassageID, _ fileName: String, _ state: ImageState, reason: String?, step: String,
    _ also: (Database) throws -> Void = { _ in }
  ) throws {
    try write(step) { database in
      try database.execute(
        sql: """
          UPDATE image SET state = ?, reason = ?, signed = NULL, signed_expires = NULL
          WHERE passage_id = ? AND file_name = ? AND state IN ('pending','signed','stored')
          """, arguments: [state.rawValue, reason, id.uuid, fileName])
      try also(database)
    }
  }

  /// How a round of sending ended for its passage.
  enum RoundEnd: Sendable, Equatable {
    /// Nothing is left to send.
    case uploaded
    /// Some images are tried again later.
    case left
    /// More came while it was sent.
    case more
    /// All there is so far is sent; the passage still grows.
    case growing
    /// Not one image could be sent: a person has to decide.
    case quarantined(reason: String)
  }

  /// After a round of sending: `uploaded` when nothing is left to send and nothing will come, else tried again at `notBefore`; at once
  /// where nothing failed (`reason` nil).
  func closeRound(_ id: PassageID, notBefore: Int64, reason: String?, at nowMs: Int64) throws -> RoundEnd {
    try write("round") { database in
      let left =
        try Int.fetchOne(
          database, sql: "SELECT count(*) FROM image WHERE passage_id = ? AND state IN ('pending','signed')",
          arguments: [id.uuid]) ?? 0
      guard left == 0 || reason != nil else {
        try database.execute(
          sql: "UPDATE passage SET not_before = ?, attempts = 0, reason = NULL WHERE id = ?",
          arguments: [nowMs, id.uuid])
        return .more
      }
      guard left == 0 else {
        try database.execute(
          sql: "UPDATE passage SET not_before = ?, reason = ?, attempts = attempts + 1 WHERE id = ?",
          arguments: [notBefore, reason, id.uuid])
        return .left
      }
      if try Self.isGrowing(database, id) {
        try database.execute(
          sql: "UPDATE passage SET not_before = ?, attempts = 0, reason = NULL WHERE id = ?",
          arguments: [OutboxSchema.untilMore, id.uuid])
        return .growing
      }
      let sent =
        try Int.fetchOne(
          database, sql: "SELECT count(*) FROM image WHERE passage_id = ? AND state IN ('stored','listed')",
          arguments: [id.uuid]) ?? 0
      if sent == 0 {
        let reason = "none of its images could be sent"
        try database.execute(sql: "UPDATE passage SET reason = ? WHERE id = ?", arguments: [reason, id.uuid])
        try Self.move(database, id, to: .quarantined)
        try Self.note(database, "quarantined", id, reason, at: nowMs)
        return .quarantined(reason: reason)
      }
      try database.execute(
        sql: "UPDATE passage SET not_before = ?, attempts = 0, proofs = 0, reason = NULL WHERE id = ?",
        arguments: [nowMs, id.uuid])
      try Self.move(database, id, to: .uploaded)
      return .uploaded
    }
  }

  /// Before sending into an image set that was found, not made: what the cloud lists already need not be sent again.
  func foundListed(_ id: PassageID, _ names: Set<String>) throws {
    try write("found listed") { database in
      for name in names {
        try database.execute(
          sql: """
            UPDATE image SET state = 'listed', signed = NULL, signed_expires = NULL
            WHERE passage_id = ? AND file_name = ? AND state IN ('pending','signed','stored')
            """, arguments: [id.uuid, name])
      }
      try database.execute(sql: "UPDATE passage SET list_first = 0 WHERE id = ?", arguments: [id.uuid])
    }
  }

  /// What a look at the cloud's list of images came to.
  struct Proof: Sendable, Equatable {
    /// How many of ours it lists.
    var listed: Int
    /// How many were sent.
    var sent: Int
    /// How many the passage has.
    var images: Int
    /// Sent, not listed.
    var missing: [String]
    var isWhole: Bool { missing.isEmpty }
  }

  /// Marks what the cloud lists; the passage is verified when that is every image that was sent.
  func proof(_ id: PassageID, listed names: Set<String>, at nowMs: Int64) throws -> Proof {
    try write("proof") { database in
      let images = try Self.images(database, id)
      let sent = images.filter { $0.state == .stored || $0.state == .listed }
      for image in sent {
        let isListed = names.contains(image.fileName)
        guard isListed != (image.state == .listed) else { continue }
        try database.execute(
          sql: "UPDATE image SET state = ? WHERE passage_id = ? AND file_name = ?",
          arguments: [isListed ? "listed" : "stored", id.uuid, image.fileName])
      }
      let missing = sent.map(\.fileName).filter { !names.contains($0) }
      if missing.isEmpty {
        let aside = images.count - sent.count
        try database.execute(
          sql: "UPDATE passage SET verified_at = ?, reason = ?, not_before = 0 WHERE id = ?",
          arguments: [nowMs, aside == 0 ? nil : "\(aside) of \(images.count) images set aside", id.uuid])
        try Self.move(database, id, to: .verified)
      } else {
        try database.execute(sql: "UPDATE passage SET proofs = proofs + 1 WHERE id = ?", arguments: [id.uuid])
      }
      return Proof(listed: sent.count - missing.count, sent: sent.count, images: images.count, missing: missing)
    }
  }
}
