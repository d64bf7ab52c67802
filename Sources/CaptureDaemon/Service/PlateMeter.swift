import CameraIO
import FrameSelect
import Foundation

/// What the cameras show of plates at this moment, for somebody who holds one up: for `diagnose` and the status page.
///
/// Costs nothing while nobody asks. Who asks twice within a second is told the same twice.
actor PlateMeter {
  /// Where the lane leaves the next frame of a camera that was asked for.
  let tap = FrameTap()
  private let plan: PlatePlan
  private let patience: Duration
  private let pool: EncodePool
  private let detector: SharedPlateDetector
  private var last: (at: Double, glances: [PlateGlance])?
  private var asking: Task<[PlateGlance], Never>?

  /// How long a camera has to give a frame.
  static let usualPatience = Duration.seconds(1)
  /// How long an answer holds, seconds.
  private static let freshSeconds = 1.0

  /// Looks where `plan` says, on the threads of `pool`, which have what capture leaves over.
  init(
    _ plan: PlatePlan, pool: EncodePool, detector: SharedPlateDetector = SharedPlateDetector(),
    patience: Duration = PlateMeter.usualPatience
  ) {
    self.detector = detector
    self.patience = patience
    self.plan = plan
    self.pool = pool
  }

  /// One answer for each camera that can see a plate, in order of the cameras.
  func read() async -> [PlateGlance] {
    if let last, MonotonicClock.seconds - last.at < Self.freshSeconds { return last.glances }
    if let asking { return await asking.value }
    let task = Task { await look() }
    asking = task
    let glances = await task.value
    last = (MonotonicClock.seconds, glances)
    asking = nil
    return glances
  }

  private func look() async -> [PlateGlance] {
    let frames = await tap.frames(of: plan.cameras, patience: patience)
    var glances: [PlateGlance] = []
    for camera in plan.cameras.sorted() {
      let measure = plan.measure(of: camera)
      guard let frame = frames[camera] else {
        glances.append(PlateGlance(camera, measure, trouble: "no frame comes"))
        continue
      }
      let glance = try? await pool.run { [detector] in PlateGlance(at: frame, measure, detector) }
      glances.append(glance ?? PlateGlance(camera, measure, trouble: "the daemon is ending"))
    }
    return glances
  }
}

/// The next frame of each camera that somebody asks for, taken as it passes by.
final class FrameTap: Sendable {
  private let lock = NSLock()
  nonisolated(unsafe) private var wanted: Set<CameraPosition> = []  // guarded by `lock`
  nonisolated(unsafe) private var taken: [CameraPosition: Frame] = [:]  // guarded by `lock`

  /// A frame passes by.
  func pass(_ frame: Frame) {
    lock.withLock {
      guard unsafe !wanted.isEmpty, unsafe wanted.remove(frame.camera) != nil else { return }
      unsafe taken[frame.camera] = frame
    }
  }

  /// The next frame of each of `cameras`; those that give none within `patience` are left out.
  func frames(of cameras: Set<CameraPosition>, patience: Duration) async -> [CameraPosition: Frame] {
    lock.withLock { unsafe wanted = cameras }
    let end = SuspendingClock.now + patience
    while lock.withLock({ unsafe !wanted.isEmpty }), SuspendingClock.now < end {
      // Cut short only by the end of the process.
      try? await Task.sleep(for: .milliseconds(20))
    }
    return lock.withLock {
      defer { unsafe taken = [:] }
      unsafe wanted = []
      return unsafe taken
    }
  }
}
