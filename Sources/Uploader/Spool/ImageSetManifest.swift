import Foundation

/// The image set describes itself: with the manifests alone the database can be built again.
struct ImageSetManifest: Codable, Equatable, Sendable {
  static let currentFormat = "image-set/1"
  static let reader = 1

  struct Image: Codable, Equatable, Sendable {
    var fileName: String
    var camera: String
    var width: Int
    var height: Int
    var bytes: Int
    var sha256: String
    var md5: String
    var sharpness: Double?
    var displacement: Double?
    var at: Double
  }

  var format = Self.currentFormat
  /// A program older than this must leave the image set alone.
  var minReader = Self.reader
  var facts: PassageFacts
  /// Seconds since 1970 as sent to the cloud: the recorded time, moved on where another passage of the set has that second.
  var recDate: Int64
  /// True when it was cut short: power went while the vehicle was there.
  var partial: Bool
  var images: [Image]
  /// What the cloud was told of the vehicle before its plate was read; nil: what `facts` say.
  var told: Told?

  /// What the image set was made with while it grew.
  struct Told: Codable, Equatable, Sendable {
    var plate: String?
    var countryCode: String?
    var vin: String?

    init(_ facts: PassageFacts) {
      plate = facts.plate
      countryCode = facts.countryCode
      vin = facts.vin
    }
  }

  /// What the cloud is told of the vehicle.
  var order: Told { told ?? Told(facts) }

  /// JSON whose last member is the SHA-256 of all before it.
  func sealed() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return SealedJSON.seal(try encoder.encode(self))
  }

  /// Reads what `sealed` wrote; nil when a byte of it changed or a newer reader is needed.
  static func read(_ data: Data) -> ImageSetManifest? {
    guard let body = SealedJSON.unseal(data),
      let manifest = try? JSONDecoder().decode(ImageSetManifest.self, from: body),
      manifest.format == currentFormat, manifest.minReader <= reader,
      manifest.images.allSatisfy({ ImageFile.isFit(fileName: $0.fileName) }),
      Set(manifest.images.map(\.fileName)).count == manifest.images.count
    else { return nil }
    return manifest
  }
}

/// `address.json`: tenant, capture set and recDate that were settled only after the image set was closed.
struct ImageSetAddress: Codable, Equatable, Sendable {
  var tenantId: String
  var captureSetId: String
  var recDate: Int64
  /// How sure `recDate` is, once a doubtful clock was settled; nil: the manifest's word holds.
  var clock: ClockTrust?
}

/// `remote.json`: the image set that the cloud keeps for this passage.
struct RemoteMark: Codable, Equatable, Sendable {
  var imageSetId: String
  var adopted: Bool
  var createdAtMs: Int64
}
