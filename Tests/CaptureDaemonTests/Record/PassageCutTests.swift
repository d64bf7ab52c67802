import FrameSelect
import Testing

@testable import CameraIO
@testable import CaptureDaemon

@Suite("Only passages are recorded")
struct PassageCutTests {
  static let slot = FramePool.pageBytes

  /// Ten frames a second of one camera; events by the tenth of a second at which they come. Gives back the tenths that are written.
  private func written(
    _ cut: inout PassageCut, until end: Int, _ events: [Int: [LaneEvent]]
  ) throws -> [Int] {
    let frames = RecordFrames()
    var tenths: [Int] = []
    for tenth in 0...end {
      let frame = try frames.frame(at: Double(tenth) / 10)
      tenths += cut.take(frame, events[tenth] ?? []).map { Int(($0.time.seconds * 10).rounded()) }
    }
    return tenths
  }

  private static func began(_ number: Int, _ tenth: Int) -> LaneEvent {
    .began(number: number, at: MonotonicTime(seconds: Double(tenth) / 10))
  }
  private static func confirmed(_ number: Int, _ tenth: Int) -> LaneEvent {
    .confirmed(number: number, at: MonotonicTime(seconds: Double(tenth) / 10))
  }
  private static func ended(_ number: Int, _ from: Int, _ to: Int) -> LaneEvent {
    .ended(
      Passage(
        number: number, from: MonotonicTime(seconds: Double(from) / 10), to: MonotonicTime(seconds: Double(to) / 10),
        direction: .forward, trigger: "motion", plateArea: nil, cameras: [.roofLeft], evidence: [:]),
      chosen: [], considered: [])
  }
  private static func dismissed(_ number: Int, _ tenth: Int) -> LaneEvent {
    .dismissed(
      number: number, from: MonotonicTime(seconds: 0), to: MonotonicTime(seconds: Double(tenth) / 10),
      reason: "too small", evidence: [:])
  }

  @Test("A vehicle is written from its pre-roll to its post-roll, and then it is over")
  func oneVehicle() throws {
    var cut = PassageCut(passages: 1, preRollSeconds: 2, holdBytes: 1 << 30)
    let tenths = try written(
      &cut, until: 90,
      [50: [Self.began(1, 50)], 53: [Self.confirmed(1, 53)], 75: [Self.ended(1, 48, 70)]])
    // Noticed at 5.0 s, so from 3.0 s (what was held the frame before) to a second after 7.0 s.
    #expect(tenths == Array(29...80))
    #expect(cut.isOver)
    #expect(cut.seen == 1)
    #expect(cut.start == MonotonicTime(seconds: 2.9))
  }

  @Test("It is not over before the post-roll of the last vehicle is")
  func notOverTooSoon() throws {
    var cut = PassageCut(passages: 1, preRollSeconds: 2, holdBytes: 1 << 30)
    _ = try written(
      &cut, until: 82, [50: [Self.began(1, 50), Self.confirmed(1, 50)], 75: [Self.ended(1, 48, 70)]])
    #expect(!cut.isOver)
  }

  @Test("What turns out to be no vehicle is not written, and its frames go back to the pool")
  func dismissedBeginning() throws {
    var cut = PassageCut(passages: 1, preRollSeconds: 1, holdBytes: 1 << 30)
    let tenths = try written(
      &cut, until: 140,
      [
        20: [Self.began(1, 20)], 60: [Self.dismissed(1, 60)], 100: [Self.began(2, 100), Self.confirmed(2, 100)],
        115: [Self.ended(2, 99, 110)],
      ])
    #expect(tenths == Array(89...120))
    #expect(cut.dismissed.all == 1 && cut.dismissed.written == 0)
  }

