/// A tenant as units name it.
public struct TenantReference: Sendable, Equatable, Codable {
  /// Its id.
  public var id: String
  /// For people.
  public var name: String?

  /// A tenant.
  public init(id: String, name: String? = nil) {
    self.id = id
    self.name = name
  }
}

/// One physical rig, as the cloud knows it.
public struct CaptureUnit: Sendable, Equatable, Codable {
  /// Its id.
  public var id: String
  /// Its capture set; only the list says.
  public var captureSetId: String?
  /// The other unit of the set; only the list says.
  public var relatedUnit: String?
  /// Whose cars it records.
  public var tenants: [TenantReference]
  /// Who gets passages whose plate belongs to nobody; nil is documented.
  public var defaultTenant: String?

  /// A unit.
  public init(
    id: String, captureSetId: String? = nil, relatedUnit: String? = nil, tenants: [TenantReference] = [],
    defaultTenant: String? = nil
  ) {
    self.id = id
    self.captureSetId = captureSetId
    self.relatedUnit = relatedUnit
    self.tenants = tenants
    self.defaultTenant = defaultTenant
  }
}

/// The units at one drive-through, and what they look through.
public struct CaptureSet: Sendable, Equatable, Codable {
  /// A lens, in the cloud's units.
  public struct Lens: Sendable, Equatable, Codable {
    /// Millimetres.
    public var focalLength: Double?
    /// Pixels of the long side.
    public var sensorResolution: Double?
    /// Millimetres of the long side.
    public var sensorSize: Double?

    /// A lens.
    public init(focalLength: Double? = nil, sensorResolution: Double? = nil, sensorSize: Double? = nil) {
      self.focalLength = focalLength
      self.sensorResolution = sensorResolution
      self.sensorSize = sensorSize
    }
  }

  /// One unit's place in the set.
  public struct Member: Sendable, Equatable, Codable {
    /// The unit.
    public var unitId: String
    /// `left` or `right`.
    public var side: String?

    /// A member.
    public init(unitId: String, side: String? = nil) {
      self.unitId = unitId
      self.side = side
    }
  }

  /// Sent as `deviceSetId` when an image set is created.
  public var id: String
  /// Its units; empty for a virtual set.
  public var units: [Member]
  /// Cameras of both units together.
  public var camerasCount: Int?
  /// By name: `lens0`, `lens1`, `lens2`.
  public var lenses: [String: Lens]
  /// Square pixels; smaller plate boxes are not worth reading.
  public var minLicensePlateArea: Int?
  /// Country of the site.
  public var countryCode: String?
  /// `return`, `pickup`, or another word.
  public var label: String?
  /// For people.
  public var location: String?
  /// For people.
  public var name: String?
  /// Epoch seconds; tells cheaply whether anything changed.
  public var modifiedAt: Int?

  /// A capture set.
  public init(
    id: String, units: [Member] = [], camerasCount: Int? = nil, lenses: [String: Lens] = [:],
    minLicensePlateArea: Int? = nil, countryCode: String? = nil, label: String? = nil, location: String? = nil,
    name: String? = nil, modifiedAt: Int? = nil
  ) {
    self.id = id
    self.units = units
    self.camerasCount = camerasCount
    self.lenses = lenses
    self.minLicensePlateArea = minLicensePlateArea
    self.countryCode = countryCode
    self.label = label
    self.location = location
    self.name = name
    self.modifiedAt = modifiedAt
  }
}

/// What a tenant wants.
public struct TenantSettings: Sendable, Equatable, Codable {
  /// The tenant.
  public var id: String
  /// For people.
  public var name: String?
  /// The most frames of one passage, camera by camera. A camera that is not named is not limited; 0: none.
  public var maxFramesForCameras: [String: Int]

  /// A tenant.
  public init(id: String, name: String? = nil, maxFramesForCameras: [String: Int] = [:]) {
    self.id = id
    self.name = name
    self.maxFramesForCameras = maxFramesForCameras
  }
}

/// What the cloud stored for a file.
public struct StoredFile: Sendable, Equatable {
  /// As received, quotes removed; usually the MD5 in hex.
  public var etag: String?

  /// A stored file.
  public init(etag: String?) { self.etag = etag }

  /// Whether the store has the very bytes with this MD5 (hex); nil when its tag is no plain MD5.
  public func agrees(withMD5 md5: String) -> Bool? {
    guard let etag, etag.utf8.count == 32, etag.allSatisfy(\.isHexDigit) else { return nil }
    return etag.lowercased() == md5.lowercased()
  }
}

/// An image that the cloud lists in an image set.
public struct ListedImage: Sendable, Equatable {
  /// Its id.
  public var id: String
  /// `roofLeft_57.webp`.
  public var fileName: String
  /// False for one that is marked as deleted.
  public var isLive: Bool

  /// An image.
  public init(id: String, fileName: String, isLive: Bool = true) {
    self.id = id
    self.fileName = fileName
    self.isLive = isLive
  }
}

/// An image set as the cloud has it.
public struct RemoteImageSet: Sendable, Equatable {
  /// Its id.
  public var id: String
  /// Nil while unassigned.
  public var tenantId: String?
  /// Epoch seconds.
  public var recDate: Int?
  /// Epoch seconds of the server at the creation.
  public var createdAt: Int?
  /// `NO#ABC123`.
  public var prefixedPlate: String?
  /// The capture set it came from: the `deviceSetId` sent.
  public var originId: String?
  /// Whether an image has arrived.
  public var hasImages: Bool?

  /// An image set.
  public init(
    id: String, tenantId: String? = nil, recDate: Int? = nil, createdAt: Int? = nil, prefixedPlate: String? = nil,
    originId: String? = nil, hasImages: Bool? = nil
  ) {
    self.id = id
    self.tenantId = tenantId
    self.recDate = recDate
    self.createdAt = createdAt
    self.prefixedPlate = prefixedPlate
    self.originId = originId
    self.hasImages = hasImages
  }
}
