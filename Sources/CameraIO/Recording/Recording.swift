import Foundation

/// What `replay` replays: a folder of one video per camera with its manifest, or any single video file.
public struct Recording: Sendable {
  /// One camera's part of a recording.
  public struct Camera: Equatable, Sendable {
    /// Where it sits.
    public let position: CameraPosition
    /// Its video file.
    public let path: String
    /// Name of its lens in the capture set; nil when nobody said.
    public let lens: String?
    /// A polygon in pixels outside of which nothing counts; nil: the whole picture.
    public let zone: [ZonePoint]?
  }

  /// The folder or file, as it was asked for.
  public let path: String
  /// Whether it is a folder with a manifest.
  public let isFolder: Bool
  /// Its cameras, in the order of their positions; never empty.
  public let cameras: [Camera]
  /// Frames a second.
  public let nominalRate: Double
  /// Wall time of its beginning, milliseconds since 1970; nil when nothing tells.
  public let startedAtMs: Int64?
  /// What it says about the capture set.
  public let captureSet: CaptureSetOverrides
  /// Length in seconds of its longest file, as the files state it; nil when one of them does not.
  public let statedSeconds: Double?
  /// Bytes that are the same for the same recording wherever it lies: its manifest, and of every file size and beginning.
  public let identity: [UInt8]

  /// How much of a file's beginning stands for the file.
  static let identityBytes = 64 * 1024

  /// Opens a recording: reads its manifest and makes sure that every video file can be read.
  ///
  /// A single file's camera is `camera` (front left if nil) and its zone is `zone`. Of a folder, `camera` picks one camera
  /// and `zone` replaces the zone of that one. Throws `.notFound` or `.unreadable`, one line.
  public static func open(
    path: String, camera: CameraPosition? = nil, zone: [ZonePoint]? = nil
  ) throws(CameraError) -> Recording {
    var isDirectory: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw CameraError(.notFound, path, "there is no such file or folder")
    }
    return isDirectory.boolValue
      ? try openFolder(path, camera: camera, zone: zone)
      : try openFile(path, camera: camera ?? .frontLeft, zone: zone)
  }

  /// A source of one camera's frames, with the times of this recording.
  public func source(
    of camera: Camera, whenPoolIsFull poolPolicy: RecordingSource.PoolPolicy = .wait, decoderThreads: Int = 1
  ) throws(CameraError) -> RecordingSource {
    try RecordingSource(
      path: camera.path, camera: camera.position, timeOrigin: isFolder ? .recordingStart : .firstFrame,
      nominalRate: nominalRate, whenPoolIsFull: poolPolicy, decoderThreads: decoderThreads)
  }

  private static func openFolder(
    _ path: String, camera: CameraPosition?, zone: [ZonePoint]?
  ) throws(CameraError) -> Recording {
    let manifestPath = path + (path.hasSuffix("/") ? "" : "/") + RecordingManifest.fileName
    guard FileManager.default.fileExists(atPath: manifestPath) else {
      throw CameraError(.notFound, path, "is no recording: the folder has no \(RecordingManifest.fileName)")
    }
    let json: Data
    do {
      json = try Data(contentsOf: URL(fileURLWithPath: manifestPath))
    } catch {
      throw CameraError(.notFound, manifestPath, "may not be read; check its owner and permissions")
    }
    let manifest = try RecordingManifest(json: json, path: manifestPath)
    var cameras = manifest.cameras.sorted { $0.key < $1.key }.map { position, entry in
      Camera(
        position: position, path: path + (path.hasSuffix("/") ? "" : "/") + entry.file, lens: entry.lens,
        zone: entry.zone)
    }
    if let camera {
      cameras = cameras.filter { $0.position == camera }
      guard !cameras.isEmpty else {
        let there = manifest.cameras.keys.sorted().map(\.rawValue).joined(separator: ", ")
        throw CameraError(.unreadable, path, "has no camera \(camera.rawValue); it has \(there)")
      }
    }
    if let zone {
      guard cameras.count == 1 else {
        throw CameraError(.unreadable, path, "has \(cameras.count) cameras: say which one the zone is for")
      }
      cameras = cameras.map { Camera(position: $0.position, path: $0.path, lens: $0.lens, zone: zone) }
    }
    var longest: Double? = 0
    var identity = [UInt8](json)
    for camera in cameras {
      let stated = try VideoReader(path: camera.path).statedDuration
      identity += try fileIdentity(camera.path)
      longest = longest.flatMap { longest in stated.map { max(longest, Double($0) / 1e9) } }
    }
    return Recording(
      path: path, isFolder: true, cameras: cameras, nominalRate: manifest.nominalRate,
      startedAtMs: manifest.startedAtMs, captureSet: manifest.captureSet, statedSeconds: longest,
      identity: identity)
  }

  private static func openFile(
    _ path: String, camera: CameraPosition, zone: [ZonePoint]?
  ) throws(CameraError) -> Recording {
    let reader = try VideoReader(path: path)
    return Recording(
      path: path, isFolder: false,
      cameras: [Camera(position: camera, path: path, lens: nil, zone: zone)],
      nominalRate: reader.averageRate ?? RecordingManifest.defaultNominalRate, startedAtMs: reader.createdAtMs,
      captureSet: CaptureSetOverrides(), statedSeconds: reader.statedDuration.map { Double($0) / 1e9 },
      identity: try fileIdentity(path))
  }

  private static func fileIdentity(_ path: String) throws(CameraError) -> [UInt8] {
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      let size = try file.seekToEnd()
      try file.seek(toOffset: 0)
      let beginning = try file.read(upToCount: identityBytes) ?? Data()
      return (0..<8).map { UInt8(truncatingIfNeeded: size >> (8 * $0)) } + [UInt8](beginning)
    } catch {
      throw CameraError(.unreadable, path, "cannot be read (\(error.localizedDescription))")
    }
  }
}
