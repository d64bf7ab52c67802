import CameraIO
import FrameSelect
import Uploader

/// How the lane is set up: from the configuration, the recording, and what the cloud says of the unit.
enum LanePlan {
  /// The most pictures of one passage by camera: the configuration's word before the recording's before the tenant's.
  ///
  /// A camera that none of them names has the daemon's own limit, `selection.framesPerCamera`. 0 means none.
  static func limits(
    _ configuration: Configuration, recording: CaptureSetOverrides = .init(), tenant: [String: Int] = [:]
  ) -> [CameraPosition: Int] {
    var limits: [CameraPosition: Int] = [:]
    for (name, limit) in tenant {
      if let position = CameraPosition(rawValue: name) { limits[position] = max(0, limit) }
    }
    limits.merge(recording.maxFramesForCameras) { $1 }
    limits.merge(configuration.captureSet.maxFramesForCameras ?? [:]) { $1 }
    return limits
  }

  /// A lane of the cameras of a recording. A zone of the recording's own comes before the configured one.
  static func lane(
    of recording: Recording, _ configuration: Configuration, limits: [CameraPosition: Int]
  ) throws -> LaneConfiguration {
    var cameras: [CameraPosition: LaneCamera] = [:]
    for camera in recording.cameras {
      let configured = configuration.cameras.first { $0.position == camera.position }
      let corners = camera.zone ?? configured?.zone?.points
      let lens = (camera.lens ?? configured?.lens).flatMap { lenses(configuration, recording.captureSet.lenses)[$0] }
      cameras[camera.position] = try self.camera(
        camera.position, corners, forward: configured?.forward, rate: recording.nominalRate, lens: lens,
        in: recording.path)
    }
    return lane(of: cameras, configuration, limits: limits)
  }

  /// A lane of the configured cameras. Where the configuration names no zone, that of the recording that plays camera holds.
  static func lane(
    of configuration: Configuration, limits: [CameraPosition: Int], recorded: [CameraPosition: [ZonePoint]] = [:]
  ) throws -> LaneConfiguration {
    var cameras: [CameraPosition: LaneCamera] = [:]
    for camera in configuration.cameras {
      let corners = camera.zone?.points ?? recorded[camera.position]
      cameras[camera.position] = try self.camera(
        camera.position, corners, forward: camera.forward, rate: camera.rate,
        lens: camera.lens.flatMap { lenses(configuration)[$0] }, in: "cameras")
    }
    return lane(of: cameras, configuration, limits: limits)
  }

  private static func lane(
    of cameras: [CameraPosition: LaneCamera], _ configuration: Configuration, limits: [CameraPosition: Int]
  ) -> LaneConfiguration {
    var lane = LaneConfiguration(
      cameras: cameras, maximumPictures: limits, fallbackMaximumPictures: configuration.selection.framesPerCamera)
    lane.preRollSeconds = configuration.lane.preRoll / .seconds(1)
    return lane
  }

  private static func camera(
    _ position: CameraPosition, _ corners: [ZonePoint]?, forward: Configuration.Forward?, rate: Double,
    lens: LensData?, in subject: String
  ) throws -> LaneCamera {
    do {
      return LaneCamera(
        zone: try corners.map { try Zone(corners: $0) }, forward: forward.map(way), nominalRate: rate,
        straight: lens?.straightShare ?? 1)
    } catch {
      throw Complaint(.noInput, "\(subject): zone of \(position.rawValue): \(error)")
    }
  }

  /// The lenses by name: the configuration's word before the recording's.
  private static func lenses(
    _ configuration: Configuration, _ recorded: [String: LensData] = [:]
  ) -> [String: LensData] {
    recorded.merging((configuration.captureSet.lenses ?? [:]).mapValues { LensData($0) }) { $1 }
  }

  private static func way(_ forward: Configuration.Forward) -> LaneCamera.Way {
    switch forward {
    case .right: .init(x: 1, y: 0)
    case .left: .init(x: -1, y: 0)
    case .down: .init(x: 0, y: 1)
    case .up: .init(x: 0, y: -1)
    }
  }
}
