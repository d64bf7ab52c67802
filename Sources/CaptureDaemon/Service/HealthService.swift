import Foundation
import Logging
import ServiceLifecycle

/// Tells systemd that the daemon is ready and that it gets on; says which part is stuck when one is.
struct HealthService: Service {
  let notifier: SystemdNotifier
  let progress: Progress
  /// What to say at readiness.
  let summary: String
  let log: Logger

  /// A part that has not got on for so long is stuck. Longer than any single step of it should take on a slow disk.
  static let patienceSeconds = 20.0

  func run() async throws {
    notifier.ready(summary)
    let pause = (notifier.watchdogSeconds ?? 30) / 3
    var wasStuck: [Progress.Part] = []
    await withGracefulShutdownHandler {
      while !Task.isCancelled && !Task.isShuttingDownGracefully {
        let stuck = progress.stuck(for: Self.patienceSeconds, now: MonotonicClock.seconds)
        if stuck.isEmpty { notifier.alive() }
        if stuck != wasStuck {
          wasStuck = stuck
          if !stuck.isEmpty {
            log.error(
              "stuck for \(Int(Self.patienceSeconds)) s: \(stuck.map(\.rawValue).joined(separator: ", ")); the watchdog is not fed")
          }
        }
        do { try await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(pause)) } } catch { break }
      }
    } onGracefulShutdown: {
      notifier.stopping()
    }
  }
}
