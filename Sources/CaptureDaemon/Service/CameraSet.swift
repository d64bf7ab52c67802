import CameraIO
import Foundation
import Logging

/// The cameras of the lane: a thread each that grabs frames into one queue.
///
/// A camera is a V4L2 device, which is opened again whenever it fails, or a recording that plays camera.
struct CameraSet: Sendable {
  let queue: FrameQueue
  let stop = StopFlag()
  let counters = CameraCounters()
  /// The zones that the recordings themselves name.
  let recordedZones: [CameraPosition: [ZonePoint]]
  /// What the recordings say of their lenses and of the capture set.
  let recordedOptics: [CameraPosition: PlatePlan.Recorded]
  /// Frames a second of each camera: what a recording has, what a device is asked for.
  let nominalRates: [CameraPosition: Double]
  private let grabbers: [CameraGrabber]
  private let journal: CameraJournal

  /// A recording that plays camera leaves out frames that could be taken only so long after their time, as a driver does.
  private static let patienceSeconds = 1.0

  /// Seconds of all cameras that may wait for the lane: what a core that others use half of lags behind while a vehicle passes. Where the
  /// machine keeps up none do.
  static let queueSeconds = 3.0

  /// Makes a source of every camera. A recording that cannot be opened is told of and left out; throws when no camera is left.
  /// A device is opened on its own thread, now or whenever it comes.
  ///
  /// `queueSeconds` of all cameras together wait at most; then the oldest frame gives way. `keepsCoded`: H.264 of a device
  /// stays as it comes, to be recorded, and is not decoded.
  init(
    _ cameras: [Configuration.Camera], pool: FramePool, queueSeconds: Double = CameraSet.queueSeconds,
    keepsCoded: Bool = false, log: Logger
  ) throws {
    guard !cameras.isEmpty else {
      throw Complaint(.configuration, "no cameras are configured: name at least one under cameras")
    }
    let recordings = try Self.openRecordings(of: cameras, log: log)
    // Recordings start together and loop together, so that they stay one lane.
    let period = recordings.values.compactMap(\.statedSeconds).max()
    let epoch = MonotonicClock.now
    let clock = PaceClock(now: { MonotonicClock.now }, sleep: { Thread.sleep(forTimeInterval: $0) })
    let journal = CameraJournal(log: log)
    queue = FrameQueue(capacity: Int((cameras.map(\.rate).reduce(0, +) * queueSeconds).rounded(.up)))
    var grabbers: [CameraGrabber] = []
    var rates: [CameraPosition: Double] = [:]
    for camera in cameras {
      rates[camera.position] = camera.rate
      let grabber: CameraGrabber
      let report: @Sendable (CameraPosition, CameraError) -> Void = { log.error("\($0.rawValue): \($1)") }
      switch camera.source {
      case .device(let binding):
        let source = ReopeningSource(
          camera: camera.position, device: camera.device(binding, keepsCoded: keepsCoded), clock: clock,
          counters: counters, tell: { journal.note($0, $1) })
        grabber = CameraGrabber(
          source: source, pool: pool, queue: queue, counters: counters, stop: stop, report: report)
      case .recording:
        guard let recording = recordings[camera.position] else { continue }
        let part = recording.cameras[0]
        let source = try PacedSource(
          looped: camera.playback == .loop, epoch: epoch, period: period.map { $0 + 1 / recording.nominalRate },
          patience: Self.patienceSeconds, clock: clock
        ) { () throws(CameraError) in try recording.source(of: part, whenPoolIsFull: .drop) }
        rates[camera.position] = source.nominalRate
        grabber = CameraGrabber(
          source: source, pool: pool, queue: queue, counters: counters, stop: stop, report: report)
      }
      grabbers.append(grabber)
    }
    self.grabbers = grabbers
    self.journal = journal
    nominalRates = rates
    recordedZones = recordings.compactMapValues { $0.cameras[0].zone }
    recordedOptics = recordings.mapValues { .init(lens: $0.cameras[0].lens, captureSet: $0.captureSet) }
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

  /// Starts a thread per camera; `ended` hears on that thread how it came to its end.
  func start(
    _ ended: @escaping @Sendable (CameraPosition, CameraGrabber.Ending) -> Void = { _, _ in }
  ) -> [NamedThread] {
    grabbers.map { grabber in
      NamedThread("grab-\(grabber.camera.rawValue)") { ended(grabber.camera, grabber.run()) }
    }
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
  func device(_ binding: DeviceBinding, keepsCoded: Bool = false) -> ReopeningSource.Device {
    ReopeningSource.Device(
      binding: binding, serial: serial,
      wish: V4L2Wish(
        pixelFormat: format, width: size.width, height: size.height, rate: rate, controls: controls,
        keepsCoded: keepsCoded))
  }
}
