import CameraIO
import Testing

@testable import FrameSelect

@Suite("Frames that will hardly be chosen are let go while the vehicle still drives")
struct SurplusTests {
  private let pool = FramePool(byteBudget: 1 << 28)

  private func offer(_ number: Int, at place: Double, to stretches: inout CameraStretches) throws {
    let frame = try TestFrames.frame(
      [0], FrameFormat(width: 1, height: 1, pixelFormat: .grey), camera: .roofLeft, at: Double(number) / 30, pool: pool)
    stretches.offer(
      Candidate(frame: frame, score: FrameScore(sharpness: 0.6, exposure: 1), displacement: place, presence: 0.5))
  }

  /// Frames that are held between the first and the last settled picture.
  private func between(_ stretches: CameraStretches) -> [Double] {
    let settled = stretches.settled.map(\.place)
    guard let low = settled.min(), let high = settled.max() else { return [] }
    return stretches.stretches.map(\.place).filter { $0 > low && $0 < high }
  }

  @Test(
    "Between settled pictures two are held for each picture that is left, and two more",
    arguments: [0.5, 1.0, 2.0, 3.0], [1.0, -1.0])
  func bounded(speed: Double, sign: Double) throws {
    var stretches = CameraStretches(limit: 16)
    var most = 0
    for number in 0...180 {
      try offer(number, at: sign * speed * Double(number) / 60, to: &stretches)
      _ = stretches.settle(WayPlans(own: WayPlan(way: 3), lane: WayPlan(way: 3)), from: MonotonicTime(seconds: 0))
      let held = between(stretches).count
      most = max(most, held)
      #expect(held <= 2 * (16 - stretches.settled.count) + 2, "frame \(number)")
    }
    // There was something to let go.
    #expect(most > 8)
  }

  @Test("What is kept lies where it is missed: the widest gap between settled pictures can still be filled")
  func spread() throws {
    var stretches = CameraStretches(limit: 16)
    // A vehicle twice as long as planned: its pictures come to lie wider and wider apart.
    for number in 0...180 {
      try offer(number, at: Double(number) / 30, to: &stretches)
      _ = stretches.settle(WayPlans(own: WayPlan(way: 3), lane: WayPlan(way: 3)), from: MonotonicTime(seconds: 0))
    }
    let settled = stretches.settled.map(\.place).sorted()
    let widest = try #require(zip(settled, settled.dropFirst()).max { $0.1 - $0.0 < $1.1 - $1.0 })
    #expect(between(stretches).contains { $0 > widest.0 && $0 < widest.1 }, "\(settled), \(between(stretches))")
  }

  @Test("When all pictures are chosen nothing is held, nor is what comes after")
  func full() throws {
    var stretches = CameraStretches(limit: 16)
    let from = MonotonicTime(seconds: 0)
    for number in 0...180 {
      try offer(number, at: Double(number) / 60, to: &stretches)
      _ = stretches.settle(WayPlans(own: WayPlan(way: 3), lane: WayPlan(way: 3)), from: from)
    }
    #expect(!stretches.held.isEmpty)
    _ = stretches.settleRest(from: from, to: MonotonicTime(seconds: 6))
    #expect(stretches.settled.count == 16)
    #expect(stretches.held.isEmpty)
    try offer(181, at: 3.1, to: &stretches)
    #expect(stretches.held.isEmpty)
    // How far it went is still told.
    #expect(stretches.reached?.upperBound == 3.1)
    #expect(pool.bytesInUse == 0)
  }
}
