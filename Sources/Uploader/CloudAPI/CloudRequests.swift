/// An image set to be created.
public struct NewImageSet: Sendable, Equatable, Codable {
  /// Who gets it.
  public var tenantId: String
  /// The capture set; without it the image set has no origin.
  public var deviceSetId: String
  /// Epoch seconds of the passage's first frame, 0...99 999 999 999.
  public var recDate: Int
  /// Nil when it was not read.
  public var plate: LicensePlate?
  /// 1...20 letters and digits, if known.
  public var vin: String?

  /// An image set.
  public init(tenantId: String, deviceSetId: String, recDate: Int, plate: LicensePlate? = nil, vin: String? = nil) {
    self.tenantId = tenantId
    self.deviceSetId = deviceSetId
    self.recDate = recDate
    self.plate = plate
    self.vin = vin
  }
}

/// An image to be announced.
public struct NewImage: Sendable, Equatable, Codable {
  /// The image set it belongs to.
  public var imageSetId: String
  /// One of the ten camera positions.
  public var camera: String
  /// `<camera>_<frame>.webp`.
  public var fileName: String
  /// Pixels of the file.
  public var width: Int
  /// Pixels of the file.
  public var height: Int
  /// Exact bytes of the file, at most 20 971 520; the form then admits no other length.
  public var byteCount: Int

  /// An image.
  public init(imageSetId: String, camera: String, fileName: String, width: Int, height: Int, byteCount: Int) {
    self.imageSetId = imageSetId
    self.camera = camera
    self.fileName = fileName
    self.width = width
    self.height = height
    self.byteCount = byteCount
  }
}

/// Which image sets to look for.
public struct ImageSetQuery: Sendable, Equatable {
  /// Nil: the key's current tenant is meant.
  public var tenantId: String?
  /// Epoch seconds, included; compared with `recDate`.
  public var startDate: Int
  /// Epoch seconds, included.
  public var endDate: Int
  /// Nil: any.
  public var plate: LicensePlate?
  /// True: only sets without a tenant; nil: does not matter.
  public var unassigned: Bool?

  /// A query.
  public init(
    tenantId: String?, startDate: Int, endDate: Int, plate: LicensePlate? = nil, unassigned: Bool? = nil
  ) {
    self.tenantId = tenantId
    self.startDate = startDate
    self.endDate = endDate
    self.plate = plate
    self.unassigned = unassigned
  }

  /// The image sets that a creation which ended without a clear answer may have made.
  public init(made new: NewImageSet) {
    self.init(tenantId: new.tenantId, startDate: new.recDate, endDate: new.recDate, plate: new.plate)
  }
}
