import CameraIO
import FrameSelect
import Foundation
import LaneSimulation

/// One scenario with one seed, rendered and given to a lane of its own.
struct Trial: Sendable {
  let entry: ScenarioCatalogue.Entry
  let seed: UInt64
  let cameras: [CameraPosition]
  let width: Int
  let height: Int
  let rate: Double
  let watching: LaneConfiguration.Watching

  /// Frames that the lane and its candidates may hold at once.
  private static let memory = 512 << 20

  /// Renders every picture once and asks the lane about it.
  func run() throws -> TrialResult {
    let start = Self.usedSeconds
    let scenario = entry.make(ScenarioOptions(seed: seed))
    let pictures = LanePictures(
      scenario, seed: seed, cameras: cameras, width: width, height: height, rate: rate)
    var configuration = LaneConfiguration(cameras: try laneCameras(pictures.cameras))
    configuration.watching = watching
    let lane = Lane(configuration: configuration)
    let pool = FramePool(byteBudget: Self.memory)
    var told = Told()
    var laneSeconds = 0.0
    var frames = 0
    try pictures.forEach { picture, luma in
      let frame = try frame(picture, luma, pool)
      frames += 1
      let began = Self.usedSeconds
      for event in try lane.ingest(frame) { told.take(event) }
      laneSeconds += Self.usedSeconds - began
    }
    for event in lane.finish() { told.take(event) }
    return TrialResult(
      scenario: entry.name, seed: seed, isJudged: scenario.isLit,
      verdict: Verdict(truth: pictures.passages, found: told.found), dismissed: told.dismissed,
      seconds: scenario.seconds, costSeconds: Self.usedSeconds - start,
      laneSeconds: laneSeconds, frames: frames, looks: lane.looks.values.reduce(0, +))
  }

  /// What this thread has computed so far: a busy machine does not make the lane dearer.
  private static var usedSeconds: Double {
    var now = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
  }

  private func laneCameras(_ cameras: [LanePictures.Camera]) throws -> [CameraPosition: LaneCamera] {
    var all: [CameraPosition: LaneCamera] = [:]
    for camera in cameras {
      all[camera.position] = LaneCamera(
        zone: try Zone(corners: camera.zone), forward: .init(x: camera.forward.x, y: camera.forward.y),
        nominalRate: rate)
    }
    return all
  }

  private func frame(_ picture: LanePictures.Picture, _ luma: RawSpan, _ pool: FramePool) throws -> Frame {
    let format = FrameFormat(width: width, height: height, pixelFormat: .grey)
    guard var lease = pool.lease(capacity: width * height) else {
      throw ExhaustedMemory(description: "\(entry.name): the lane holds more frames than \(Self.memory >> 20) MiB")
    }
    lease.withBytes { bytes in
      unsafe bytes.withUnsafeMutableBytes { target in
        unsafe luma.withUnsafeBytes { unsafe target.copyMemory(from: $0) }
      }
    }
    return lease.seal(
      byteCount: width * height, camera: picture.camera, sequence: UInt64(picture.frame),
      time: MonotonicTime(seconds: picture.time), format: format)
  }

  private struct ExhaustedMemory: Error, CustomStringConvertible {
    let description: String
  }
}

/// What the lane said, as far as it is held against the truth.
private struct Told {
  var found: [FoundPassage] = []
  var dismissed: [Dismissal] = []

  mutating func take(_ event: LaneEvent) {
    switch event {
    case .began, .confirmed: break
    case .ended(let passage, _, _):
      found.append(
        FoundPassage(
          from: passage.from.seconds, to: passage.to.seconds, direction: passage.direction.rawValue,
          cameras: passage.cameras.map(\.rawValue), evidence: passage.evidence))
    case .dismissed(_, let from, let to, let reason, let evidence):
      dismissed.append(Dismissal(from: from.seconds, to: to.seconds, reason: reason, evidence: evidence))
    }
  }
}

/// The trials that nobody has begun yet.
///
/// `@unchecked Sendable`: the only changing member is read and written under the lock.
final class TrialQueue: @unchecked Sendable {
  private let lock = NSLock()
  private var left: ArraySlice<Trial>

  init(_ trials: [Trial]) { left = trials[...] }

  func next() -> Trial? { lock.withLock { left.popFirst() } }
}
