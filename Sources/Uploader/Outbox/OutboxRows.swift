import Foundation
import GRDB

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

/// A word of the database in its type; an unknown one means that a newer version wrote it, or a bit flipped.
func known<Word: RawRepresentable>(_ text: String) throws -> Word where Word.RawValue == String {
  guard let word = Word(rawValue: text) else { throw UnknownWord(description: "unknown state '\(text)'") }
  return word
}

/// A word that no version up to this one ever wrote.
struct UnknownWord: Error, CustomStringConvertible {
  let description: String
}
