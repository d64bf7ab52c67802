import CameraIO
import Testing

@testable import FrameSelect

@Suite("What belongs to a vehicle besides the thing that it is followed by")
struct VehiclePartsTests {
  /// What one camera shows of one thing for a while.
  struct Sight {
    var camera = CameraPosition.frontLeft
    var track = 1
    var from: Double
    var to: Double
    /// At the beginning, at the end.
    var presence = (0.3, 0.3)
    var isMoving = true
    /// Widths of the picture a second, measured with every picture where so many places agree.
    var speed = 0.3
    var blocks = 30
    var box = PictureBox(left: 0, top: 0.2, right: 0.9, bottom: 0.8)
    var partedFrom: Int?
  }

  /// Plays sights at 20 pictures a second; `look` sees what is known after each.
  static func play(
    _ sights: [Sight], cameras: [CameraPosition], silence: [CameraPosition: Double] = [:], until: Double = 16,
    look: (PassageSegmenter, Double) -> Void = { _, _ in }
  ) -> (passages: [Passage], dismissed: [String]) {
    var segmenter = PassageSegmenter(cameras: cameras)
    var travels: [[Int]: Travel] = [:]
    var result: (passages: [Passage], dismissed: [String]) = ([], [])
    func note(_ events: [PassageSegmenter.Event]) {
      for event in events {
        if case .ended(let passage) = event { result.passages.append(passage) }
        if case .dismissed(_, _, _, let reason, _) = event { result.dismissed.append(reason) }
      }
    }
    for step in 0..<Int(until * 20) {
      let seconds = Double(step) / 20
      for (offset, camera) in cameras.enumerated() {
        let time = MonotonicTime(nanoseconds: Int64(step) * 50_000_000 + Int64(offset))
        if let end = silence[camera], seconds >= end { continue }
        let shown = sights.filter { $0.camera == camera && seconds >= $0.from - 1e-6 && seconds <= $0.to + 1e-6 }
        let things = shown.map { sight in
          var travel = travels[[offset, sight.track]] ?? Travel(forward: LaneCamera.Way(x: 1, y: 0))
          let displacement =
            sight.isMoving
            ? Displacement(x: sight.speed / 20, y: 0, confidence: 1, blocks: sight.blocks) : nil
          travel.add(displacement, at: time)
          travels[[offset, sight.track]] = travel
          let share = (seconds - sight.from) / max(sight.to - sight.from, 0.05)
          var thing = Thing(
            track: sight.track, presence: sight.presence.0 + share * (sight.presence.1 - sight.presence.0),
            isMoving: sight.isMoving, box: sight.box, travel: travel)
          thing.partedFrom = sight.partedFrom
          return thing
        }
        note(segmenter.observe(PassageSegmenter.Observation(camera: camera, time: time, things: things)))
      }
      look(segmenter, seconds)
    }
    note(segmenter.finish())
    return result
  }

  @Test("What a camera saw that died before it could know what it was counts")
  func deadCamera() throws {
    let result = Self.play(
      [
        Sight(from: 2, to: 9, presence: (0.03, 0.1), speed: 0.08),
        Sight(camera: .roofLeft, from: 2.4, to: 5), Sight(camera: .backRight, from: 3, to: 6),
      ], cameras: [.frontLeft, .roofLeft, .backRight], silence: [.frontLeft: 2.7])
    try #require(result.passages.count == 1)
    #expect(abs(result.passages[0].from.seconds - 2) < 0.1)
  }

  @Test(
    "A piece that parted from it, drove on and never was a vehicle of its own is the last of it, also where the stream ends with it",
    arguments: [16, 4.95])
  func lastPiece(until: Double) throws {
    let far = PictureBox(left: 0.5, top: 0.4, right: 0.6, bottom: 0.7)
    let result = Self.play(
      [
        Sight(from: 2, to: 4), Sight(camera: .backRight, from: 2.5, to: 4.2),
        Sight(camera: .backRight, track: 2, from: 4, to: 4.9, presence: (0.1, 0.03), box: far, partedFrom: 1),
      ], cameras: [.frontLeft, .backRight], until: until)
    try #require(result.passages.count == 1)
    #expect(abs(result.passages[0].to.seconds - 4.9) < 0.1)
  }

  @Test(
    "What drives on, small and far away, is still it; what stays there, as small, is not", arguments: [true, false])
  func farAway(drives: Bool) throws {
    let far = PictureBox(left: 0.5, top: 0.4, right: 0.6, bottom: 0.5)
    let result = Self.play(
      [
        Sight(from: 2, to: 4), Sight(camera: .backRight, from: 2.5, to: 4),
        Sight(
          camera: .backRight, from: 4.05, to: 5, presence: (0.018, 0.008), speed: drives ? 0.3 : 0, box: far),
      ], cameras: [.frontLeft, .backRight])
    try #require(result.passages.count == 1)
    #expect(abs(result.passages[0].to.seconds - (drives ? 5 : 4)) < 0.15)
  }

