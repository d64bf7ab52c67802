import CameraIO
import Testing

@testable import FrameSelect

@Suite("An empty lane is looked at a few times a second, and nothing is lost by it")
struct IdleLaneTests {
  private let maker = FrameMaker()
  private static let rate = 20.0

  /// What happens in front of two cameras, in the light of both.
  struct Scene: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let seconds: Double
    /// Whether a lane that looks at every frame has events, so that equality says something.
    let hasEvents: Bool
    /// Fewer looks than this many for each frame are needed; some frames are looked at twice.
    let looks: Double
    var isOneCamera = false
    let make: @Sendable () -> (front: SyntheticLane, back: SyntheticLane)
  }

  private static func lanes(
    noise: Int = 2, front: [SyntheticLane.Thing] = [], back: [SyntheticLane.Thing] = []
  ) -> (front: SyntheticLane, back: SyntheticLane) {
    var lanes = (SyntheticLane(rate: rate, noise: noise), SyntheticLane(rate: rate, noise: noise))
    lanes.0.things = front
    lanes.1.things = back
    return lanes
  }

  static let scenes: [Scene] = [
    Scene(testDescription: "empty and noisy", seconds: 6, hasEvents: false, looks: 0.7) { lanes(noise: 4) },
    Scene(testDescription: "a vehicle", seconds: 8, hasEvents: true, looks: 0.95) {
      lanes(
        front: [SyntheticLane.crossing(from: 2.43, speed: 240)], back: [SyntheticLane.crossing(from: 3.4, speed: 240)])
    },
    Scene(testDescription: "a vehicle that only the second camera sees", seconds: 7, hasEvents: true, looks: 0.95) {
      lanes(back: [SyntheticLane.crossing(from: 3.01, speed: 300)])
    },
    Scene(testDescription: "a vehicle at full speed", seconds: 6, hasEvents: true, looks: 0.95) {
      lanes(
        front: [SyntheticLane.crossing(from: 2.46, speed: 700)], back: [SyntheticLane.crossing(from: 2.8, speed: 700)])
    },
    Scene(testDescription: "one camera alone", seconds: 6, hasEvents: true, looks: 0.95, isOneCamera: true) {
      lanes(front: [SyntheticLane.crossing(from: 2.37, speed: 240)])
    },
    Scene(testDescription: "two vehicles with a pause", seconds: 13, hasEvents: true, looks: 0.95) {
      let both = [SyntheticLane.crossing(from: 2.3, speed: 300), SyntheticLane.crossing(from: 8.1, speed: 300)]
      return lanes(front: both, back: both)
    },
    Scene(testDescription: "a person", seconds: 9, hasEvents: true, looks: 1.3) {
      lanes(front: [SyntheticLane.crossing(from: 2.2, speed: 45, length: 22, height: 80, top: 50)])
    },
    Scene(testDescription: "a leaf that comes and goes", seconds: 8, hasEvents: false, looks: 1.3) {
      lanes(front: [
        SyntheticLane.Thing(width: 24, height: 20, top: 20) { time in
          time > 2 && Int(time * 3) % 3 == 0 ? 100 + Int(time * 40) % 17 : nil
        }
      ])
    },
    Scene(testDescription: "light that steps and drifts", seconds: 8, hasEvents: false, looks: 1.3) {
      var both = lanes()
      both.front.light = { time, _ in time < 2.5 ? 1 : time < 4.5 ? 1.4 : 0.7 + 0.05 * (time - 4.5) }
      return both
    },
  ]

  private func frames(_ scene: Scene) throws -> [Frame] {
    let (front, back) = scene.make()
    return try (0..<Int(scene.seconds * Self.rate)).flatMap { index in
      let time = Double(index) / Self.rate
      let first = try maker.frame(
        front.picture(at: index), camera: .frontLeft, sequence: UInt64(index), seconds: time)
      if scene.isOneCamera { return [first] }
      // Cameras are not in step, and this one's slots begin at other frames.
      return [
        first,
        try maker.frame(back.picture(at: index), camera: .backLeft, sequence: UInt64(index), seconds: time + 0.023),
      ]
    }
  }

  private func lane(_ watching: LaneConfiguration.Watching, isOneCamera: Bool = false) -> Lane {
    let cameras: [CameraPosition] = isOneCamera ? [.frontLeft] : [.frontLeft, .backLeft]
    var configuration = LaneConfiguration(
      cameras: Dictionary(uniqueKeysWithValues: cameras.map { ($0, LaneCamera(nominalRate: Self.rate)) }),
      fallbackMaximumPictures: 5)
    configuration.watching = watching
    return Lane(configuration: configuration)
  }

  private static func pictures(_ chosen: [SelectedFrame]) -> [String] {
    chosen.map {
      "\($0.candidate.frame.camera)@\($0.candidate.frame.time) \($0.candidate.displacement ?? -9) \($0.reason)"
    }
  }

  /// Everything that an event says, to the last digit; not when it was said.
  static func describe(_ event: LaneEvent) -> String {
    switch event {
    case .began(let number, let at): return "began \(number) \(at)"
    case .confirmed(let number, let at): return "confirmed \(number) \(at)"
    case .dismissed(let number, let from, let to, let reason, let evidence):
      return "dismissed \(number) \(from) \(to) \(reason) \(evidence.sorted { $0.key < $1.key })"
    case .settled(let number, let from, let chosen): return "settled \(number) \(from) \(pictures(chosen))"
    case .drafted(let number, let from, let chosen): return "drafted \(number) \(from) \(pictures(chosen))"
    case .ended(let passage, let chosen, let considered):
      return "ended \(passage.number) \(passage.from) \(passage.to) \(passage.direction) \(passage.cameras) "
        + "\(passage.evidence.sorted { $0.key < $1.key }) \(pictures(chosen)) \(considered)"
    }
  }

  @Test("Whichever way a lane watches, its events are the same to the last digit", arguments: scenes)
  func equal(scene: Scene) throws {
    let input = try frames(scene)
    var told: [[String]] = []
    var looks: [Int] = []
    for watching in [LaneConfiguration.Watching.everyFrame, .idly] {
      let lane = lane(watching, isOneCamera: scene.isOneCamera)
      told.append(try input.flatMap { try lane.ingest($0).map(Self.describe) } + lane.finish().map(Self.describe))
      looks.append(lane.looks.values.reduce(0, +))
    }
    #expect(told[0] == told[1])
    #expect(told[0].isEmpty != scene.hasEvents, "\(told[0])")
    #expect(looks[0] == input.count)
    #expect(Double(looks[1]) < scene.looks * Double(input.count), "\(looks[1]) looks at \(input.count) frames")
  }

  @Test("Whoever makes the small pictures, the lane's events are the same", arguments: scenes)
  func handedPictures(scene: Scene) throws {
    let decoder = LumaDecoder()
    var told: [[String]] = []
    for isHanded in [false, true] {
      let lane = lane(.idly, isOneCamera: scene.isOneCamera)
      var events: [LaneEvent] = []
      for frame in try frames(scene) {
        let picture = Result { () throws(LumaError) in try decoder.decode(frame) }
        events += try lane.ingest(frame, picture: isHanded && lane.looksAtAll ? picture : nil)
      }
      told.append((events + lane.finish()).map(Self.describe))
    }
    #expect(told[0] == told[1])
    #expect(told[0].isEmpty != scene.hasEvents, "\(told[0])")
  }

  @Test("A handed picture is what the lane sees of a frame, and a reason that there is none is a damaged frame")
  func handedInstead() throws {
    let lane = lane(.everyFrame, isOneCamera: true)
    let broken = try maker.frame(
      [0xff, 0xd8, 0xff, 1], format: FrameFormat(width: 1920, height: 1200, pixelFormat: .mjpeg), sequence: 0,
      seconds: 0)
    let reason = Result { () throws(LumaError) in try LumaDecoder().decode(broken) }
    _ = try lane.ingest(broken, picture: .success(LumaImage(width: 2, height: 2, pixels: [1, 2, 3, 4], scale: 1)))
    #expect(lane.damagedFrames.isEmpty)
    let whole = try maker.frame(
      SyntheticLane(rate: Self.rate).picture(at: 1), camera: .frontLeft, sequence: 1, seconds: 0.05)
    _ = try lane.ingest(whole, picture: reason)
    #expect(lane.damagedFrames == [.frontLeft: 1])
    #expect(lane.lastDamage?.hasPrefix("frame 0 of") == true)
  }

  @Test("A vehicle that stands is looked at in every frame, however long")
  func standing() throws {
    var scene = SyntheticLane(rate: Self.rate)
    scene.things = [
      SyntheticLane.Thing(width: 120, height: 70, top: 50) { time in
        time < 1.5 ? nil : min(60, Int((time - 1.5) * 150) - 120)
      }
    ]
    let lane = lane(.idly, isOneCamera: true)
    var looks = 0
    for index in 0..<Int(12 * Self.rate) {
      let seconds = Double(index) / Self.rate
      if index == Int(4 * Self.rate) { looks = lane.looks[.frontLeft] ?? 0 }
      _ = try lane.ingest(
        maker.frame(scene.picture(at: index), camera: .frontLeft, sequence: UInt64(index), seconds: seconds))
    }
    #expect(lane.isOccupied)
    #expect((lane.looks[.frontLeft] ?? 0) - looks == Int(8 * Self.rate))
  }

  @Test("Damaged frames of an empty lane are counted once each, as far as they are looked at")
  func damaged() throws {
    let lane = lane(.idly, isOneCamera: true)
    let scene = SyntheticLane(rate: Self.rate)
    var looked = 0
    for index in 0..<Int(5 * Self.rate) {
      let seconds = Double(index) / Self.rate
      let isBroken = index >= 50 && index % 5 == 0
      let before = lane.looks[.frontLeft] ?? 0
      let frame =
        isBroken
        ? try maker.frame(
          [0xff, 0xd8, 0xff, 1], format: FrameFormat(width: 1920, height: 1200, pixelFormat: .mjpeg),
          sequence: UInt64(index), seconds: seconds)
        : try maker.frame(scene.picture(at: index), camera: .frontLeft, sequence: UInt64(index), seconds: seconds)
      _ = try lane.ingest(frame)
      if isBroken, lane.looks[.frontLeft] ?? 0 > before { looked += 1 }
    }
    #expect(looked > 0)
    #expect(lane.damagedFrames[.frontLeft] == looked)
  }
}

