import CameraIO
import FrameSelect
import Foundation
import Uploader

/// By what the plates of picture files are judged: by the command's options before the configuration's word before that of the recording that
/// a file belongs to before the cloud's.
struct PlateFileMeasures {
  private let configuration: Configuration
  private let lens: String?
  private let minimum: Int?
  private let cloud: @Sendable () -> CaptureSet?

  /// `lens` and `minimum` as the options have them; nil: they do not say.
  init(
    _ configuration: Configuration, lens: String?, minimum: Int?, cloud: @escaping @Sendable () -> CaptureSet?
  ) {
    // Whose camera took a picture nobody knows.
    var anonymous = configuration
    anonymous.cameras = []
    self.configuration = anonymous
    self.lens = lens
    self.minimum = minimum
    self.cloud = cloud
  }

  /// Throws one line when the option names a lens that is nowhere described.
  func requireLens() throws {
    guard let lens, LensData(parsing: lens) == nil, plan(.init(lens: lens, captureSet: .init())).lens == nil else {
      return
    }
    let names = Set((configuration.captureSet.lenses ?? [:]).keys).union((cloud()?.lenses ?? [:]).keys).sorted()
    throw Complaint(
      .usage,
      "--lens \(lens): there is no such lens in the configuration's captureSet.lenses"
        + (names.isEmpty ? "; give its numbers: --lens 6,1920,11.3" : " (\(names.joined(separator: ", ")))"))
  }

  /// By what the plates in the file at `path` are judged.
  func measure(ofFile path: String) -> PlateMeasure {
    var recorded = Self.recorded(path) ?? .init(lens: nil, captureSet: .init())
    if let lens { recorded.lens = lens }
    var measure = plan(recorded)
    if let lens, let data = LensData(parsing: lens) { measure.lens = data }
    measure.minimum = minimum ?? measure.minimum
    return measure
  }

  private func plan(_ recorded: PlatePlan.Recorded) -> PlateMeasure {
    let lane = LaneConfiguration(cameras: [.frontLeft: LaneCamera()])
    return PlatePlan(configuration, lane: lane, recorded: [.frontLeft: recorded], cloud: cloud).measure(of: .frontLeft)
  }

  /// What the manifest beside the file says of its camera; nil where there is none.
  private static func recorded(_ path: String) -> PlatePlan.Recorded? {
    let file = URL(fileURLWithPath: path)
    let manifest = file.deletingLastPathComponent().appendingPathComponent(RecordingManifest.fileName)
    guard let json = try? Data(contentsOf: manifest),
      let recording = try? RecordingManifest(json: json, path: manifest.path),
      let camera = recording.cameras.values.first(where: { $0.file == file.lastPathComponent })
    else { return nil }
    return PlatePlan.Recorded(lens: camera.lens, captureSet: recording.captureSet)
  }
}
