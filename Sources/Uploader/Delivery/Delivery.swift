import Foundation

/// Brings what the outbox owes to the cloud, one step at a time: next due, attempt, verdict, settle.
public actor Delivery {
  let outbox: Outbox
  let client: CloudClient
  let settings: DeliverySettings
  let clock: any DeliveryClock
  let tell: @Sendable (DeliveryEvent) -> Void
  var random: DeliveryRandom
  /// The API's host and the host of the files, each with a circuit of its own.
  var cloud: DeliveryCircuit
  var storage: DeliveryCircuit
  /// Set while the cloud does not accept the key.
  private var keyRefusal: (message: String, probeAtMs: Int64)?
  private var summary = DeliverySummary(ending: .stopped, passages: 0, images: 0, bytes: 0)
  private var isStopping = false
  private var steps = 0
  private var purgeAtMs: Int64 = 0
  private let alarm = WakeSignal()

  /// A delivery; `onEvent` is called in order and must be brief. `seed` makes the jitter repeatable, for tests.
  public init(
    outbox: Outbox, client: CloudClient, settings: DeliverySettings = DeliverySettings(),
    clock: any DeliveryClock = SteadyClock(), seed: UInt64? = nil,
    onEvent: @escaping @Sendable (DeliveryEvent) -> Void = { _ in }
  ) {
    self.outbox = outbox
    self.client = client
    self.settings = settings
    self.clock = clock
    tell = onEvent
    random = DeliveryRandom(seed: seed)
    cloud = DeliveryCircuit(threshold: settings.failuresBeforeCircuit, retry: settings.retry)
    storage = DeliveryCircuit(threshold: settings.failuresBeforeCircuit, retry: settings.retry)
  }

  /// Delivers until it is stopped or its task is cancelled. Throws when the disk or the database failed: then the process must end.
  public func run() async throws {
    await outbox.onWork { [alarm] in alarm.signal() }
    _ = try await loop(untilNothingIsOwed: false)
  }

  /// Delivers until nothing is owed any more, or says why it went no further.
  public func deliverAll() async throws -> DeliverySummary {
    summary = DeliverySummary(ending: .stopped, passages: 0, images: 0, bytes: 0)
    summary.ending = try await loop(untilNothingIsOwed: true)
    return summary
  }

  /// Ends after the step under way has settled.
  public func stop() {
    isStopping = true
    alarm.signal()
  }

  var isOver: Bool { isStopping || Task.isCancelled }

  private func loop(untilNothingIsOwed: Bool) async throws -> DeliveryEnding {
    for (id, reason) in await outbox.takeSetAside() { tell(.quarantined(passage: id, reason: reason)) }
    while !isOver {
      if !untilNothingIsOwed, clock.nowMs() >= purgeAtMs {
        try await outbox.purge(at: clock.nowMs())
        let isShort = await outbox.isDiskShort()
        purgeAtMs = clock.nowMs() + pause(isShort ? min(60, settings.purgeSeconds) : settings.purgeSeconds)
      }
      if !untilNothingIsOwed, let end = quietUntilMs() {
        // By the minute, for the wall clock may be set meanwhile.
        await rest(untilMs: min(end, clock.nowMs() + 60_000))
        continue
      }
      if let wait = await gate(givesUp: untilNothingIsOwed) {
        switch wait {
        case .ending(let ending): return ending
        case .until(let time): await rest(untilMs: time)
        case .again: break
        }
        continue
      }
      let now = clock.nowMs()
      if let audit = try await outbox.nextAudit(at: now) {
        await outbox.beginWork(on: audit.passage.id)
        try await self.audit(audit)
        try await outbox.endWork(on: audit.passage.id)
        continue
      }
      let newest = settings.newestEvery > 0 && steps % settings.newestEvery == settings.newestEvery - 1
      let storageWaits = storage.isOpen && now < storage.probeAtMs
      if storage.isOpen, untilNothingIsOwed, storage.probes >= settings.probesBeforeGivingUp {
        return .unreachable(reason: storage.reason)
      }
      if let due = try await outbox.nextDue(at: now, newest: newest, except: storageWaits ? [.created] : []) {
        steps += 1
        await outbox.beginWork(on: due.passage.id)
        try await step(due)
        try await outbox.endWork(on: due.passage.id)
        continue
      }
      var next = try await outbox.nextDueAt()
      if storageWaits { next = max(next ?? 0, storage.probeAtMs) }
      if untilNothingIsOwed, let ending = try await ending(next: next) { return ending }
      let latest = untilNothingIsOwed ? .max : min(purgeAtMs, try await outbox.nextAuditAt() ?? .max)
      await rest(untilMs: min(next ?? latest, latest))
    }
    return .stopped
  }

  private func quietUntilMs() -> Int64? {
    let second = QuietHours.secondOfDay(ofWallMs: clock.wallMs())
    guard let left = settings.quietHours?.secondsLeft(at: second), left > 0 else { return nil }
    return clock.nowMs() + pause(Double(left))
  }

  private func rest(untilMs: Int64) async {
    tell(.resting)
    await alarm.wait(untilMs: untilMs, clock: clock)
  }

  private enum Wait {
    case until(Int64)
    case again
    case ending(DeliveryEnding)
  }

  /// Holds everything back while the key is refused or the cloud does not answer, but for one cheap question now and then.
  private func gate(givesUp: Bool) async -> Wait? {
    let now = clock.nowMs()
    if let keyRefusal {
      if givesUp { return .ending(.keyRefused(message: keyRefusal.message)) }
      guard now >= keyRefusal.probeAtMs else { return .until(keyRefusal.probeAtMs) }
    } else if cloud.isOpen {
      if givesUp, cloud.probes >= settings.probesBeforeGivingUp { return .ending(.unreachable(reason: cloud.reason)) }
      guard now >= cloud.probeAtMs else { return .until(cloud.probeAtMs) }
    } else {
      return nil
    }
    let outcome = await client.captureUnits()
    let verdict = Verdict.of(.readSettings, outcome)
    judge(outcome, "probe", verdict)
    if verdict == .parkAuth { refuseKey(outcome.reason) }
    if case .answered = outcome { acceptKey() }
    // A probe that says nothing about the key leaves the question open.
    if keyRefusal != nil, keyRefusal?.probeAtMs ?? 0 <= now {
      keyRefusal?.probeAtMs = now + pause(settings.keyProbeSeconds)
    }
    return .again
  }

  /// Why there is nothing more to do for now; nil while something is due soon enough to wait for it.
  private func ending(next: Int64?) async throws -> DeliveryEnding? {
    let owed = try await outbox.owed()
    if owed.pending == 0 {
      return owed.quarantined == 0 ? .nothingOwed : .quarantined(count: owed.quarantined)
    }
    guard let next, next - clock.nowMs() <= pause(settings.patienceSeconds) else {
      return .heldBack(count: owed.pending, reason: owed.reason ?? "not due yet")
    }
    return nil
  }

  private func step(_ due: Outbox.Due) async throws {
    switch due.passage.state {
    case .queued:
      try await create(due.passage)
      try await sendFirstImages(due.passage.id)
    case .reconcile: try await reconcile(due.passage)
    case .created where due.passage.mustListFirst: try await listFirst(due.passage)
    case .created: try await sendImages(due.passage, due.images)
    case .uploaded: try await prove(due.passage)
    default: throw StorageError.misuse(reason: "nothing is due for passage \(due.passage.id)")
    }
  }

  /// An image set that was made just now gets its images at once, whoever else waits: the cloud cannot know how many will come.
  private func sendFirstImages(_ id: PassageID) async throws {
    guard !isOver, !storage.isOpen, let due = try await outbox.due(id), due.passage.state == .created,
      !due.passage.mustListFirst, due.passage.notBeforeMs <= clock.nowMs()
    else { return }
    try await sendImages(due.passage, due.images)
  }

  // MARK: what every step needs

  func pause(_ seconds: Double) -> Int64 { Int64(seconds * 1000) }

  /// When to try again after so many failures.
  func later(afterFailures failures: Int, retryAfter: Double? = nil) -> Int64 {
    clock.nowMs() + pause(settings.retry.delaySeconds(afterFailures: failures, retryAfter: retryAfter, using: &random))
  }

  /// Server time in epoch seconds, as well as it is known.
  nonisolated func serverSeconds() -> Double {
    Double(clock.nowMs()) / 1000 + (client.lastServerDate?.offsetSeconds ?? 0)
  }

  /// Counts an exchange with the API and keeps its circuit.
  func judge<Value>(_ outcome: CloudOutcome<Value>, _ operation: String, _ verdict: Verdict) {
    count(Exchange(operation, verdict, outcome))
  }

  /// One exchange, as the circuits see it.
  struct Exchange: Sendable {
    var operation: String
    var verdict: String
    var failure: String?

    init<Value>(_ operation: String, _ verdict: Verdict, _ outcome: CloudOutcome<Value>) {
      self.operation = operation
      self.verdict = verdict.name
      failure = outcome.isFailureOfHost ? outcome.reason : nil
    }
  }

  /// Counts an exchange and keeps the circuit of its host.
  func count(_ exchange: Exchange) {
    tell(.attempt(operation: exchange.operation, verdict: exchange.verdict))
    let isUpload = exchange.operation == "upload"
    let host = isUpload ? "storage" : "cloud"
    let now = clock.nowMs()
    if let reason = exchange.failure {
      let opened =
        isUpload
        ? storage.failed(reason, at: now, using: &random) : cloud.failed(reason, at: now, using: &random)
      if opened { tell(.unreachable(host: host, reason: reason)) }
    } else if isUpload ? storage.answered() : cloud.answered() {
      tell(.reachable(host: host))
    }
  }

  func refuseKey(_ message: String) {
    if keyRefusal == nil { tell(.keyRefused(message: message)) }
    keyRefusal = (message, clock.nowMs() + pause(settings.keyProbeSeconds))
  }

  private func acceptKey() {
    if keyRefusal != nil { tell(.keyAccepted) }
    keyRefusal = nil
  }

  func countImage(bytes: Int) {
    summary.images += 1
    summary.bytes += bytes
  }

  func countPassage() { summary.passages += 1 }

  func quarantine(_ id: PassageID, _ reason: String) async throws {
    try await outbox.quarantine(id, reason: reason, at: clock.nowMs())
    tell(.quarantined(passage: id, reason: reason))
  }
}

extension CloudOutcome {
  /// The host did not do what it is there for, as opposed to refusing what we asked.
  var isFailureOfHost: Bool {
    switch self {
    case .answered: false
    case .refused(let status, _, _): status >= 500 || (300..<400).contains(status) || status == 408
    case .malformed, .notSent, .unclear: true
    }
  }

  /// Why, in one line.
  var reason: String {
    switch self {
    case .answered: "answered"
    case .refused(let status, let message, _): message.isEmpty ? "\(status)" : "\(status) \(message)"
    case .malformed(let status, let reason): "\(status), but \(reason)"
    case .notSent(let reason), .unclear(let reason): reason
    }
  }
}

extension Verdict {
  /// A word for a metric's label.
  var name: String {
    switch self {
    case .done: "done"
    case .retry: "retry"
    case .reconcile: "reconcile"
    case .newForm: "newForm"
    case .parkAuth: "parkAuth"
    case .hold: "hold"
    case .imageSetGone: "imageSetGone"
    case .setAside: "setAside"
    }
  }
}