@Suite("When nobody is there any more")
struct QuietLaneTests {
  /// What nobody takes for a thing: a lamp's cone on the floor, which has no structure of its own, and a trace.
  struct Shade: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let presence: Double
    let own: Double
  }

  @Test(
    "What was never more than light or a trace is forgotten when it is gone",
    arguments: [
      Shade(testDescription: "light", presence: 0.3, own: 0.02),
      Shade(testDescription: "a trace", presence: 0.004, own: 0.9),
      Shade(testDescription: "a thing", presence: 0.01, own: 0.9),
    ])
  func forgotten(shade: Shade) {
    var segmenter = PassageSegmenter(cameras: [.frontLeft, .backLeft])
    for step in 0..<60 {
      for camera in [CameraPosition.frontLeft, .backLeft] {
        var thing = Thing(track: 1, presence: shade.presence, isMoving: false, swept: 0)
        thing.own = shade.own
        let isThere = camera == .frontLeft && step < 20
        _ = segmenter.observe(
          PassageSegmenter.Observation(
            camera: camera, time: MonotonicTime(seconds: Double(step) / 30), things: isThere ? [thing] : []))
        if isThere { #expect(!segmenter.isQuiet) }
      }
    }
    #expect(segmenter.isQuiet)
  }
}

@Suite("Which frames are looked at, and where the lane goes back to")
struct IdleLooksTests {
  private let maker = FrameMaker()

