import CameraIO
import Foundation

/// What a daemon that runs says of its cameras, at two moments.
struct RunningCameras: Sendable {
  private let first: [CameraStatus]
  private let second: [CameraStatus]
  /// Between the two.
  let seconds: Double

  /// Nil when no daemon runs on this state folder.
  init?(stateFolder: String) async {
    guard let first = await ControlSocket.cameras(stateFolder: stateFolder) else { return nil }
    let start = MonotonicClock.seconds
    try? await Task.sleep(for: .seconds(DeviceChecks.seconds))
    guard let second = await ControlSocket.cameras(stateFolder: stateFolder) else { return nil }
    self.first = first
    self.second = second
    seconds = MonotonicClock.seconds - start
  }

  /// How one camera was and is.
  func statuses(of camera: CameraPosition) -> (CameraStatus, CameraStatus)? {
    guard let before = first.first(where: { $0.position == camera.rawValue }),
      let after = second.first(where: { $0.position == camera.rawValue })
    else { return nil }
    return (before, after)
  }
}
