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

  /// A lane of the cameras of a recording.
  static func lane(
    of recording: Recording, _ configuration: Configuration, limits: [CameraPosition: Int]
  ) throws -> LaneConfiguration {
    var cameras: [CameraPosition: LaneCamera] = [:]
    for camera in recording.cameras {
      let configured = configuration.cameras.first { $0.position == camera.position }
      let zone = try camera.zone.map { try self.zone($0, of: camera.position, in: recording.path) }
      cameras[camera.position] = LaneCamera(zone: zone, forward: configured?.forward.map(way))
    }
    return lane(of: cameras, configuration, limits: limits)
  }

  /// A lane of the configured cameras.
  static func lane(of configuration: Configuration, limits: [CameraPosition: Int]) throws -> LaneConfiguration {
    var cameras: [CameraPosition: LaneCamera] = [:]
    for camera in configuration.cameras {
      let zone = try camera.zone.map { try self.zone($0.points, of: camera.position, in: "cameras") }
      cameras[camera.position] = LaneCamera(zone: zone, forward: camera.forward.map(way))
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

  private static func zone(_ corners: [ZonePoint], of camera: CameraPosition, in subject: String) throws -> Zone {
    do {
      return try Zone(corners: corners)
    } catch {
      throw Complaint(.noInput, "\(subject): zone of \(camera.rawValue): \(error.description)")
    }
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
