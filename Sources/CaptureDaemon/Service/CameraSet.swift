import CameraIO
import Foundation
import Logging

/// The cameras of the lane: a thread each that grabs frames into one queue.
///
/// For now a camera is a recording that plays camera. A V4L2 device finds its place behind the same `FrameSource`.
struct CameraSet: Sendable {
  let queue: FrameQueue
  let stop = StopFlag()
  let counters = CameraCounters()
  /// The zones that the recordings themselves name.
  let recordedZones: [CameraPosition: [ZonePoint]]
  /// Frames a second of each camera.
  let nominalRates: [CameraPosition: Double]
  private let grabbers: [CameraGrabber]

  /// A recording that plays camera leaves out frames that could be taken only so long after their time, as a driver does.
  private static let patienceSeconds = 1.0

  /// Opens every camera. One that cannot be opened is told of and left out, and the lane does without it; throws when none can.
  ///
  /// `queueSeconds` of all cameras together wait at most; then the oldest frame gives way.
  init(_ cameras: [Configuration.Camera], pool: FramePool, queueSeconds: Double = 0.5, log: Logger) throws {
    guard !cameras.isEmpty else {
      throw Complaint(.configuration, "no cameras are configured: name at least one under cameras")
    }
    var recordings: [(camera: Configuration.Camera, recording: Recording)] = []
    var failure: CameraError?
    for camera in cameras {
      do {
        recordings.append((camera, try Self.recording(of: camera)))
      } catch let error as CameraError {
        log.error("\(camera.position.rawValue) is left out: \(error)")
        failure = failure ?? error
      }
    }
    if recordings.isEmpty, let failure { throw failure }
    // All cameras start together and loop together, so that they stay one lane.
    let period = recordings.compactMap(\.recording.statedSeconds).max()
    let epoch = MonotonicClock.now
    let clock = PaceClock(now: { MonotonicClock.now }, sleep: { Thread.sleep(forTimeInterval: $0) })
    queue = FrameQueue(capacity: Int((cameras.map(\.rate).reduce(0, +) * queueSeconds).rounded(.up)))
    var grabbers: [CameraGrabber] = []
    var rates: [CameraPosition: Double] = [:]
    for (camera, recording) in recordings {
      let part = recording.cameras[0]
      let source = try PacedSource(
        looped: camera.playback == .loop, epoch: epoch, period: period.map { $0 + 1 / recording.nominalRate },
        patience: Self.patienceSeconds, clock: clock
      ) { () throws(CameraError) in try recording.source(of: part, whenPoolIsFull: .drop) }
      rates[camera.position] = source.nominalRate
      grabbers.append(
        CameraGrabber(
          source: source, pool: pool, queue: queue, counters: counters, stop: stop,
          report: { position, error in log.error("\(position.rawValue): \(error)") }))
    }
    self.grabbers = grabbers
    nominalRates = rates
    recordedZones = recordings.reduce(into: [:]) { zones, one in
      zones[one.camera.position] = one.recording.cameras[0].zone
    }
  }

  var positions: [CameraPosition] { grabbers.map(\.camera) }

  /// Starts a thread per camera; `ended` hears on that thread how it came to its end.
  func start(
    _ ended: @escaping @Sendable (CameraPosition, CameraGrabber.Ending) -> Void = { _, _ in }
  ) -> [NamedThread] {
    grabbers.map { grabber in
      NamedThread("grab-\(grabber.camera.rawValue)") { ended(grabber.camera, grabber.run()) }
    }
  }

  /// The recording behind a camera; of a folder the part of this camera.
  static func recording(of camera: Configuration.Camera) throws -> Recording {
    switch camera.source {
    case .recording(let path): return try Recording.open(path: path, camera: camera.position)
    case .device(let path):
      throw Complaint(
        .configuration,
        "\(camera.position.rawValue): \(path): this version has no live cameras yet; use device: recording:PATH")
    }
  }
}
