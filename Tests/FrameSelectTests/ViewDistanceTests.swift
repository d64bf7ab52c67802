import Testing

@testable import CameraIO
@testable import FrameSelect

@Suite("Front and back cameras show a vehicle from near by")
struct ViewDistanceTests {
  private let pool = FramePool(byteBudget: 1 << 30)
  private static let plans = WayPlans(own: WayPlan(straight: 1, way: 2), lane: WayPlan(straight: 1))

  /// How a vehicle grows and shrinks in front of a camera in ten seconds, in which it goes two widths of the picture.
  enum Approach: String, CaseIterable, Sendable {
    case comes, goes, staysAway
    func presence(_ seconds: Double) -> Double {
      switch self {
      case .comes: 0.7 * (seconds / 10) * (seconds / 10)
      case .goes: 0.7 * (1 - seconds / 10) * (1 - seconds / 10)
      case .staysAway: 0.03
      }
    }
  }

  /// What is chosen of a vehicle, and what of it was settled while it was smaller than `small`.
  private func choose(
    _ approach: Approach, of camera: CameraPosition, small: Double = 0
  ) throws -> (chosen: [Candidate], early: Int) {
    var collector = PassageCollector(limits: [:], fallbackLimit: 16)
    var settled: [SelectedFrame] = []
    var early = 0
    let began = MonotonicTime(seconds: 0)
    for number in 0...150 {
      let seconds = Double(number) / 15
      let frame = try TestFrames.frame(
        [0], FrameFormat(width: 1, height: 1, pixelFormat: .grey), camera: camera, at: seconds, pool: pool)
      let presence = approach.presence(seconds)
      collector.offer(
        Candidate(
          frame: frame, score: FrameScore(sharpness: 0.5, exposure: 1), displacement: seconds / 5,
          presence: max(presence, 0.001)))
      settled += collector.settle(camera, Self.plans, from: began)
      if presence <= small { early = settled.count }
    }
    let rest = collector.select(from: began, to: MonotonicTime(seconds: 11)).chosen
    return ((settled + rest).map(\.candidate), early)
  }

  @Test(
    "What shows a vehicle from afar is chosen only where it comes no nearer, or the camera looks across the lane",
    arguments: Approach.allCases, [CameraPosition.frontLeft, .backRight, .roofLeft])
  func chosen(approach: Approach, camera: CameraPosition) throws {
    let chosen = try choose(approach, of: camera).chosen
    #expect(chosen.count == 16)
    let isFromNear = camera.looksAlong && approach != .staysAway
    #expect(chosen.allSatisfy { $0.presence >= 0.07 } == isFromNear)
    // Over all of the way on which it is near, and with no gap in it: two thirds of ten seconds, or all.
    let times = chosen.map(\.frame.time.seconds).sorted()
    let way = (isFromNear ? 6.8 : 10.0)
    #expect(times[15] - times[0] > way - 0.5)
    #expect(zip(times.dropFirst(), times).allSatisfy { $0 - $1 < 2.5 * way / 15 })
  }

  @Test(
    "Nothing is settled that may turn out to be far; what is near however near the vehicle comes is settled at once")
  func settled() throws {
    #expect(try choose(.comes, of: .frontLeft, small: 0.079).early == 0)
    #expect(try choose(.comes, of: .frontLeft, small: 0.2).early >= 2)
    #expect(try choose(.comes, of: .roofLeft, small: 0.079).early >= 3)
  }
}
