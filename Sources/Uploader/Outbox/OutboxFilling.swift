import Foundation

/// An image set between opening and closing, as the disk thread keeps it.
struct FillingImageSet {
  var facts: PassageFacts
  var folder: String
  var images: [ImageSetManifest.Image] = []
  /// Milliseconds since 1970.
  var beganAtMs: Int64 = 0
  /// The second that was promised to it at the opening; nil: it is not sent while it grows, and gets its second at the closing.
  var recDate: Int64?
  /// True once it has rows, and delivery knows of it.
  var hasRow = false
  /// What was known at its closing, while the disk is too full for the manifest; tried again now and then.
  var closing: PassageFacts?
}

/// W1: from the opening of an image set to its rows.
extension Outbox {
  /// Begins to keep a passage: `tmp/<passage>/trigger.json` is durable when this returns, so that a power cut is told of.
  public func begin(_ facts: PassageFacts, at nowMs: Int64) throws -> ImageSetOpening {
    if let set = filling[facts.id], set.closing == nil {
      throw StorageError.misuse(reason: "passage \(facts.id) is being recorded already")
    }
    if let state = try passageState(facts.id) { return .alreadyKept(state) }
    // What is delivered gives way before anything new does.
    if isDiskShort() { try purge(at: nowMs) }
    let ladder = DiskLadder(settings)
    let room = roomLeft
    let rung = ladder.rung(room)
    if rung == .full, let room { return try refuse(facts.id, ladder.refusal(room), at: nowMs) }
    var facts = facts
    facts.isReduced = rung == .scarce ? true : nil
    let path = folder.temporary + "/" + facts.id.description
    let recDate =
      facts.canBeSentWhileGrowing
      ? try freeRecDate(captureSetId: facts.captureSetId ?? "", from: facts.second) : nil
    do {
      try powerCut?("before trigger")
      try DurableFiles.makeFolder(path)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      let trigger = ImageSetTrigger(facts: facts, recDate: recDate)
      try DurableFiles.createDurably(path + "/trigger.json", try encoder.encode(trigger))
      try DurableFiles.syncFolder(path)
      try DurableFiles.syncFolder(folder.temporary)
    } catch let error as StorageError where !error.isFatal {
      try DurableFiles.removeTree(path)
      return try refuse(facts.id, error.description, at: nowMs)
    }
    try powerCut?("after trigger")
    filling[facts.id] = FillingImageSet(facts: facts, folder: path, beganAtMs: nowMs, recDate: recDate)
    return .opened(ImageSet(id: facts.id, isReduced: facts.isReduced == true, outbox: self))
  }

  /// See `ImageSet.add`.
  func add(_ images: [ImageFile], to id: PassageID) throws {
    guard var set = filling[id], set.closing == nil else {
      throw StorageError.misuse(reason: "passage \(id) is not being recorded")
    }
    if images.isEmpty { return }
    let added = try images.map(Self.described)
    var names = Set(set.images.map(\.fileName))
    for image in added where !names.insert(image.fileName).inserted {
      throw StorageError.misuse(reason: "\(image.fileName) is in passage \(id) already")
    }
    let journalSize = ImageSetJournal.size(in: set.folder)
    do {
      try powerCut?("before images")
      for image in images { try DurableFiles.create(set.folder + "/" + image.fileName, image.bytes) }
      try ImageSetJournal.append(added, in: set.folder)
      try powerCut?("before sync")
      try folder.sync(images.map(\.fileName) + [ImageSetJournal.fileName], in: set.folder)
    } catch let error as StorageError where !error.isFatal {
      // A disk that is full: what was added before stays, this group is taken back, the caller may close with less.
      try ImageSetJournal.takeBack(to: journalSize, in: set.folder)
      for image in images { try DurableFiles.remove(set.folder + "/" + image.fileName) }
      throw error
    }
    try powerCut?("after images")
    set.images += added
    if let recDate = set.recDate {
      try grow(set, by: added, recDate: recDate)
      set.hasRow = true
    }
    filling[id] = set
    if set.hasRow { announceWork() }
  }

  private static func described(_ image: ImageFile) throws -> ImageSetManifest.Image {
    guard ImageFile.isFit(fileName: image.fileName) else {
      throw StorageError.misuse(reason: "'\(image.fileName)' is no file name for an image")
    }
    guard !image.bytes.isEmpty else { throw StorageError.misuse(reason: "\(image.fileName) is empty") }
    let digest = Digest(of: image.bytes)
    return ImageSetManifest.Image(
      fileName: image.fileName, camera: image.camera, width: image.width, height: image.height,
      bytes: image.bytes.count, sha256: digest.sha256, md5: digest.md5, sharpness: image.sharpness,
      displacement: image.displacement, at: image.at)
  }

