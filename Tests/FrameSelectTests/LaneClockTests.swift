import CameraIO
import Testing

@testable import FrameSelect

@Suite("The time for which a lane was watched")
struct LaneClockTests {
  private func clock(_ seconds: [Double], rate: Double = 30) -> LaneClock {
    var clock = LaneClock(rate: rate)
    for one in seconds { clock.hear(MonotonicTime(seconds: one)) }
    return clock
  }

  /// Frames at thirty a second, but for what is silent.
  private func clock(without silences: [ClosedRange<Double>]) -> LaneClock {
    clock((0..<900).map { Double($0) / 30 }.filter { one in !silences.contains { $0.contains(one) } })
  }

  private func watched(_ clock: LaneClock, _ seconds: Double) -> Double {
    clock.watched(MonotonicTime(seconds: seconds)).seconds
  }

  @Test("A silence of all cameras counts a tenth of a second, and what comes after it so much less")
  func silence() {
    let clock = clock(without: [3.01...4.99])
    #expect(abs(watched(clock, 2) - 2) < 1e-6 && abs(watched(clock, 3) - 3) < 1e-6)
    #expect(abs(watched(clock, 5) - 3.1) < 1e-6 && abs(watched(clock, 7) - 5.1) < 1e-6)
    #expect((3.0...3.1).contains(watched(clock, 4)))
  }

  @Test(
    "No silence is what lies between the frames of slow cameras, and none that a vehicle may have come and gone in",
    arguments: [([0, 0.5, 1, 1.5, 2] as [Double], 2.0), ([0, 6, 6.5], 0.5), ([0], 0.5)])
  func none(times: [Double], rate: Double) {
    let clock = clock(times, rate: rate)
    for one in times { #expect(watched(clock, one) == one) }
  }

  @Test("What is told is on the cameras' own clock again, in order, however many silences there were")
  func told() {
    let clock = clock(without: (1..<10).map { Double($0) * 3...Double($0) * 3 + 0.2 * Double($0) })
    var last = -1.0
    for tick in 0..<290 {
      let time = MonotonicTime(seconds: Double(tick) / 10)
      let watched = clock.watched(time)
      #expect(watched.seconds >= last)
      last = watched.seconds
      #expect(abs(clock.told(watched).seconds - time.seconds) < 1e-3, "\(time)")
    }
  }

  @Test("The longest silence of the slowest camera is reckoned as any other")
  func slow() {
    let clock = clock([0, 4.9], rate: 1)
    #expect(abs(watched(clock, 4.9) - 3) < 1e-6 && abs(watched(clock, 2.45) - 1.5) < 1e-6)
    #expect(abs(clock.told(MonotonicTime(seconds: 1.5)).seconds - 2.45) < 1e-6)
  }

  @Test("More silences than can be told of leave the present right")
  func many() {
    var clock = LaneClock()
    for number in 0..<100 {
      clock.hear(MonotonicTime(seconds: Double(number) * 2))
      clock.hear(MonotonicTime(seconds: Double(number) * 2 + 0.05))
    }
    let now = MonotonicTime(seconds: 198.05)
    #expect(abs(clock.watched(now).seconds - (99 * 0.15 + 0.05)) < 1e-6)
    #expect(clock.told(clock.watched(now)) == now)
  }
}

@Suite("No camera gives a frame for a while, and a vehicle is there")
struct SilenceTests {
  private let maker = FrameMaker()
  private static let rate = 15.0

  /// Who is silent, and when.
  struct Silence: Sendable {
    var seconds: ClosedRange<Double>
    var cameras: Set<CameraPosition> = [.frontLeft, .backLeft]
  }

  /// What a vehicle does that comes at 1.5 s.
  enum Drive: Sendable { case goesBy, hurries, stands }

  /// A vehicle that stands in the middle of the picture from 4.5 to 9 s.
  private static var standing: SyntheticLane.Thing {
    SyntheticLane.Thing(width: 120, height: 90, top: 30) { time in
      guard time >= 1.5, time < 12 else { return nil }
      let driven = time < 4.5 ? time - 1.5 : time < 9 ? 3 : time - 6
      return Int(driven * 60) - 120
    }
  }

  private func passages(_ drive: Drive, _ silences: [Silence]) throws -> (ended: [Passage], dismissed: Int) {
    var scene = SyntheticLane(rate: Self.rate)
    let vehicle =
      switch drive {
      case .goesBy: SyntheticLane.crossing(from: 1.5, speed: 60)
      case .hurries: SyntheticLane.crossing(from: 1.5, speed: 130)
      case .stands: Self.standing
      }
    scene.things = [vehicle]
    let lane = Lane(
      configuration: LaneConfiguration(
        cameras: [.frontLeft: LaneCamera(nominalRate: Self.rate), .backLeft: LaneCamera(nominalRate: Self.rate)],
        fallbackMaximumPictures: 6))
    var events: [LaneEvent] = []
    for index in 0..<Int(14 * Self.rate) {
      let time = Double(index) / Self.rate
      for (camera, late) in [(CameraPosition.frontLeft, 0.0), (.backLeft, 0.01)]
      where !silences.contains(where: { $0.seconds.contains(time) && $0.cameras.contains(camera) }) {
        let frame = try maker.frame(
          scene.picture(at: index), camera: camera, sequence: UInt64(index), seconds: time + late)
        events += try lane.ingest(frame)
      }
    }
    events += lane.finish()
    var (ended, dismissed) = ([Passage](), 0)
    for event in events {
      if case .ended(let passage, _, _) = event { ended.append(passage) }
      if case .dismissed = event { dismissed += 1 }
    }
    return (ended, dismissed)
  }

  @Test(
    "It is one passage all the same, from when it came until it left, on the cameras' own clock",
    arguments: [Drive.goesBy, .stands],
    [
      [], [Silence(seconds: 2.5...4.5)], [Silence(seconds: 3...4), Silence(seconds: 5...6.5)],
      [Silence(seconds: 2.5...5, cameras: [.frontLeft])],
    ])
  func one(drive: Drive, silences: [Silence]) throws { try expectOne(drive, silences) }

  @Test(
    "That which is seen where nothing of it was before is it, too",
    arguments: [[], [CameraPosition.frontLeft], [.backLeft]])
  func elsewhere(others: [CameraPosition]) throws {
    try expectOne(.hurries, [Silence(seconds: 2.7...3.8, cameras: Set([.frontLeft, .backLeft]).subtracting(others))])
  }

  private func expectOne(_ drive: Drive, _ silences: [Silence]) throws {
    let found = try passages(drive, silences)
    let whole = try #require(try passages(drive, []).ended.first)
    #expect(found.ended.count == 1 && found.dismissed == 0, "\(found)")
    let passage = try #require(found.ended.first)
    #expect(abs(passage.from - whole.from) < 0.2 && abs(passage.to - whole.to) < 0.2, "\(passage.from) \(passage.to)")
    #expect(abs((passage.evidence["seconds"] ?? 0) - (passage.to - passage.from)) < 1e-6)
    let left = try #require(passage.evidence["left.backLeft"])
    #expect(abs(left - (passage.to - passage.from)) < 0.2)
  }
}
