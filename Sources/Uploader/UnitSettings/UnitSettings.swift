/// What the cloud says about this unit: its capture set, its tenants, what each of them wants. Fetched, kept on disk,
/// good enough to work from when the cloud is away.
public struct UnitSettings: Sendable, Equatable, Codable {
  /// The form of the cached file; another one is refused.
  public static let format = "unit-settings/1"

  /// `unit-settings/1`.
  public var format: String
  /// The capture unit this is about.
  public var unitId: String
  /// Sent as `deviceSetId`; nil until the cloud has told.
  public var captureSetId: String?
  /// The other unit of the set.
  public var relatedUnit: String?
  /// Tenants whose cars this unit records.
  public var tenants: [TenantReference]
  /// Who gets passages whose plate belongs to nobody; nil is documented: such passages are kept on the unit.
  public var defaultTenant: String?
  /// Lenses, plate area, country, label.
  public var captureSet: CaptureSet?
  /// By tenant id; a tenant that never answered is missing.
  public var tenantSettings: [String: TenantSettings]
  /// When the cloud was asked last and told at least something, epoch seconds; 0: never.
  public var fetchedAt: Int

  /// Settings of a unit of which nothing is known yet.
  public init(unitId: String) {
    format = Self.format
    self.unitId = unitId
    captureSetId = nil
    relatedUnit = nil
    tenants = []
    defaultTenant = nil
    captureSet = nil
    tenantSettings = [:]
    fetchedAt = 0
  }

  /// The most frames of one passage that become images, camera by camera, for a tenant. A camera that is missing is
  /// not limited by the tenant; 0: send none.
  public func limits(for tenant: String) -> [String: Int] { tenantSettings[tenant]?.maxFramesForCameras ?? [:] }

  /// The limits that hold whichever of the tenants gets the passage: per camera the highest, and none where one
  /// tenant has none. For choosing frames before the owner of the plate is known.
  public func widestLimits() -> [String: Int] {
    var known = Set(tenants.map(\.id))
    if let defaultTenant { known.insert(defaultTenant) }
    guard let first = known.first else { return [:] }
    var widest = limits(for: first)
    for tenant in known.dropFirst() {
      let other = limits(for: tenant)
      widest = widest.filter { other[$0.key] != nil }.merging(other.filter { widest[$0.key] != nil }) { max($0, $1) }
    }
    return widest
  }

  /// Whether passages can be sent: the capture set is known, and somebody to send them to.
  public var isUsable: Bool { captureSetId != nil && (defaultTenant != nil || !tenants.isEmpty) }

  /// The tenants worth asking about: those of the unit and the default one, each once, in order.
  public var tenantIds: [String] {
    var ids = tenants.map(\.id)
    if let defaultTenant, !ids.contains(defaultTenant) { ids.append(defaultTenant) }
    return ids
  }

  /// The side of the lane this unit sits on, `left` or `right`, if the capture set tells.
  public var side: String? { captureSet?.units.first { $0.unitId == unitId }?.side }
}

extension UnitSettings {
  /// What the site's own file says instead of the cloud; nil: as the cloud says.
  public struct Overrides: Sendable, Equatable {
    /// Sent as `deviceSetId`.
    public var captureSetId: String?
    /// Gets every passage whose plate belongs to nobody.
    public var defaultTenant: String?
    /// Square pixels.
    public var minLicensePlateArea: Int?
    /// Country of the site.
    public var countryCode: String?
    /// By name; replaces lens by lens.
    public var lenses: [String: CaptureSet.Lens] = [:]
    /// By camera; replaces camera by camera, for every tenant.
    public var maxFramesForCameras: [String: Int] = [:]

    /// No overrides.
    public init() {}
  }

  /// These settings with the site's own words put over the cloud's. For use, not for the cache.
  public func overridden(by overrides: Overrides) -> UnitSettings {
    var settings = self
    settings.captureSetId = overrides.captureSetId ?? captureSetId
    settings.defaultTenant = overrides.defaultTenant ?? defaultTenant
    if let id = settings.captureSetId {
      var set = captureSet ?? CaptureSet(id: id)
      set.id = id
      set.minLicensePlateArea = overrides.minLicensePlateArea ?? set.minLicensePlateArea
      set.countryCode = overrides.countryCode ?? set.countryCode
      set.lenses.merge(overrides.lenses) { $1 }
      settings.captureSet = set
    }
    if !overrides.maxFramesForCameras.isEmpty {
      for id in settings.tenantIds {
        settings.tenantSettings[id, default: TenantSettings(id: id)].maxFramesForCameras
          .merge(overrides.maxFramesForCameras) { $1 }
      }
    }
    return settings
  }
}
