import Logging
import ServiceLifecycle

/// Lets commands ask the running daemon; see `ControlSocket`.
struct ControlService: Service {
  let desk: OutboxDesk
  let cameras: @Sendable () -> [CameraStatus]
  let plates: PlateMeter
  let stateFolder: String
  let log: Logger

  func run() async throws {
    do {
      try await cancelWhenGracefulShutdown {
        try await ControlSocket.serve(desk, cameras: cameras, plates: plates, stateFolder: stateFolder, log: log)
      }
    } catch {
      // A listening socket that is closed under the server is an error to it, and the way it ends.
      if Task.isShuttingDownGracefully || Task.isCancelled { return }
      // Without it commands cannot ask while the daemon runs; the daemon does its work all the same.
      log.error("no control socket: \(ControlSocket.path(of: stateFolder)): \(error)")
      try? await gracefulShutdown()
    }
  }
}