  /// See `ImageSet.close`.
  func close(_ id: PassageID, _ facts: PassageFacts?, at nowMs: Int64) throws -> ImageSetClosing {
    guard let set = filling[id], set.closing == nil else {
      if let state = try passageState(id) { return .alreadyKept(state) }
      throw StorageError.misuse(reason: "passage \(id) is not being recorded")
    }
    var facts = facts ?? set.facts
    facts.isReduced = facts.isReduced ?? set.facts.isReduced
    guard facts.id == id else { throw StorageError.misuse(reason: "facts of passage \(facts.id) for passage \(id)") }
    guard !set.images.isEmpty else { return try interrupt(id, "no image", at: nowMs) }
    do {
      return try set.hasRow
        ? closeGrown(set, facts, partial: false) : commit(set, facts, partial: false, at: nowMs)
    } catch let error as StorageError where !error.isFatal {
      guard set.hasRow, let row = try read({ try PassageRow.fetch($0, id) }) else {
        return try interrupt(id, error.description, at: nowMs)
      }
      // Rows and pictures are durable, and delivery goes on; all that is missing is the manifest.
      filling[id]?.closing = facts
      return .committed(recDate: row.recDate, state: row.state)
    }
  }

  /// Writes the manifests that found no room when their image sets were closed.
  func closeLeftOpen() throws {
    for set in filling.values {
      guard let facts = set.closing else { continue }
      do { _ = try closeGrown(set, facts, partial: false) } catch let error as StorageError where !error.isFatal {}
    }
  }

  /// See `ImageSet.abandon`.
  func abandon(_ id: PassageID, at nowMs: Int64?) throws -> ImageSetAbandoning {
    guard let set = filling[id], set.closing == nil else { return .dropped }
    guard set.hasRow else {
      filling[id] = nil
      try discard(set.folder)
      return .dropped
    }
    return try abandonGrown(set, at: nowMs ?? set.beganAtMs)
  }

  /// W1, steps 3 to 5, for an image set without rows: manifest, rename, rows. `doubtful`, `remote`: as for `insert`.
  func commit(
    _ set: FillingImageSet, _ facts: PassageFacts, partial: Bool, doubtful: Bool = false, remote: RemoteMark? = nil,
    at nowMs: Int64
  ) throws -> ImageSetClosing {
    let recDate = try freeRecDate(
      captureSetId: facts.captureSetId ?? "", from: set.recDate ?? facts.second, besides: facts.id)
    let manifest = ImageSetManifest(facts: facts, recDate: recDate, partial: partial, images: set.images)
    let place = try moveToSpool(manifest, set.folder)
    let state = try insert(manifest, place: place, doubtful: doubtful, remote: remote, at: nowMs)
    filling[facts.id] = nil
    announceWork()
    return .committed(recDate: recDate, state: state)
  }

  /// Seals a folder with its manifest and moves it into the spool, once more without ballast when the disk is full; its path under the
  /// state folder.
  func moveToSpool(_ manifest: ImageSetManifest, _ path: String) throws -> String {
    try powerCut?("before manifest")
    do {
      return try seal(path, with: manifest)
    } catch let error as StorageError where !error.isFatal {
      guard try dropBallast() else { throw error }
      return try seal(path, with: manifest)
    }
  }

  private func seal(_ path: String, with manifest: ImageSetManifest) throws -> String {
    let place: String
    do {
      try DurableFiles.createDurably(path + "/manifest.json", try manifest.sealed())
      try DurableFiles.syncFolder(path)
      try powerCut?("after manifest")
      try powerCut?("before rename")
      place = try moveToSpool(path, manifest)
    } catch let error as StorageError where !error.isFatal {
      // Half of one is none; and a whole one without its place would tell the next start what the cloud, asked meanwhile, was not told.
      try DurableFiles.remove(path + "/manifest.json")
      try DurableFiles.syncFolder(path)
      throw error
    }
    try powerCut?("after rename")
    return place
  }

  /// Counts a passage that was seen and cannot be kept, and removes what there is of it.
  func interrupt(_ id: PassageID, _ reason: String, at nowMs: Int64) throws -> ImageSetClosing {
    try write("interrupted") { database in
      try Self.count(database, "seen")
      try Self.count(database, "interrupted")
      try Self.note(database, "interrupted", id, reason, at: nowMs)
    }
    filling[id] = nil
    try discard(folder.temporary + "/" + id.description)
    return .interrupted(reason: reason)
  }

  private func refuse(_ id: PassageID, _ reason: String, at nowMs: Int64) throws -> ImageSetOpening {
    try write("refused") { database in
      try Self.count(database, "seen")
      try Self.count(database, "refused")
      try Self.note(database, "refused", id, reason, at: nowMs)
    }
    return .refused(reason: reason)
  }
}

extension PassageFacts {
  /// The second it was recorded in; a clock that stood before 1970 counts as 1970.
  var second: Int64 { recordedAtMs >= 0 ? recordedAtMs / 1000 : 0 }
}
