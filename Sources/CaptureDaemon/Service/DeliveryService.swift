import Foundation
import Logging
import ServiceLifecycle
import Uploader

/// Brings to the cloud what the outbox owes, and keeps the unit's settings fresh, for as long as the daemon runs.
struct DeliveryService: Service {
  let line: CloudLine
  let outbox: Outbox
  let delivery: Delivery
  let settings: CurrentSettings
  let refreshEvery: Duration
  let log: Logger

  func run() async throws {
    let start = MonotonicClock.seconds
    try await outbox.opened()
    let seconds = String(format: "%.1f", MonotonicClock.seconds - start)
    log.info("the outbox is open after \(seconds) s")
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await keepSettingsFresh() }
      group.addTask { try await keepTimeRight() }
      group.addTask {
        try await withGracefulShutdownHandler {
          try await delivery.run()
        } onGracefulShutdown: {
          Task { await delivery.stop() }
        }
      }
      // Delivery ends when it is told to, or fails because the disk did; either way the refresh has nothing left to do.
      _ = try await group.next()
      group.cancelAll()
    }
    line.close()
  }

  /// Passages that were recorded before the clock was right get their time once it is.
  private func keepTimeRight() async throws {
    let calendar = LiveCalendar(line: line)
    while true {
      let count = try await outbox.settleClock(calendar.reading)
      if count > 0 {
        log.notice("the time of \(count) passages is settled")
        if let known = settings.current { try await outbox.releaseHeld(to: known.addressee) }
      }
      do { try await Task.sleep(for: .seconds(10)) } catch { return }
    }
  }

  /// Asks the cloud about the unit now and again; what was held for want of a tenant goes on as soon as there is one.
  private func keepSettingsFresh() async throws {
    var problems: [String] = []
    while true {
      let report = try await line.refreshSettings()
      if report.answers > 0 { settings.set(report.settings) }
      if report.problems != problems {
        problems = report.problems
        for problem in problems { log.warning("settings of the unit: \(problem)") }
        if problems.isEmpty { log.info("settings of the unit are fresh") }
      }
      if let known = settings.current { try await outbox.releaseHeld(to: known.addressee) }
      // Until the cloud has answered once, ask more often: passages may be waiting for their tenant.
      let pause: Duration = report.problems.isEmpty ? refreshEvery : min(refreshEvery, .seconds(60))
      do { try await Task.sleep(for: pause) } catch { return }
    }
  }
}

/// The unit's settings as they are known now, for whoever needs them.
final class CurrentSettings: Sendable {
  private let lock = NSLock()
  nonisolated(unsafe) private var known: UnitSettings?  // guarded by `lock`

  init(_ known: UnitSettings?) { unsafe self.known = known }

  var current: UnitSettings? { lock.withLock { unsafe known } }

  func set(_ settings: UnitSettings) { lock.withLock { unsafe known = settings } }
}
