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

  func run() async throws {
    notifier.ready(summary)
    let pause = (notifier.watchdogSeconds ?? 30) / 3
    var wasStuck: [Progress.Part] = []
    await withGracefulShutdownHandler {
      while !Task.isCancelled && !Task.isShuttingDownGracefully {
        let stuck = progress.stuck(now: MonotonicClock.seconds)
        if stuck.isEmpty { notifier.alive() }
        if stuck != wasStuck {
          wasStuck = stuck
          if !stuck.isEmpty {
            let names = stuck.map(\.rawValue).joined(separator: ", ")
            log.error("stuck: \(names); the watchdog is not fed")
          }
        }
        do { try await cancelWhenGracefulShutdown { try await Task.sleep(for: .seconds(pause)) } } catch { break }
      }
    } onGracefulShutdown: {
      notifier.stopping()
    }
  }
}