  @Test("A vehicle that creeps in and waits is there all the time")
  func waiting() throws {
    let nose = PictureBox(left: 0, top: 0.3, right: 0.3, bottom: 0.6)
    let result = Self.play(
      [
        Sight(from: 2, to: 4.95, presence: (0.03, 0.08), speed: 0.01, box: nose),
        Sight(from: 5, to: 11.95, presence: (0.08, 0.08), isMoving: false, box: nose),
        Sight(from: 12, to: 15, presence: (0.08, 0.5)), Sight(camera: .backRight, from: 12.5, to: 15),
      ], cameras: [.frontLeft, .backRight])
    try #require(result.passages.count == 1)
    #expect(abs(result.passages[0].from.seconds - 2) < 0.3)
    #expect(result.dismissed.isEmpty)
  }

  @Test("Two parts of a vehicle that were followed apart and become one are no second vehicle")
  func grownTogether() throws {
    let upper = PictureBox(left: 0.4, top: 0, right: 0.5, bottom: 0.3)
    let lower = PictureBox(left: 0, top: 0.3, right: 0.9, bottom: 1)
    let result = Self.play(
      [
        Sight(track: 1, from: 2, to: 4.95, presence: (0.06, 0.1), box: upper),
        Sight(track: 2, from: 2, to: 4.95, box: lower),
        Sight(from: 5, to: 8, presence: (0.5, 0.5), box: PictureBox(left: 0, top: 0, right: 0.9, bottom: 1)),
        Sight(camera: .backRight, from: 3, to: 8),
      ], cameras: [.frontLeft, .backRight])
    #expect(result.passages.count == 1 && result.dismissed.isEmpty)
  }

  @Test("From afar a vehicle is as large as a dog is from close by; but it goes as one", arguments: [0.4, 0.04])
  func dog(speed: Double) {
    // Seen whole, longer than high; so many places agree on a stiff thing only, here for all of the way or for a part of it.
    let box = PictureBox(left: 0.3, top: 0.4, right: 0.6, bottom: 0.7)
    let cameras: [CameraPosition] = [.frontLeft, .backRight]
    let result = Self.play(
      cameras.flatMap { camera in
        [
          Sight(camera: camera, from: 2, to: 4.95, presence: (0.1, 0.1), speed: speed, blocks: 30, box: box),
          Sight(camera: camera, from: 5, to: 8, presence: (0.1, 0.1), speed: 0.3, blocks: 8, box: box),
        ]
      }, cameras: cameras)
    #expect(result.passages.count == (speed > 0.1 ? 1 : 0))
  }

  /// Somebody with a trolley passes close to the cameras below and behind: long for a moment, then all of him is seen.
  private static let trolley = [
    Sight(
      camera: .bottomLeft, from: 2, to: 3, presence: (0.5, 0.7), box: PictureBox(left: 0, top: 0, right: 0.8, bottom: 1)
    ),
    Sight(
      camera: .bottomLeft, from: 3.05, to: 6, presence: (0.15, 0.1),
      box: PictureBox(left: 0.4, top: 0, right: 0.6, bottom: 0.9)),
    Sight(
      camera: .backRight, from: 3, to: 4.5, presence: (0.4, 0.4),
      box: PictureBox(left: 0, top: 0, right: 0.9, bottom: 1)),
  ]
  /// What a camera farther off sees of him.
  private static let upright = Sight(
    camera: .roofLeft, from: 1.5, to: 6, presence: (0.15, 0.15),
    box: PictureBox(left: 0.4, top: 0.2, right: 0.6, bottom: 0.8))

  @Test("What is long for cameras close by is no vehicle where a camera across the lane sees all of it, upright")
  func trolley() {
    let result = Self.play(Self.trolley + [Self.upright], cameras: [.backRight, .bottomLeft, .roofLeft])
    #expect(result.passages.isEmpty)
    #expect(result.dismissed == ["a camera across the lane saw all of it, upright"])
  }

  @Test("What only one of three cameras saw, larger and longer than anything but a vehicle, is one when it has left")
  func oneLarge() {
    let large = Sight(camera: .bottomLeft, from: 2, to: 5, presence: (0.3, 0.8))
    let cameras: [CameraPosition] = [.backRight, .bottomLeft, .roofLeft]
    #expect(Self.play([large], cameras: cameras).passages.count == 1)
    let objected = Self.play([large, Self.upright], cameras: cameras)
    #expect(objected.passages.isEmpty)
    #expect(objected.dismissed == ["only one camera took it for a vehicle"])
  }

  @Test(
    "Where the stream ends before a vehicle was given up, it is decided as it would have been; what is still there is not guessed at",
    arguments: [5.4, 4.5])
  func streamEnds(until: Double) {
    let large = Sight(camera: .bottomLeft, from: 2, to: 5, presence: (0.3, 0.8))
    let result = Self.play([large], cameras: [.backRight, .bottomLeft, .roofLeft], until: until)
    #expect(result.passages.count == (until > 5 ? 1 : 0))
    #expect(result.dismissed.count == (until > 5 ? 0 : 1))
  }
}
