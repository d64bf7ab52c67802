/// What delivery tells whoever listens: for people, logs and metrics.
public enum DeliveryEvent: Sendable, Equatable {
  /// The cloud has an image set for the passage; `adopted`: it was found, not made, after a creation in doubt.
  case created(passage: PassageID, imageSetId: String, adopted: Bool)
  /// One image is in the cloud's storage.
  case stored(passage: PassageID, fileName: String, bytes: Int)
  /// One image will not be sent; the rest of the passage goes on.
  case imageSetAside(passage: PassageID, fileName: String, state: ImageState, reason: String)
  /// Proof: the cloud lists `listed` of `images` images, and that is every one that could be sent.
  case delivered(passage: PassageID, imageSetId: String, listed: Int, images: Int)
  /// Tried again later.
  case postponed(passage: PassageID, reason: String, untilMs: Int64)
  /// A person has to decide.
  case quarantined(passage: PassageID, reason: String)
  /// A creation in doubt found more than one image set; one was adopted, the others stand in the cloud.
  case duplicateRemote(passage: PassageID, imageSetIds: [String])
  /// The cloud does not accept the key: nothing is sent until it does.
  case keyRefused(message: String)
  /// It does again.
  case keyAccepted
  /// A host answers nothing sensible any more: only probes go to it. `host`: `cloud` or `storage`.
  case unreachable(host: String, reason: String)
  /// It answers again.
  case reachable(host: String)
  /// Nothing is due: it waits for a time or for work.
  case resting
  /// One exchange and what it meant: for counting.
  case attempt(operation: String, verdict: String)
}

/// Why `deliverAll` ended.
public enum DeliveryEnding: Sendable, Equatable {
  /// Everything is delivered.
  case nothingOwed
  /// The cloud does not accept the key.
  case keyRefused(message: String)
  /// A host answered no probe.
  case unreachable(reason: String)
  /// So many passages wait for something that will not come soon: a tenant, a right, a list.
  case heldBack(count: Int, reason: String)
  /// So many passages wait for a person; nothing else is owed.
  case quarantined(count: Int)
  /// It was told to stop.
  case stopped
}

/// What `deliverAll` did.
public struct DeliverySummary: Sendable, Equatable {
  /// Why it ended.
  public var ending: DeliveryEnding
  /// Passages delivered by it.
  public var passages: Int
  /// Images stored by it.
  public var images: Int
  /// Bytes of those images.
  public var bytes: Int
}
