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

/// What came of abandoning an image set.
public enum ImageSetAbandoning: Sendable, Equatable {
  /// It left no trace.
  case dropped
  /// Its image set may stand in the cloud already, so it is committed with what there is of it, marked `partial`, and the diary tells why.
  case committed(recDate: Int64, state: PassageState)
}

/// The selected frames of one passage on their way to the disk, and from there to the cloud: opened, filled, closed.
///
/// Where owner and time are known at the opening, what was added is sent while more is still to come.
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
  ///
  /// From here on they may be on their way to the cloud.
  public func add(_ images: [ImageFile]) async throws { try await outbox.add(images, to: id) }

  /// Commits the passage; `facts` are what is known now that the vehicle has left (nil: what was known at the opening).
  public func close(_ facts: PassageFacts? = nil, at nowMs: Int64) async throws -> ImageSetClosing {
    try await outbox.close(id, facts, at: nowMs)
  }

  /// Drops it: it was no vehicle after all. Leaves no trace in the books, unless the cloud was asked to make its image set already.
  @discardableResult
  public func abandon(at nowMs: Int64? = nil) async throws -> ImageSetAbandoning {
    try await outbox.abandon(id, at: nowMs)
  }
}