  private func frame(_ camera: CameraPosition, _ seconds: Double) throws -> Frame {
    try maker.frame(
      [0], format: FrameFormat(width: 1, height: 1, pixelFormat: .grey), camera: camera, seconds: seconds)
  }

  @Test("Of each camera the first frame in a tenth of a second, whatever its rate and phase")
  func due() throws {
    var looks = IdleLooks()
    let times = [0.0, 0.033, 0.067, 0.1, 0.133, 0.167, 0.2, 0.5, 0.55, 0.65]
    let due = try times.map { looks.isDue(try frame(.frontLeft, $0)) }
    #expect(due == [true, false, false, true, false, false, true, true, false, true])
    #expect(looks.isDue(try frame(.backLeft, 0.66)))
    // A source that begins anew, and its time with it, is looked at all the same.
    #expect(looks.isDue(try frame(.frontLeft, 0.01)))
  }

  @Test("It goes back to before the slot before, with every frame since then in order")
  func back() throws {
    let state = LaneState(LaneConfiguration(cameras: [.frontLeft: LaneCamera(), .backLeft: LaneCamera()]))
    var looks = IdleLooks()
    var all: [(CameraPosition, Double)] = []
    for step in 0..<14 {
      // The second camera's frames come late, some of them when the next slot has begun.
      let (camera, seconds) =
        step % 2 == 0 ? (CameraPosition.frontLeft, Double(step) / 40) : (.backLeft, Double(step - 3) / 40)
      all.append((camera, seconds))
      let frame = try frame(camera, seconds)
      looks.remember(frame, state)
      _ = looks.isDue(frame)
    }
    // The newest frame is in the slot from 0.3 on: back to the first in the one from 0.2 on.
    let goneBack = looks.goBack()
    let frames = try #require(goneBack).1
    let first = try #require(all.firstIndex { $0.1 >= 0.2 })
    #expect(frames.map(\.camera) == all[first...].map(\.0))
    #expect(frames.map(\.time) == all[first...].map { MonotonicTime(seconds: $0.1) })
    let again = looks.goBack()
    #expect(again == nil, "there is no going back twice")
  }
}
