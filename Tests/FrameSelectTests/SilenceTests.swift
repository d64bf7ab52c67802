import CameraIO
import Testing

@testable import FrameSelect

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
