import CameraIO
import Testing

@testable import FrameSelect

@Suite("Passages out of observations")
struct PassageSegmenterTests {
  /// What one camera sees from one moment to another.
  struct Sight: Sendable {
    var camera = CameraPosition.frontLeft
    var from: Double
    var to: Double
    var presence = 0.3
    var isMoving = true
    var travelled = 0.5
    /// The share of it that has a structure of its own.
    var own = 0.6
    /// When the camera says that it appeared.
    var appeared: Double?
  }

  /// Plays sights at 20 pictures a second and writes the events down: `began`, `sure`, `1.00-3.00`, `no 1.00-3.00 reason`.
  private func play(
    _ sights: [Sight], cameras: [CameraPosition] = [.frontLeft], until: Double = 12,
    silence: [CameraPosition: Double] = [:], finish: Bool = true
  ) -> (log: [String], passages: [Passage]) {
    var segmenter = PassageSegmenter(cameras: cameras)
    var tracks: [CameraPosition: (number: Int, step: Int)] = [:]
    var log: [String] = []
    var passages: [Passage] = []
    func text(_ time: MonotonicTime) -> String { String(time.description.dropLast(2)) }
    func note(_ events: [PassageSegmenter.Event]) {
      for event in events {
        switch event {
        case .began: log.append("began")
        case .confirmed: log.append("sure")
        case .ended(let passage):
          log.append("\(text(passage.from))-\(text(passage.to))")
          passages.append(passage)
        case .joined: log.append("joined")
        case .dismissed(_, let from, let to, let reason, _): log.append("no \(text(from))-\(text(to)) \(reason)")
        }
      }
    }
    for step in 0..<Int(until * 20) {
      for (offset, camera) in cameras.enumerated() {
        let seconds = Double(step) / 20
        if let end = silence[camera], seconds >= end { continue }
        let sight = sights.first { $0.camera == camera && seconds >= $0.from - 1e-6 && seconds <= $0.to + 1e-6 }
        var travel = Travel(forward: nil)
        if let sight {
          // All of the way in one measurement, growing with the time that it has been there.
          let share = min(1, (seconds - sight.from + 0.05) / 0.2)
          travel.add(Displacement(x: sight.travelled * share, y: 0, confidence: 1), at: MonotonicTime(seconds: seconds))
        }
        var things: [Thing] = []
        if let sight {
          // A camera takes what was away for a third of a second for something new.
          let last = tracks[camera] ?? (0, -100)
          let track = step - last.step > 6 ? last.number + 1 : last.number
          tracks[camera] = (track, step)
          var thing = Thing(track: track, presence: sight.presence, isMoving: sight.isMoving, travel: travel)
          thing.own = sight.own
          thing.appeared = sight.appeared.map { MonotonicTime(seconds: $0) }
          things.append(thing)
        }
        note(
          segmenter.observe(
            PassageSegmenter.Observation(
              camera: camera, time: MonotonicTime(nanoseconds: Int64(step) * 50_000_000 + Int64(offset)),
              things: things)))
      }
    }
    if finish { note(segmenter.finish()) }
    return (log, passages)
  }

  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let sights: [Sight]
    var cameras: [CameraPosition] = [.frontLeft]
    var silence: [CameraPosition: Double] = [:]
    let expected: [String]
  }

  static let cases: [Case] = [
    Case(testDescription: "nothing", sights: [], expected: []),
    Case(
      testDescription: "one vehicle", sights: [Sight(from: 1, to: 3)],
      expected: ["began", "sure", "1.000-3.000"]),
    Case(
      testDescription: "a fast vehicle", sights: [Sight(from: 1, to: 1.25)],
      expected: ["began", "sure", "1.000-1.250"]),
    Case(
      testDescription: "a flash", sights: [Sight(from: 1, to: 1.05)],
      expected: ["began", "no 1.000-1.050 too short for a vehicle"]),
    Case(
      testDescription: "a person", sights: [Sight(from: 1, to: 4, presence: 0.03)],
      expected: ["began", "no 1.000-4.000 smaller than a vehicle"]),
    Case(testDescription: "a leaf", sights: [Sight(from: 1, to: 4, presence: 0.01)], expected: []),
    Case(
      testDescription: "a flag", sights: [Sight(from: 1, to: 4, travelled: 0.02)],
      expected: ["began", "no 1.000-4.000 it did not travel"]),
    Case(
      testDescription: "a flicker within a vehicle", sights: [Sight(from: 1, to: 2), Sight(from: 2.2, to: 3)],
      expected: ["began", "sure", "1.000-3.000"]),
    Case(
      testDescription: "two vehicles 0.4 s apart", sights: [Sight(from: 1, to: 2), Sight(from: 2.4, to: 3)],
      expected: ["began", "sure", "1.000-2.000", "began", "sure", "2.400-3.000"]),
    Case(
      testDescription: "a vehicle that stands",
      sights: [
        Sight(from: 1, to: 2), Sight(from: 2.05, to: 9, isMoving: false), Sight(from: 9.05, to: 10),
      ],
      expected: ["began", "sure", "1.000-10.000"]),
    Case(
      testDescription: "what a vehicle leaves behind",
      sights: [Sight(from: 1, to: 2), Sight(from: 2.05, to: 9, presence: 0.015, isMoving: false)],
      expected: ["began", "sure", "1.000-2.000"]),
    Case(
      testDescription: "what was there before a vehicle",
      sights: [Sight(from: 1, to: 4.95, presence: 0.012), Sight(from: 5, to: 6)],
      expected: ["began", "sure", "4.700-6.000"]),
    Case(
      testDescription: "a vehicle that takes in what another left behind long ago",
      sights: [
        Sight(from: 1, to: 1.1, presence: 0.012, travelled: 0, appeared: 1),
        Sight(from: 1.15, to: 4.95, presence: 0.012, isMoving: false, travelled: 0, appeared: 1),
        Sight(from: 5, to: 6, appeared: 1),
      ],
      expected: ["began", "sure", "5.000-6.000"]),
    Case(
      testDescription: "still there at the end", sights: [Sight(from: 10, to: 20)],
      expected: ["began", "sure", "10.000-11.950"]),
    Case(
      testDescription: "two cameras, one after the other with a gap",
      sights: [Sight(from: 1, to: 2), Sight(camera: .backLeft, from: 2.4, to: 3)],
      cameras: [.backLeft, .frontLeft], expected: ["began", "sure", "1.000-3.000"]),
    Case(
      testDescription: "two cameras that overlap, the second sees it first",
      sights: [Sight(from: 1.2, to: 2), Sight(camera: .backLeft, from: 1, to: 3)],
      cameras: [.backLeft, .frontLeft], expected: ["began", "sure", "1.000-3.000"]),
    Case(
      testDescription: "two cameras, two vehicles 0.4 s apart in the same one",
      sights: [Sight(from: 1, to: 2), Sight(from: 2.4, to: 3)],
      cameras: [.backLeft, .frontLeft], expected: ["began", "sure", "1.000-2.000", "began", "sure", "2.400-3.000"]),
    Case(
      testDescription: "a smooth vehicle that stands in front of the only camera",
      sights: [Sight(from: 1, to: 2), Sight(from: 2.05, to: 9, isMoving: false, own: 0.05)],
      expected: ["began", "sure", "1.000-9.000"]),
    Case(
      testDescription: "a vehicle that stands, smooth for one of two cameras",
      sights: [
        Sight(from: 1, to: 2), Sight(from: 2.05, to: 9, isMoving: false, own: 0.05),
        Sight(camera: .backLeft, from: 1, to: 2), Sight(camera: .backLeft, from: 2.05, to: 9, isMoving: false),
      ],
      cameras: [.backLeft, .frontLeft], expected: ["began", "sure", "1.000-9.000"]),
    Case(
      testDescription: "the place in another light, for all cameras, where a vehicle was",
      sights: [
        Sight(from: 1, to: 2), Sight(from: 2.05, to: 9, isMoving: false, own: 0.05),
        Sight(camera: .backLeft, from: 1, to: 3),
        Sight(camera: .backLeft, from: 3.05, to: 9, isMoving: false, own: 0.05),
      ],
      cameras: [.backLeft, .frontLeft], expected: ["began", "sure", "1.000-3.000"]),
    Case(
      testDescription: "a camera that falls silent with a vehicle in its picture",
      sights: [Sight(from: 1, to: 9), Sight(camera: .backLeft, from: 1.5, to: 4)],
      cameras: [.backLeft, .frontLeft], silence: [.frontLeft: 3], expected: ["began", "sure", "1.000-4.000"]),
    Case(
      testDescription: "a camera that never delivers", sights: [Sight(from: 1, to: 2)],
      cameras: [.backLeft, .frontLeft, .roofLeft], silence: [.roofLeft: 0, .backLeft: 0],
      expected: ["began", "sure", "1.000-2.000"]),
  ]

  @Test("The automaton decides as the table says", arguments: cases)
  func decides(example: Case) {
    let result = play(example.sights, cameras: example.cameras, silence: example.silence)
    #expect(result.log == example.expected)
  }

  @Test("A passage ends by itself, without waiting for the end of the stream")
  func endsByItself() {
    let result = play([Sight(from: 1, to: 2)], until: 3, finish: false)
    #expect(result.log == ["began", "sure", "1.000-2.000"])
  }

  @Test("What never proves to be a vehicle is dismissed after a while and not begun again and again")
  func patience() {
    let result = play([Sight(from: 1, to: 100, travelled: 0.01)], until: 100)
    #expect(
      result.log.count == 2 && result.log[1].hasSuffix("it did not travel"), "\(result.log.joined(separator: "|"))")
  }

  @Test("After a dismissal a vehicle that comes in front of it is still found")
  func vehicleAfterDismissal() {
    let result = play(
      [Sight(from: 1, to: 29.95, presence: 0.06, travelled: 0.01), Sight(from: 30, to: 32, presence: 0.5)], until: 35)
    #expect(result.log.filter { $0 == "sure" }.count == 1)
    #expect(result.passages.first.map { abs($0.to.seconds - 32) < 0.01 } == true)
  }

  @Test("The evidence says why, and names the cameras")
  func evidence() throws {
    let result = play(
      [Sight(from: 1, to: 3), Sight(camera: .backLeft, from: 2, to: 3)],
      cameras: [.backLeft, .frontLeft, .roofLeft])
    let passage = try #require(result.passages.first)
    #expect(passage.number == 1)
    #expect(passage.cameras == [.backLeft, .frontLeft])
    #expect(passage.trigger == "motion")
    #expect(passage.plateArea == nil)
    #expect(passage.direction == .forward)
    #expect(abs((passage.evidence["peakPresence"] ?? 0) - 0.3) < 1e-9)
    #expect((passage.evidence["secondsToCertainty"] ?? 9) < 1.3, "the second of three cameras sees it after a second")
    #expect(passage.evidence["entered.frontLeft"].map { abs($0) < 0.1 } == true)
    #expect(passage.evidence["entered.backLeft"].map { abs($0 - 1) < 0.1 } == true, "a second behind the other")
    #expect(passage.evidence["entered.roofLeft"] == nil, "it saw nothing")
    #expect((passage.evidence["borneOut"] ?? 0) > 0.1)
  }

  @Test("An observation of a camera that is not the lane's changes nothing")
  func stranger() {
    var segmenter = PassageSegmenter(cameras: [.frontLeft])
    for step in 0..<20 {
      let events = segmenter.observe(
        .init(
          camera: .roofLeft, time: MonotonicTime(seconds: Double(step) / 20),
          things: [Thing(track: 1, presence: 1, isMoving: true)]))
      #expect(events.isEmpty)
    }
    #expect(segmenter.openNumbers.isEmpty)
  }
}
