import CameraIO
import FrameSelect

/// What pictures say about themselves: see `PictureLabel`.
struct PictureLabels: Sendable {
  /// When frames were exposed; nil: not known on the wall clock, and then nothing is said of it.
  var calendar: LaneCalendar?
  /// The capture unit, as far as it is known now.
  var unit: @Sendable () -> String? = { nil }
  /// How long shutters are open, where the configuration says so.
  var exposures: [CameraPosition: Double] = [:]

  /// What kernels call the exposure, from 6.0 on and before; it counts in tenths of a millisecond.
  private static let exposureControls = ["exposure_time_absolute", "exposure_absolute"]

  /// The exposures that cameras were told to have.
  static func exposures(of cameras: [Configuration.Camera]) -> [CameraPosition: Double] {
    var exposures: [CameraPosition: Double] = [:]
    for camera in cameras {
      if let tenths = exposureControls.compactMap({ camera.controls[$0] }).first {
        exposures[camera.position] = Double(tenths) / 10_000
      }
    }
    return exposures
  }

  /// The label of one frame of a passage.
  func label(of frame: Frame, passage: String) -> PictureLabel {
    PictureLabel(
      wallMilliseconds: calendar?.wallMilliseconds(frame.time), clock: calendar?.trust().rawValue, unit: unit(),
      passage: passage, exposureSeconds: exposures[frame.camera])
  }
}
