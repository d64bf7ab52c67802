import Foundation
import GRDB

/// Where a passage stands on its way to the cloud.
public enum PassageState: String, Sendable, Codable, CaseIterable {
  /// Committed; its image set is to be made.
  case queued
  /// Nobody knows whose it is: kept until the unit's settings name a tenant and a capture set.
  case held
  /// Kept until the clock can be trusted.
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
  /// A person has to decide; `reason` says what.
  case quarantined

  /// True once the cloud has listed every image.
  public var isDelivered: Bool { self == .verified || self == .purging || self == .done }

  /// True while delivery owes something that time or the network will settle.
  public var isPending: Bool { !isDelivered && self != .quarantined }
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

/// One passage as delivery sees it.
struct PassageRow: Sendable, Equatable {
  var id: PassageID
  var captureSetId: String
  var tenantId: String
  var recDate: Int64
  var plate: String?
  var country: String?
  var vin: String?
  var folder: String
  var state: PassageState
  var remoteId: String?
  var mustListFirst: Bool
  var images: Int
  var attempts: Int
  var refusals: Int
  var emptyListings: Int
  var proofs: Int
  var notBeforeMs: Int64

  init(_ row: Row) throws {
    id = PassageID(row["id"])
    captureSetId = row["device_set_id"]
    tenantId = row["tenant_id"]
    recDate = row["rec_date"]
    plate = row["plate"]
    country = row["country"]
    vin = row["vin"]
    folder = row["dir"]
    state = try known(row["state"])
    remoteId = row["remote_id"]
    mustListFirst = row["list_first"]
    images = row["n_images"]
    attempts = row["attempts"]
    refusals = row["refusals"]
    emptyListings = row["zero_lists"]
    proofs = row["proofs"]
    notBeforeMs = row["not_before"]
  }
}

/// One image as delivery sees it.
struct ImageRow: Sendable, Equatable {
  var fileName: String
  var camera: String
  var width: Int
  var height: Int
  var bytes: Int
  var digest: Digest
  var state: ImageState
  var form: Data?
  var formExpiresMs: Int64?
  var attempts: Int
  var announcements: Int
  var reason: String?

  init(_ row: Row) throws {
    fileName = row["file_name"]
    camera = row["camera"]
    width = row["width"]
    height = row["height"]
    bytes = row["bytes"]
    digest = Digest(sha256: row["sha256"], md5: row["md5"])
    state = try known(row["state"])
    form = row["signed"]
    formExpiresMs = row["signed_expires"]
    attempts = row["attempts"]
    announcements = row["announcements"]
    reason = row["reason"]
  }
}

/// A word of the database in its type; an unknown one means that a newer version wrote it.
func known<Word: RawRepresentable>(_ text: String) throws -> Word where Word.RawValue == String {
  guard let word = Word(rawValue: text) else { throw StorageError.database(reason: "unknown state '\(text)'") }
  return word
}

/// The books: no passage that was ever seen leaves them.
public struct OutboxBooks: Sendable, Equatable, Codable {
  /// Passages that were seen, whatever became of them.
  public var seen = 0
  /// The cloud listed every image.
  public var delivered = 0
  /// Committed, not yet delivered.
  public var pending = 0
  /// Being filled right now.
  public var open = 0
  /// Waiting for a person.
  public var quarantined = 0
  /// Lost before they were committed: power went, or there was no usable image.
  public var interrupted = 0
  /// Not begun, because the disk was full.
  public var refused = 0

  /// `seen = delivered + pending + open + quarantined + interrupted + refused`.
  public var isBalanced: Bool { seen == delivered + pending + open + quarantined + interrupted + refused }
}
