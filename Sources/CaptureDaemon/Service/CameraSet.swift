import CameraIO
import Foundation
import Logging

/// The cameras of the lane: a thread each that grabs frames into one queue.
///
/// A camera is a V4L2 device, which is opened again whenever it fails, or a recording that plays camera.
struct CameraSet: Sendable {
  let queue: FrameQueue
  let stop = StopFlag()
  let counters: CameraCounters
  /// The zones that the recordings themselves name.
  let recordedZones: [CameraPosition: [ZonePoint]]
  private let grabbers: [CameraGrabber]
  private let journal: CameraJournal

  /// Half a second of all cameras together; then the oldest frame gives way.
  private static let queueSeconds = 0.5
  /// A recording that plays camera leaves out frames that could be taken only so long after their time, as a driver does.
  private static let patienceSeconds = 1.0

  /// Makes a source of every camera. A recording that cannot be opened is told of and left out; throws when no camera is left.
  /// A device is opened on its own thread, now or whenever it comes.
  init(_ cameras: [Configuration.Camera], pool: FramePool, log: Logger) throws {
    guard !cameras.isEmpty else {
      throw Complaint(.configuration, "no cameras are configured: name at least one under cameras")
    }
    let counters = CameraCounters()
    let journal = CameraJournal(log: log)
    let recordings = try Self.openRecordings(of: cameras, log: log)
    let clock = PaceClock(now: { MonotonicClock.now }, sleep: { Thread.sleep(forTimeInterval: $0) })
    let epoch = MonotonicClock.now
    // Recordings start together and loop together, so that they stay one lane.
    let period = recordings.values.compactMap(\.statedSeconds).max()
    queue = FrameQueue(capacity: Int((cameras.map(\.rate).reduce(0, +) * Self.queueSeconds).rounded(.up)))
    var grabbers: [CameraGrabber] = []
    for camera in cameras {
      let report: @Sendable (CameraPosition, CameraError) -> Void = { position, error in
        log.error("\(position.rawValue): \(error)")
      }
      switch camera.source {
      case .device(let binding):
        let source = ReopeningSource(
          camera: camera.position, device: camera.device(binding), clock: clock, counters: counters,
          tell: { journal.note($0, $1) })
        grabbers.append(
          CameraGrabber(source: source, pool: pool, queue: queue, counters: counters, stop: stop, report: report))
      case .recording:
        guard let recording = recordings[camera.position] else { continue }
        let part = recording.cameras[0]
        let source = try PacedSource(
          looped: camera.playback == .loop, epoch: epoch, period: period.map { $0 + 1 / recording.nominalRate },
          patience: Self.patienceSeconds, clock: clock
        ) { () throws(CameraError) in try recording.source(of: part, whenPoolIsFull: .drop) }
        grabbers.append(
          CameraGrabber(source: source, pool: pool, queue: queue, counters: counters, stop: stop, report: report))
      }
    }
    self.counters = counters
    self.grabbers = grabbers
    self.journal = journal
    recordedZones = recordings.compactMapValues { $0.cameras[0].zone }
  }

  var positions: [CameraPosition] { grabbers.map(\.camera) }

  /// How each camera is now.
  var statuses: [CameraStatus] {
    let now = MonotonicClock.now
    return positions.map { camera in
      var status = journal.status(of: camera)
      status.take(counters[camera], now: now)
      return status
    }
  }

  /// Starts a thread per camera.
  func start() -> [NamedThread] {
    grabbers.map { grabber in NamedThread("grab-\(grabber.camera.rawValue)") { _ = grabber.run() } }
  }

  private static func openRecordings(
    of cameras: [Configuration.Camera], log: Logger
  ) throws -> [CameraPosition: Recording] {
    var recordings: [CameraPosition: Recording] = [:]
    var failure: CameraError?
    var left = cameras.count
    for camera in cameras {
      guard case .recording(let path) = camera.source else { continue }
      do throws(CameraError) {
        recordings[camera.position] = try Recording.open(path: path, camera: camera.position)
      } catch {
        log.error("\(camera.position.rawValue) is left out: \(error)")
        failure = failure ?? error
        left -= 1
      }
    }
    if left == 0, let failure { throw failure }
    return recordings
  }
}

extension Configuration.Camera {
  /// What the device of this camera is asked for.
  func device(_ binding: DeviceBinding) -> ReopeningSource.Device {
    ReopeningSource.Device(
      binding: binding, serial: serial,
      wish: V4L2Wish(pixelFormat: format, width: size.width, height: size.height, rate: rate, controls: controls))
  }
}