  @Test("A beginning that does not fit into memory is written as it comes, until it is decided")
  func beginningTooLong() throws {
    var cut = PassageCut(passages: 1, preRollSeconds: 1, holdBytes: 15 * Self.slot)
    let tenths = try written(&cut, until: 80, [20: [Self.began(1, 20)], 60: [Self.dismissed(1, 60)]])
    #expect(tenths == Array(9...59))
    #expect(cut.dismissed.all == 1 && cut.dismissed.written == 1)
    #expect(!cut.isPreRollShortened)
  }

  @Test("A pre-roll that does not fit into memory becomes shorter, and that is told")
  func preRollTooLong() throws {
    let frames = RecordFrames(bytes: 8 * Self.slot)
    var cut = PassageCut(passages: 1, preRollSeconds: 10, holdBytes: 4 * Self.slot)
    for tenth in 0..<100 {
      let written = cut.take(try frames.frame(at: Double(tenth) / 10), [])
      #expect(written.isEmpty)
    }
    let written = cut.take(
      try frames.frame(at: 10), [Self.began(1, 100), Self.confirmed(1, 100)])
    #expect(written.map(\.time.seconds) == [9.6, 9.7, 9.8, 9.9, 10])
    #expect(cut.isPreRollShortened)
  }

  @Test("Vehicles close together are written without a gap and without doubles")
  func vehiclesInARow() throws {
    var cut = PassageCut(passages: 2, preRollSeconds: 2, holdBytes: 1 << 30)
    let tenths = try written(
      &cut, until: 120,
      [
        20: [Self.began(1, 20)], 23: [Self.confirmed(1, 23)], 45: [Self.ended(1, 19, 40), Self.began(2, 45)],
        54: [Self.confirmed(2, 54)], 85: [Self.ended(2, 44, 80)],
      ])
    #expect(tenths == Array(0...90))
    #expect(cut.isOver)
  }

  @Test("Of vehicles in the lane at once all is written, from before the first until after the last")
  func vehiclesAtOnce() throws {
    var cut = PassageCut(passages: 2, preRollSeconds: 1, holdBytes: 1 << 30)
    let tenths = try written(
      &cut, until: 120,
      [
        20: [Self.began(1, 20)], 23: [Self.confirmed(1, 23)], 40: [Self.began(2, 40)], 44: [Self.confirmed(2, 44)],
        60: [Self.ended(1, 19, 55)], 90: [Self.ended(2, 38, 85)],
      ])
    #expect(tenths == Array(9...95))
    #expect(cut.seen == 2 && cut.isOver)
  }

  @Test("Of several cameras the earliest waiting frame is written first: it is the recording's zero")
  func severalCameras() throws {
    let frames = RecordFrames()
    var cut = PassageCut(passages: 1, preRollSeconds: 2, holdBytes: 1 << 30)
    let early = cut.take(try frames.frame(.roofRight, at: 1.02), []) + cut.take(try frames.frame(.roofLeft, at: 1), [])
    #expect(early.isEmpty)
    let written = cut.take(
      try frames.frame(.roofRight, at: 1.12), [Self.began(1, 11), Self.confirmed(1, 11)])
    #expect(written.map(\.camera) == [.roofLeft, .roofRight, .roofRight])
    #expect(cut.start == MonotonicTime(seconds: 1))
  }

  @Test("Stopped in the middle: a vehicle is seen, a beginning is not")
  func stopped() throws {
    var cut = PassageCut(passages: 5, preRollSeconds: 2, holdBytes: 1 << 30)
    _ = try written(&cut, until: 30, [20: [Self.began(1, 20)]])
    cut.finish([Self.dismissed(1, 30)])
    #expect(cut.seen == 0 && cut.start == nil)
    var other = PassageCut(passages: 5, preRollSeconds: 2, holdBytes: 1 << 30)
    _ = try written(&other, until: 30, [20: [Self.began(1, 20), Self.confirmed(1, 20)]])
    other.finish([Self.ended(1, 19, 30)])
    #expect(other.seen == 1 && other.start == MonotonicTime(seconds: 0))
  }
}
