/// Asks the cloud for everything about a unit. What fails keeps its last good copy; one thing that fails does not stop
/// the others.
public struct UnitSettingsFetch: Sendable {
  /// The settings as they are now, and what could not be asked.
  public struct Report: Sendable, Equatable {
    /// New where the cloud answered, old where it did not.
    public var settings: UnitSettings
    /// One line each; empty when everything was answered.
    public var problems: [String]
    /// Whether the cloud refused the key.
    public var isKeyRefused: Bool
    /// How many questions were answered.
    public var answers = 0

    /// A report.
    public init(settings: UnitSettings, problems: [String] = [], isKeyRefused: Bool = false) {
      self.settings = settings
      self.problems = problems
      self.isKeyRefused = isKeyRefused
    }

    /// Takes an answer into the settings, or notes why there is none.
    mutating func take<Value>(
      _ outcome: CloudOutcome<Value>, of what: String, into settings: (inout UnitSettings, Value) -> Void
    ) {
      switch outcome {
      case .answered(let value):
        answers += 1
        settings(&self.settings, value)
      case .refused(let status, let message, _):
        if status == 401 { isKeyRefused = true }
        problems.append("\(what): the cloud answers \(status)\(message.isEmpty ? "" : " (\(message))")")
      case .malformed(_, let reason), .notSent(let reason), .unclear(let reason):
        problems.append("\(what): \(reason)")
      }
    }
  }

  private let client: CloudClient

  /// Asks through `client`.
  public init(client: CloudClient) { self.client = client }

  /// Asks for everything; `previous` is the last good copy, `now` epoch seconds.
  public func refresh(unitId: String, previous: UnitSettings?, now: Int) async -> Report {
    let start = previous.flatMap { $0.unitId == unitId ? $0 : nil } ?? UnitSettings(unitId: unitId)
    var report = Report(settings: start)
    report.take(await client.captureUnit(unitId), of: "capture unit \(unitId)") { $0.take(unit: $1) }
    // Without the key nothing else will be answered either.
    if report.isKeyRefused { return report }
    // What the cloud says now counts, so the old answer steps aside until it is clear that there is no new one.
    report.settings.captureSetId = nil
    report.take(await client.captureUnits(), of: "list of capture units") { $0.take(units: $1) }
    if report.settings.captureSetId == nil {
      report.take(await client.captureSets(), of: "list of capture sets") { $0.take(sets: $1) }
    }
    report.settings.captureSetId = report.settings.captureSetId ?? start.captureSetId
    if let id = report.settings.captureSetId {
      report.take(await client.captureSet(id), of: "capture set \(id)") { $0.captureSet = $1 }
    } else {
      report.problems.append("capture unit \(unitId): the cloud names no capture set for it")
    }
    for id in report.settings.tenantIds {
      report.take(await client.tenant(id), of: "tenant \(id)") { $0.tenantSettings[id] = $1 }
    }
    report.settings.dropStrangers()
    if report.answers > 0 { report.settings.fetchedAt = now }
    return report
  }
}

extension UnitSettings {
  /// Takes the unit's own entry: tenants and default tenant are what it says now, also when that is nobody.
  mutating func take(unit: CaptureUnit) {
    guard unit.id == unitId else { return }
    tenants = unit.tenants
    defaultTenant = unit.defaultTenant
  }

  /// Takes from the list what the single entry lacks.
  mutating func take(units: [CaptureUnit]) {
    guard let unit = units.first(where: { $0.id == unitId }) else { return }
    captureSetId = unit.captureSetId ?? captureSetId
    relatedUnit = unit.relatedUnit ?? relatedUnit
  }

  /// The documented fallback: the set whose members name this unit.
  mutating func take(sets: [CaptureSet]) {
    guard let set = sets.first(where: { $0.units.contains { $0.unitId == unitId } }) else { return }
    captureSetId = set.id
    relatedUnit = set.units.first { $0.unitId != unitId }?.unitId ?? relatedUnit
  }

  /// Forgets tenants that the unit does not name any more, and a capture set that is not the unit's.
  mutating func dropStrangers() {
    let known = Set(tenantIds)
    tenantSettings = tenantSettings.filter { known.contains($0.key) }
    if captureSet?.id != captureSetId { captureSet = nil }
  }
}
