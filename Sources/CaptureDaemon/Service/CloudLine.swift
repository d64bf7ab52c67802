import CameraIO
import Foundation
import Logging
import Uploader

/// The line to the cloud: key, client, and what the cloud says of this unit.
struct CloudLine: Sendable {
  let unitId: String
  let client: CloudClient
  /// The clock of delivery, by which the client also notes the server's: nobody sets it while the process runs.
  let clock = SteadyClock()
  private let transport: CurlTransport
  private let cache: UnitSettingsCache
  private let overrides: UnitSettings.Overrides

  /// Reads the key and starts the network thread; asks the cloud nothing yet.
  init(_ loaded: LoadedConfiguration) throws {
    let access = try ConfigurationOptions.requireCloud(loaded)
    let configuration = loaded.configuration
    let key = try APIKey.find(path: configuration.cloud.apiKeyFile)
    var settings = CurlTransport.Settings()
    settings.caFile = access.caFile
    settings.maximumSendBytesPerSecond = configuration.delivery.bandwidthBytesPerSecond.map(Int.init(clamping:))
    settings.connectionsPerHost = configuration.delivery.parallelImages
    transport = CurlTransport(settings: settings)
    var limits = CloudClient.Limits()
    limits.callSeconds = configuration.delivery.createDeadline / .seconds(1)
    if let rate = configuration.delivery.bandwidthBytesPerSecond {
      limits.uploadStall.bytesPerSecond = min(limits.uploadStall.bytesPerSecond, Int(clamping: rate / 4))
    }
    limits.uploadStall.seconds = Int((configuration.delivery.stallLimit / .seconds(1)).rounded(.up))
    client = try CloudClient(
      url: access.url, key: key, transport: transport, limits: limits,
      now: { [clock] in Double(clock.nowMs()) / 1000 })
    unitId = access.unitID
    cache = Self.settingsCache(of: configuration)
    overrides = Self.overrides(configuration.captureSet)
  }

  /// Where the unit's settings are kept for when the cloud is away.
  static func settingsCache(of configuration: Configuration) -> UnitSettingsCache {
    UnitSettingsCache(path: configuration.storage.directory + "/unit-settings.json")
  }

  /// Ends the network thread.
  func close() { transport.close() }

  /// The unit's settings as they were last known, without asking anybody.
  func knownSettings() -> UnitSettings? {
    // An unreadable copy is written anew at the next refresh; until then the cloud's word is simply not known.
    (try? cache.load())?.overridden(by: overrides)
  }

  /// Asks the cloud; keeps the answer on disk and gives it back with what could not be asked.
  ///
  /// `keeps` false: looks only, for `diagnose`.
  func refreshSettings(keeps: Bool = true) async throws -> UnitSettingsFetch.Report {
    let previous = try? cache.load()
    var report = await UnitSettingsFetch(client: client)
      .refresh(unitId: unitId, previous: previous, now: Int(Date().timeIntervalSince1970))
    if keeps, report.answers > 0 { try cache.save(report.settings) }
    report.settings = report.settings.overridden(by: overrides)
    return report
  }

  /// Sends everything that the outbox owes, for a command that people wait for; what was held for want of a tenant goes along
  /// when there is one now.
  func deliverAll(
    of outbox: Outbox, settings: DeliverySettings, onEvent: @escaping @Sendable (DeliveryEvent) -> Void = { _ in }
  ) async throws -> DeliveryEnding {
    let report = try await refreshSettings()
    if report.isKeyRefused { return .keyRefused(message: report.problems.first ?? "401") }
    if report.answers == 0 { return .unreachable(reason: report.problems.first ?? "no answer") }
    for problem in report.problems { printToStandardError("capture-daemon: settings of the unit: \(problem)") }
    _ = try await outbox.settleClock(LiveCalendar(line: self).reading)
    try await outbox.releaseHeld(to: report.settings.addressee)
    try await outbox.makeDue()
    return try await Delivery(outbox: outbox, client: client, settings: settings, clock: clock, onEvent: onEvent)
      .deliverAll().ending
  }

  private static func overrides(_ captureSet: Configuration.CaptureSet) -> UnitSettings.Overrides {
    var overrides = UnitSettings.Overrides()
    overrides.defaultTenant = captureSet.tenantId
    overrides.minLicensePlateArea = captureSet.minLicensePlateArea
    overrides.countryCode = captureSet.countryCode
    for (name, lens) in captureSet.lenses ?? [:] {
      overrides.lenses[name] = CaptureSet.Lens(
        focalLength: lens.focalLength, sensorResolution: lens.sensorResolution, sensorSize: lens.sensorSize)
    }
    for (position, limit) in captureSet.maxFramesForCameras ?? [:] {
      overrides.maxFramesForCameras[position.rawValue] = limit
    }
    return overrides
  }
}

extension UnitSettings {
  /// Who gets the passages of this unit, as far as the settings tell.
  var addressee: Addressee { Addressee(unitId: unitId, captureSetId: captureSetId, tenantId: defaultTenant) }

  /// Frame limits of the tenant that gets the passages.
  var frameLimits: [String: Int] { defaultTenant.map(limits) ?? widestLimits() }
}

extension Outbox {
  /// Lets go what was held for want of a tenant, once there is one.
  func releaseHeld(to addressee: Addressee) throws {
    guard let tenantId = addressee.tenantId, let captureSetId = addressee.captureSetId else { return }
    _ = try releaseHeld(
      tenantId: tenantId, captureSetId: captureSetId, at: WallClock.nowMs)
  }
}

extension OutboxSettings {
  /// As the configuration says.
  init(_ configuration: Configuration) {
    self.init()
    storageBudget = configuration.storage.budgetBytes
    keepSeconds = Int64(configuration.delivery.keepDelivered / .seconds(1))
    graceSeconds = Int64((configuration.delivery.reconcileGrace / .seconds(1)).rounded(.up))
  }
}

extension DeliverySettings {
  /// As the configuration says.
  init(_ configuration: Configuration) {
    self.init()
    retry = RetryPolicy(
      baseSeconds: configuration.delivery.backoffBase / .seconds(1),
      capSeconds: configuration.delivery.backoffCap / .seconds(1))
    parallelImages = configuration.delivery.parallelImages
    quietHours = configuration.delivery.quietHours
    pairing = Pairing(configuration.unit.role)
    pairing?.windowSeconds = Int((configuration.delivery.pairWindow / .seconds(1)).rounded(.up))
    pairing?.graceSeconds = configuration.delivery.pairGrace / .seconds(1)
    if let rate = configuration.delivery.bandwidthBytesPerSecond {
      // Shares of a narrow line that are too small look like stalls.
      parallelImages = min(parallelImages, max(1, Int(clamping: rate / 16_000)))
    }
  }
}
