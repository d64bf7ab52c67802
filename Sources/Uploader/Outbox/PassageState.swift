/// Where a passage stands on its way to the cloud.
public enum PassageState: String, Sendable, Codable, CaseIterable {
  /// Committed; its image set is to be made.
  case queued
  /// Nobody knows whose it is: kept until the unit's settings name a tenant and a capture set.
  case held
  /// Recorded under a clock that nobody vouched for: kept until one can be trusted, a day at most.
  case holdClock = "hold_clock"
  /// The request to make its image set is under way.
  case creating
  /// The image set may exist or not: it is looked for before anything else.
  case reconcile
  /// The image set exists; images are on their way.
  case created
  /// Every image that can be sent is stored.
  case uploaded
  /// The cloud listed every image.
  case verified
  /// Its files are being removed.
  case purging
  /// Its files are gone; the row stays for a while, so that it is never sent again.
  case done
  /// A person took it off the books; its files are gone. Stands in no column: see `PassageState.read`.
  case discarded
  /// A person has to decide; `reason` says what.
  case quarantined

  /// True once the cloud has listed every image.
  public var isDelivered: Bool { self == .verified || self == .purging || self == .done }

  /// True while delivery owes something that time or the network will settle.
  public var isPending: Bool { !isDelivered && self != .quarantined && self != .discarded }
}

/// Where one image stands.
public enum ImageState: String, Sendable, Codable {
  /// Not announced yet.
  case pending
  /// Announced: the form to send it with is written down.
  case signed
  /// The storage took it.
  case stored
  /// The cloud lists it.
  case listed
  /// The file is not what was written; it is never sent.
  case localCorrupt = "local_corrupt"
  /// The file is gone.
  case localMissing = "local_missing"
  /// The cloud will not have it; `reason` says why.
  case dead
}
