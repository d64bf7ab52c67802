import CameraIO
import Testing

@testable import FrameSelect

@Suite("A vehicle leaves one camera's picture after the other")
struct LeavingTests {
  /// How large the front camera sees the vehicle at its last, when that is, and when it is asked.
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var lastPresence = 0.02
    var last = 3.0
    let asked: Double
    let parted: Set<CameraPosition>
  }

  @Test(
    "It has left a picture for good when it went out of it, small at last, half a second ago",
    arguments: [
      Case(testDescription: "still there", last: 5, asked: 4, parted: []),
      Case(testDescription: "gone a moment ago", asked: 3.4, parted: []),
      Case(testDescription: "gone for half a second", asked: 3.55, parted: [.frontLeft]),
      Case(testDescription: "gone for long", asked: 5, parted: [.frontLeft]),
      Case(testDescription: "lost while it was a fifth smaller", lastPresence: 0.32, asked: 5, parted: []),
      Case(testDescription: "lost while it was a quarter as large", lastPresence: 0.1, asked: 5, parted: []),
    ])
  func parted(_ scene: Case) {
    var segmenter = PassageSegmenter(cameras: [.backLeft, .frontLeft])
    var travels = [CameraPosition.backLeft: Travel(forward: nil), .frontLeft: Travel(forward: nil)]
    func see(_ camera: CameraPosition, _ presence: Double, _ time: MonotonicTime) {
      travels[camera]?.add(Displacement(x: 0.05, y: 0, confidence: 1, blocks: Travel.sureBlocks), at: time)
      var things: [Thing] = []
      if presence > 0 { things = [Thing(track: 1, presence: presence, isMoving: true, travel: travels[camera])] }
      _ = segmenter.observe(PassageSegmenter.Observation(camera: camera, time: time, things: things))
    }
    for step in 20...Int((scene.asked * 20).rounded()) {
      let seconds = Double(step) / 20
      let time = MonotonicTime(seconds: seconds)
      // As a vehicle goes out of the picture, less and less is seen of it.
      let front = seconds > scene.last ? 0 : seconds > scene.last - 0.1 ? scene.lastPresence : 0.4
      see(.frontLeft, front, time)
      see(.backLeft, 0.4, time)
    }
    #expect(segmenter.isConfirmed)
    #expect(segmenter.leaving.first?.parted ?? [] == scene.parted)
  }

  /// A vehicle that goes four widths in front of two cameras, and what the collector holds of it.
  private func driven(limit: Int, pool: FramePool) throws -> PassageCollector {
    var collector = PassageCollector(limits: [:], fallbackLimit: limit)
    for number in 0...120 {
      for camera in [CameraPosition.bottomLeft, .roofLeft] {
        collector.offer(try candidate(camera, at: Double(number) / 30, place: Double(number) / 30, pool))
      }
    }
    return collector
  }

  private func candidate(
    _ camera: CameraPosition, at seconds: Double, place: Double, _ pool: FramePool
  ) throws -> Candidate {
    let frame = try TestFrames.frame(
      [0], FrameFormat(width: 1, height: 1, pixelFormat: .grey), camera: camera, at: seconds, pool: pool)
    return Candidate(
      frame: frame, score: FrameScore(sharpness: 0.6, exposure: 1), displacement: place, presence: 0.5)
  }

  private func name(_ selected: SelectedFrame) -> String {
    "\(selected.candidate.frame.camera) \(selected.candidate.frame.time) \(selected.reason)"
  }

  @Test(
    "The rest of a camera is what would have been chosen at the end, and nothing of it is chosen again",
    arguments: [1, 8, 40])
  func rest(limit: Int) throws {
    let pool = FramePool(byteBudget: 1 << 28)
    var collector = try driven(limit: limit, pool: pool)
    let (from, to) = (MonotonicTime(seconds: 0), MonotonicTime(seconds: 9))
    let early = collector.settle(.roofLeft, WayPlans(own: WayPlan(), lane: WayPlan()), from: from)
    let (atEnd, _) = collector.select(from: from, to: to)
    let rest = collector.settleRest(of: [.roofLeft], from: from, to: to)
    #expect(rest.map(name) == atEnd.filter { $0.candidate.frame.camera == .roofLeft }.map(name))
    #expect(early.count + rest.count == limit)
    #expect(collector.settleRest(of: [.roofLeft], from: from, to: to).isEmpty)
    let (chosen, considered) = collector.select(from: from, to: to)
    #expect(chosen.map(name) == atEnd.filter { $0.candidate.frame.camera == .bottomLeft }.map(name))
    let written = considered.filter { $0.camera == .roofLeft && $0.disposition == .chosen }
    #expect(written.count == limit)
  }

  @Test("One that comes back into a picture after all finds the limit as it is", arguments: [8, 200])
  func back(limit: Int) throws {
    let pool = FramePool(byteBudget: 1 << 28)
    var collector = try driven(limit: limit, pool: pool)
    let (from, to) = (MonotonicTime(seconds: 0), MonotonicTime(seconds: 9))
    let before = collector.settleRest(of: [.roofLeft], from: from, to: to).count
    #expect(before == min(limit, 121))
    for number in 0..<30 {
      collector.offer(try candidate(.roofLeft, at: 6 + Double(number) / 30, place: 4 + Double(number) / 30, pool))
    }
    let after = collector.select(from: from, to: to).chosen.filter { $0.candidate.frame.camera == .roofLeft }
    #expect(after.count == (limit == 8 ? 0 : 30))
  }
}
