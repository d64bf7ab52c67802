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
    var told = Told()
    let played = try play(scenario) { told.take($0) }
    return TrialResult(
      scenario: entry.name, seed: seed, isJudged: scenario.isLit,
      verdict: Verdict(truth: played.pictures.passages, found: told.found), dismissed: told.dismissed,
      seconds: scenario.seconds, costSeconds: Self.usedSeconds - start,
      laneSeconds: played.laneSeconds, frames: played.frames, looks: played.looks)
  }

  /// What it took to play a scenario.
  struct Played {
    let pictures: LanePictures
    /// Seconds that the lane computed.
    var laneSeconds = 0.0
    /// Frames that it was given, and those that it looked at.
    var frames = 0
    var looks = 0
  }

  /// Plays a scenario into a lane of its own; `tell` hears of everything.
  func play(
    _ scenario: Scenario, limit: Int = 16, _ tell: (LaneEvent) -> Void
  ) throws -> Played {
    var played = Played(
      pictures: LanePictures(scenario, seed: seed, cameras: cameras, width: width, height: height, rate: rate))
    var configuration = LaneConfiguration(
      cameras: try laneCameras(played.pictures.cameras), fallbackMaximumPictures: limit)
    configuration.watching = watching
    let lane = Lane(configuration: configuration)
    let pool = FramePool(byteBudget: Self.memory)
    try played.pictures.forEach { picture, luma in
      let frame = try frame(picture, luma, pool)
      played.frames += 1
      let began = Self.usedSeconds
      for event in try lane.ingest(frame) { tell(event) }
      played.laneSeconds += Self.usedSeconds - began
    }
    for event in lane.finish() { tell(event) }
    played.looks = lane.looks.values.reduce(0, +)
    return played
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
    case .began, .confirmed, .settled, .drafted: break
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
final class TrialQueue<Item: Sendable>: @unchecked Sendable {
  private let lock = NSLock()
  private var left: ArraySlice<Item>

  init(_ items: [Item]) { left = items[...] }

  func next() -> Item? { lock.withLock { left.popFirst() } }
}
