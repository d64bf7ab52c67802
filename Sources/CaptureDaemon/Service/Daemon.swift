import CameraIO
import FrameSelect
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals
import Uploader

/// The daemon put together: state folder first, then cameras, then everything that runs until it is told to stop.
struct Daemon {
  private let log: Logger
  private let services: [any Service]
  private let outbox: Outbox

  /// How long shutdown may take before what is still under way is cancelled; systemd kills after 20 s.
  private static let shutdownSeconds = 15

  init(_ loaded: LoadedConfiguration) async throws {
    let configuration = loaded.configuration
    let log = Self.logger(configuration.log.level)
    self.log = log
    let line = try CloudLine(loaded)
    let state = try StateFolder.open(
      configuration.storage.directory, uuid: configuration.storage.uuid)
    // Cameras do not wait for it: what they see meanwhile waits for it.
    let outbox = await Outbox.openInBackground(
      state, settings: OutboxSettings(configuration), at: WallClock.nowMs)
    self.outbox = outbox
    let settings = CurrentSettings(line.knownSettings())
    let pool = FramePool(byteBudget: configuration.capture.memoryBytes)
    let cameras = try CameraSet(configuration.cameras, pool: pool, log: log)
    let metrics = Metrics()
    let progress = Progress()
    let calendar = LiveCalendar(line: line).calendar
    let passages = PassageJournal(log: log, metrics: metrics, calendar: calendar)
    let deliveries = DeliveryJournal(log: log, metrics: metrics)
    let haste = Haste(
      fasterMethod: configuration.webp.hastyMethod, enoughUnsent: 2 * configuration.delivery.parallelImages)
    let delivery = Delivery(
      outbox: outbox, client: line.client, settings: DeliverySettings(configuration), clock: line.clock,
      onEvent: { event in
        deliveries.note(event)
        haste.note(event, at: MonotonicClock.seconds)
        // While it rests it owes no sign of life.
        if case .resting = event {
          progress.end(.delivery)
        } else {
          progress.advance(.delivery, now: MonotonicClock.seconds)
        }
        if case .delivered(let passage, _, _, _) = event { passages.delivered(passage) }
      })
    let limits = { @Sendable in
      LanePlan.limits(configuration, tenant: settings.current?.frameLimits ?? [:])
    }
    let lane = try LanePlan.lane(of: configuration, limits: limits(), recorded: cameras.recordedZones)
    let plates = PlatePlan(configuration, lane: lane, recorded: cameras.recordedOptics) { settings.current?.captureSet }
    let encoders = EncodePool()
    let detector = SharedPlateDetector()
    let meter = PlateMeter(plates, pool: encoders, detector: detector)
    let capture = CaptureService(
      cameras: cameras, lane: lane, limits: limits,
      pictures: PictureStage(
        pool: encoders, encoder: configuration.webp.encoder, haste: haste,
        nominalRate: configuration.cameras.map(\.rate).max() ?? 30,
        labels: PictureLabels(
          calendar: calendar, unit: { line.unitId }, exposures: PictureLabels.exposures(of: configuration.cameras)),
        plates: PlateLooks(plates, detector: detector)),
      keeping: PassageKeeping(
        outbox: outbox, calendar: calendar, isRepeatable: false,
        addressee: { settings.current?.addressee ?? Addressee(unitId: line.unitId) }),
      journal: passages, progress: progress, tap: meter.tap)
    let gauges = Gauges(
      metrics: metrics, counters: cameras.counters, positions: cameras.positions, pool: pool, outbox: outbox,
      line: line, stateFolder: configuration.storage.directory)
    let names = cameras.positions.map(\.rawValue).joined(separator: ", ")
    var services: [any Service] = [
      HealthService(notifier: SystemdNotifier(), progress: progress, summary: "capturing from \(names)", log: log),
      ControlService(
        desk: OutboxDesk(outbox: outbox), cameras: { cameras.statuses }, plates: meter,
        stateFolder: configuration.storage.directory, log: log),
    ]
    if let address = configuration.status.listen {
      services.append(
        StatusPage(
          address: address, metrics: metrics, refresh: { await gauges.refresh() }, plates: { await meter.read() },
          log: log))
    }
    // The last one is the first to be shut down: no new passages, then nothing more to send, then nobody to ask.
    services.append(
      DeliveryService(
        line: line, outbox: outbox, delivery: delivery, settings: settings,
        refreshEvery: configuration.delivery.settingsRefresh, log: log))
    services.append(capture)
    self.services = services
    log.info("capture-daemon \(Release.version): unit \(line.unitId), cameras \(names)")
  }

  /// Runs until SIGTERM or SIGINT, or until a part fails; then everything is brought to an orderly end.
  func run() async throws {
    // A reader that went away and a file that grew too large are errors where they happen, not reasons to die.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    var group = ServiceGroupConfiguration(
      services: services.map { .init(service: $0) }, gracefulShutdownSignals: [.sigterm, .sigint], logger: log)
    group.maximumGracefulShutdownDuration = .seconds(Self.shutdownSeconds)
    try await ServiceGroup(configuration: group).run()
    try await outbox.close()
    log.info("stopped")
  }

  /// To standard error, where the journal picks it up and adds the time.
  private static func logger(_ level: Logger.Level) -> Logger {
    var log = Logger(label: "capture-daemon") { _ in JournalLog() }
    log.logLevel = level
    return log
  }
}
