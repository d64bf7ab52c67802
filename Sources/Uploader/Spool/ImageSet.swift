import Foundation

/// What came of asking the outbox to keep a passage.
public enum ImageSetOpening: Sendable {
  /// Fill it, close it.
  case opened(ImageSet)
  /// The outbox has had this passage already, in this state: nothing was written.
  case alreadyKept(PassageState)
  /// The disk is too full; counted, nothing was written.
  case refused(reason: String)
}

/// What came of closing an image set.
public enum ImageSetClosing: Sendable, Equatable {
  /// Durable: from here on the passage survives anything but the loss of the disk. `recDate` is what the cloud will be told.
  case committed(recDate: Int64, state: PassageState)
  /// The outbox has had this passage already.
  case alreadyKept(PassageState)
  /// Nothing could be kept; counted.
  case interrupted(reason: String)
}

/// The selected frames of one passage on their way to the disk: opened, filled, closed.
public struct ImageSet: Sendable {
  /// The passage.
  public let id: PassageID
  /// True when the disk is so full that half of the frames of each camera have to do: see `ImageFile.thinned`.
  public let isReduced: Bool
  private let outbox: Outbox

  init(id: PassageID, isReduced: Bool, outbox: Outbox) {
    self.id = id
    self.isReduced = isReduced
    self.outbox = outbox
  }

  /// Writes pictures and makes them durable, all of them at once; costs one wait for the disk, so add in groups.
  public func add(_ images: [ImageFile]) async throws { try await outbox.add(images, to: id) }

  /// Commits the passage; `facts` are what is known now that the vehicle has left (nil: what was known at the opening).
  public func close(_ facts: PassageFacts? = nil, at nowMs: Int64) async throws -> ImageSetClosing {
    try await outbox.close(id, facts, at: nowMs)
  }

  /// Drops it: it was no vehicle after all. Leaves no trace in the books.
  public func abandon() async throws { try await outbox.abandon(id) }
}

/// An image set between opening and closing, as the disk thread keeps it.
struct FillingImageSet {
  var facts: PassageFacts
  var folder: String
  var images: [ImageSetManifest.Image] = []
}

extension Outbox {
  /// Begins to keep a passage: `tmp/<passage>/trigger.json` is durable when this returns, so that a power cut is told of.
  public func begin(_ facts: PassageFacts, at nowMs: Int64) throws -> ImageSetOpening {
    if let state = try passageState(facts.id) { return .alreadyKept(state) }
    guard filling[facts.id] == nil else {
      throw StorageError.misuse(reason: "passage \(facts.id) is being recorded already")
    }
    // What is delivered gives way before anything new does.
    if isDiskShort() { try purge(at: nowMs) }
    let ladder = DiskLadder(settings)
    let room = roomLeft
    let rung = ladder.rung(room)
    if rung == .full, let room { return try refuse(facts.id, ladder.refusal(room), at: nowMs) }
    var facts = facts
    facts.isReduced = rung == .scarce ? true : nil
    let path = folder.temporary + "/" + facts.id.description
    do {
      try powerCut?("before trigger")
      try DurableFiles.makeFolder(path)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      try DurableFiles.createDurably(path + "/trigger.json", try encoder.encode(facts))
      try DurableFiles.syncFolder(path)
      try DurableFiles.syncFolder(folder.temporary)
    } catch let error as StorageError where !error.isFatal {
      try DurableFiles.removeTree(path)
      return try refuse(facts.id, error.description, at: nowMs)
    }
    try powerCut?("after trigger")
    filling[facts.id] = FillingImageSet(facts: facts, folder: path)
    return .opened(ImageSet(id: facts.id, isReduced: facts.isReduced == true, outbox: self))
  }

  /// See `ImageSet.add`.
  func add(_ images: [ImageFile], to id: PassageID) throws {
    guard var set = filling[id] else { throw StorageError.misuse(reason: "passage \(id) is not being recorded") }
    var added: [ImageSetManifest.Image] = []
    for image in images {
      guard ImageFile.isFit(fileName: image.fileName) else {
        throw StorageError.misuse(reason: "'\(image.fileName)' is no file name for an image")
      }
      guard !image.bytes.isEmpty else { throw StorageError.misuse(reason: "\(image.fileName) is empty") }
      guard !set.images.contains(where: { $0.fileName == image.fileName }),
        !added.contains(where: { $0.fileName == image.fileName })
      else { throw StorageError.misuse(reason: "\(image.fileName) is in passage \(id) already") }
      let digest = Digest(of: image.bytes)
      added.append(
        ImageSetManifest.Image(
          fileName: image.fileName, camera: image.camera, width: image.width, height: image.height,
          bytes: image.bytes.count, sha256: digest.sha256, md5: digest.md5, sharpness: image.sharpness,
          displacement: image.displacement, at: image.at))
    }
    do {
      try powerCut?("before images")
      for image in images { try DurableFiles.create(set.folder + "/" + image.fileName, image.bytes) }
      for image in images { try DurableFiles.sync(set.folder + "/" + image.fileName) }
    } catch let error as StorageError where !error.isFatal {
      // A disk that is full: what was added before stays, this group is taken back, the caller may close with less.
      for image in images { try DurableFiles.remove(set.folder + "/" + image.fileName) }
      throw error
    }
    try powerCut?("after images")
    set.images += added
    filling[id] = set
  }

  /// See `ImageSet.close`.
  func close(_ id: PassageID, _ facts: PassageFacts?, at nowMs: Int64) throws -> ImageSetClosing {
    guard let set = filling[id] else {
      if let state = try passageState(id) { return .alreadyKept(state) }
      throw StorageError.misuse(reason: "passage \(id) is not being recorded")
    }
    var facts = facts ?? set.facts
    facts.isReduced = facts.isReduced ?? set.facts.isReduced
    guard facts.id == id else { throw StorageError.misuse(reason: "facts of passage \(facts.id) for passage \(id)") }
    guard !set.images.isEmpty else { return try interrupt(id, "no image", at: nowMs) }
    do {
      return try commit(set, facts, partial: false, at: nowMs)
    } catch let error as StorageError where !error.isFatal {
      return try interrupt(id, error.description, at: nowMs)
    }
  }

  /// See `ImageSet.abandon`.
  func abandon(_ id: PassageID) throws {
    guard let set = filling.removeValue(forKey: id) else { return }
    try discard(set.folder)
  }

  /// W1, steps 3 to 5: manifest, rename, rows.
  func commit(
    _ set: FillingImageSet, _ facts: PassageFacts, partial: Bool, at nowMs: Int64
  ) throws -> ImageSetClosing {
    let second = facts.recordedAtMs >= 0 ? facts.recordedAtMs / 1000 : 0
    let recDate = try read { database in
      try Self.freeRecDate(database, captureSetId: facts.captureSetId ?? "", from: second)
    }
    let manifest = ImageSetManifest(facts: facts, recDate: recDate, partial: partial, images: set.images)
    try powerCut?("before manifest")
    try DurableFiles.createDurably(set.folder + "/manifest.json", try manifest.sealed())
    try DurableFiles.syncFolder(set.folder)
    try powerCut?("after manifest")
    try powerCut?("before rename")
    let place = try moveToSpool(set.folder, manifest)
    try powerCut?("after rename")
    let state = try insert(manifest, place: place, doubtful: false, at: nowMs)
    filling[facts.id] = nil
    announceWork()
    return .committed(recDate: recDate, state: state)
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
