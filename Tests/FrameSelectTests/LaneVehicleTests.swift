import CameraIO
import Testing

@testable import FrameSelect

/// What several cameras together take for a vehicle, and for how many.
@Suite("One lane, several cameras")
struct LaneVehicleTests {
  /// What one camera sees from one moment to another, growing in and shrinking out within half a second.
  struct Sight: Sendable {
    var camera: CameraPosition
    var track = 1
    var from: Double
    var to: Double
    var presence = 0.5
    /// Its box in the middle of its time, as shares of the picture.
    var box = PictureBox(left: 0, top: 0.3, right: 1, bottom: 0.9)
    /// Widths of the picture that it goes a second.
    var speed = 0.8
    /// Places on it that agree how far it went.
    var blocks = 20
    /// The share of it that has a structure of its own.
    var own = 1.0
    /// When it stands: from one moment to another.
    var stands: ClosedRange<Double>?
    /// Whether its box comes in at the left and leaves at the right.
    var slides = false

    func box(at seconds: Double) -> PictureBox {
      guard slides else { return box }
      let nose = speed * (seconds - from)
      let tail = nose - (speed * (to - from) - 1)
      return PictureBox(left: max(0, tail), top: box.top, right: min(1, nose), bottom: box.bottom)
    }
  }

  static let cameras: [CameraPosition] = [.backRight, .bottomLeft, .frontLeft, .roofLeft]

  private func play(
    _ sights: [Sight], until: Double = 16
  ) -> (ended: [Passage], dismissed: [String], lastEnding: Double, likelyAt: Double?, certainAt: Double?) {
    var segmenter = PassageSegmenter(cameras: Self.cameras)
    var ended: [Passage] = []
    var dismissed: [String] = []
    var now = 0.0
    var lastEnding = 0.0
    var likelyAt: Double?
    var certainAt: Double?
    func note(_ events: [PassageSegmenter.Event]) {
      for event in events {
        if case .ended(let passage) = event {
          ended.append(passage)
          lastEnding = now
        }
        if case .dismissed(_, _, _, let reason, _) = event { dismissed.append(reason) }
        if case .confirmed = event { certainAt = certainAt ?? now }
      }
    }
    var travels = sights.map { _ in Travel(forward: .init(x: 1, y: 0)) }
    for step in 0..<Int(until * 20) {
      for (offset, camera) in Self.cameras.enumerated() {
        let seconds = Double(step) / 20
        now = seconds
        let time = MonotonicTime(nanoseconds: Int64(step) * 50_000_000 + Int64(offset) * 1000)
        var things: [Thing] = []
        for (index, sight) in sights.enumerated()
        where sight.camera == camera && seconds >= sight.from && seconds <= sight.to {
          let speed = sight.stands?.contains(seconds) == true ? 0 : sight.speed
          travels[index].add(Displacement(x: speed / 20, y: 0, confidence: 1, blocks: sight.blocks), at: time)
          let part = min(1, (seconds - sight.from + 0.1) / 0.5, (sight.to - seconds + 0.1) / 0.5)
          var thing = Thing(
            track: sight.track, presence: sight.presence * part, isMoving: speed > 0,
            box: sight.box(at: seconds), travel: travels[index])
          thing.own = sight.own
          things.append(thing)
        }
        note(segmenter.observe(.init(camera: camera, time: time, things: things)))
        if segmenter.beginning(ofLikely: 1) != nil { likelyAt = likelyAt ?? now }
      }
    }
    note(segmenter.finish())
    return (ended, dismissed, lastEnding, likelyAt, certainAt)
  }

  static func vehicle(from: Double, track: Int = 1, cameras: [CameraPosition] = LaneVehicleTests.cameras) -> [Sight] {
    let offsets: [CameraPosition: Double] = [.frontLeft: 0, .roofLeft: 0.6, .bottomLeft: 1, .backRight: 1.6]
    return cameras.map {
      Sight(camera: $0, track: track, from: from + (offsets[$0] ?? 0), to: from + (offsets[$0] ?? 0) + 4)
    }
  }

  @Test(
    "What is longer than high in two cameras is a vehicle, and from and to are those of the first and the last camera")
  func vehicle() throws {
    let result = play(Self.vehicle(from: 2))
    try #require(result.ended.count == 1)
    #expect(abs(result.ended[0].from.seconds - 2) < 0.06 && abs(result.ended[0].to.seconds - 7.6) < 0.06)
    #expect(result.dismissed.isEmpty)
  }

  @Test("What stands upright in all cameras is none, however close it comes")
  func person() {
    let upright = PictureBox(left: 0.4, top: 0.05, right: 0.6, bottom: 0.95)
    let result = play(
      Self.cameras.map { Sight(camera: $0, from: 2, to: 6, presence: 0.3, box: upright) })
    #expect(result.ended.isEmpty)
    #expect(result.dismissed.count == 1)
  }

  @Test("What only one camera takes for a vehicle is none")
  func oneCamera() {
    #expect(play([Sight(camera: .frontLeft, from: 2, to: 6, presence: 0.4)]).ended.isEmpty)
    #expect(
      play([Sight(camera: .frontLeft, from: 2, to: 6, presence: 0.4)]).dismissed == [
        "only one camera took it for a vehicle"
      ])
    #expect(
      play([Sight(camera: .frontLeft, from: 2, to: 6, presence: 0.8)]).ended.count == 1, "but nothing else is so large")
  }

  @Test(
    "A vehicle is likely from when one camera has seen it, and certain with the second; what is only noticed is not even likely"
  )
  func likely() throws {
    let vehicle = play(Self.vehicle(from: 2))
    let likely = try #require(vehicle.likelyAt)
    let certain = try #require(vehicle.certainAt)
    #expect(likely > 2 && likely < 2.6 && certain > likely + 0.4 && certain < 3.2, "\(likely), \(certain)")
    let alone = play([Sight(camera: .frontLeft, from: 2, to: 6, presence: 0.4)])
    #expect(alone.likelyAt != nil && alone.certainAt == nil)
    #expect(play([Sight(camera: .frontLeft, from: 2, to: 6, presence: 0.1)]).likelyAt == nil)
  }

  @Test("A nose that comes in and goes out again is a vehicle, though no camera ever saw all of it")
  func nose() {
    let cut = PictureBox(left: 0.7, top: 0.1, right: 1, bottom: 0.9)
    let result = play([
      Sight(camera: .frontLeft, from: 2, to: 5, presence: 0.25, box: cut),
      Sight(camera: .roofLeft, from: 2.5, to: 4.5, presence: 0.25, box: cut),
    ])
    #expect(result.ended.count == 1)
    #expect(result.ended.first.map { abs($0.from.seconds - 2) < 0.06 && abs($0.to.seconds - 5) < 0.06 } == true)
  }

  @Test("A nose is as long there as the first and the last camera show it, also where it looks upright")
  func uprightNose() throws {
    let cut = PictureBox(left: 0.7, top: 0.1, right: 1, bottom: 0.9)
    let upright = PictureBox(left: 0.4, top: 0.2, right: 0.6, bottom: 0.9)
    let result = play([
      Sight(camera: .frontLeft, from: 2, to: 7, presence: 0.25, box: upright),
      Sight(camera: .roofLeft, from: 3, to: 6, presence: 0.25, box: cut),
      Sight(camera: .bottomLeft, from: 3.5, to: 5.5, presence: 0.12, box: cut),
    ])
    try #require(result.ended.count == 1)
    #expect(abs(result.ended[0].from.seconds - 2) < 0.06 && abs(result.ended[0].to.seconds - 7) < 0.06)
  }

  @Test("Light that goes through the lane as a vehicle does carries nothing along, and is none")
  func light() {
    var lights = Self.vehicle(from: 2)
    for index in lights.indices {
      lights[index].blocks = 8
      lights[index].own = 0.1
    }
    #expect(play(lights).ended.isEmpty)
    #expect(play(lights).dismissed == ["it went as light does, not as matter"])
    lights[0].blocks = 20
    #expect(play(lights).ended.count == 1, "but one camera that sees more is enough")
  }

  @Test("A vehicle behind dirty lenses carries too little along, but two cameras see that it is not the place")
  func dirt() {
    var dirty = Self.vehicle(from: 2)
    for index in dirty.indices {
      dirty[index].blocks = 8
      dirty[index].own = index < 2 ? 0.6 : 0.1
    }
    #expect(play(dirty).ended.count == 1)
    dirty[1].own = 0.1
    #expect(play(dirty).dismissed == ["it went as light does, not as matter"], "one camera alone may look at a screen")
  }

  @Test("What comes into a picture with a vehicle that others had shown before is a part of it, and leaves with it")
  func partsOfALorry() throws {
    var lorry = Self.vehicle(from: 2)
    let last = try #require(lorry.firstIndex { $0.camera == .backRight })
    lorry[last].to = 6
    lorry[last].box = PictureBox(left: 0.55, top: 0.4, right: 1, bottom: 0.8)
    let box = PictureBox(left: 0, top: 0.4, right: 0.45, bottom: 0.8)
    lorry.append(Sight(camera: .backRight, track: 2, from: lorry[last].from, to: 8.6, presence: 0.3, box: box))
    let result = play(lorry)
    #expect(result.dismissed.isEmpty)
    try #require(result.ended.count == 1)
    #expect(abs(result.ended[0].to.seconds - 8.6) < 0.06, "\(result.ended[0].to)")
  }

  @Test("Lamps ahead of a vehicle that one camera took for it make way for it; a vehicle ahead of it does not")
  func lampsAhead() throws {
    var sights = Self.vehicle(from: 2)
    let own = try #require(sights.firstIndex { $0.camera == .bottomLeft })
    sights[own].track = 2
    sights[own].presence = 0.8
    sights[own].box = PictureBox(left: 0, top: 0.3, right: 0.65, bottom: 0.9)
    var ahead = Sight(camera: .bottomLeft, from: 2.2, to: 5)
    ahead.box = PictureBox(left: 0.67, top: 0.6, right: 1, bottom: 0.85)
    ahead.own = 0.1
    let lamps = play(sights + [ahead])
    try #require(lamps.ended.count == 1 && lamps.dismissed.isEmpty)
    #expect(abs((lamps.ended[0].evidence["left.bottomLeft"] ?? 0) - 5) < 0.06)
    ahead.own = 0.6
    #expect(play(sights + [ahead]).ended.count == 2)
  }

  @Test("A vehicle that creeps in and waits small is there from the beginning")
  func creeps() throws {
    let waiting = Sight(camera: .frontLeft, from: 2, to: 16, presence: 0.045, speed: 0.03, stands: 7...11)
    var later = Self.vehicle(from: 11.5)
    later.removeAll { $0.camera == .frontLeft }
    let result = play([waiting] + later + [Sight(camera: .frontLeft, track: 2, from: 16, to: 18)], until: 20)
    #expect(result.dismissed.isEmpty)
    #expect(result.ended.count == 1)
  }

  @Test("Who walks in and stands small where a camera does not show the vehicle holds its passage up for a while only")
  func bystander() throws {
    var sights = Self.vehicle(from: 2)
    sights.removeAll { $0.camera == .frontLeft }
    sights.append(Sight(camera: .frontLeft, from: 3, to: 60, presence: 0.03, speed: 0.05, stands: 6...60))
    let result = play(sights, until: 60)
    try #require(result.ended.count == 1)
    #expect(result.lastEnding < 30, "\(result.lastEnding) s")
    #expect(abs(result.ended[0].to.seconds - 7.6) < 0.06)
  }

  @Test("A vehicle that one camera loses while it stands is still there when it is found again, until it leaves")
  func foundStanding() throws {
    var sights = Self.vehicle(from: 2)
    sights.removeAll { $0.camera == .backRight }
    sights += [
      Sight(camera: .backRight, from: 3.6, to: 5, presence: 0.6),
      Sight(camera: .backRight, track: 2, from: 5, to: 12, presence: 0.6, stands: 4...11.5),
    ]
    let result = play(sights)
    try #require(result.ended.count == 1)
    #expect(abs(result.ended[0].to.seconds - 12) < 0.06, "\(result.ended[0].to)")
  }

  @Test("A person who walks beside a vehicle neither makes a second one nor prolongs it")
  func personBeside() {
    let upright = PictureBox(left: 0.4, top: 0.05, right: 0.6, bottom: 0.95)
    let result = play(
      Self.vehicle(from: 3)
        + Self.cameras.map { Sight(camera: $0, track: 9, from: 5, to: 12, presence: 0.2, box: upright) })
    #expect(result.ended.count == 1)
    #expect(result.ended.first.map { abs($0.to.seconds - 8.6) < 0.06 } == true)
  }

  @Test("Two vehicles that two cameras tell apart are two; where others show one long thing, times are reckoned")
  func convoy() throws {
    let apart: [CameraPosition] = [.bottomLeft, .roofLeft]
    var told = Self.vehicle(from: 2, cameras: apart) + Self.vehicle(from: 5, track: 2, cameras: apart)
    for index in told.indices { told[index].slides = true }
    let result = play(
      told + [
        Sight(camera: .frontLeft, from: 2, to: 9), Sight(camera: .backRight, from: 3.6, to: 10.6),
      ])
    try #require(result.ended.count == 2)
    #expect(abs(result.ended[0].from.seconds - 2) < 0.06 && abs(result.ended[0].to.seconds - 7.6) < 0.25)
    #expect(abs(result.ended[1].from.seconds - 5) < 0.25 && abs(result.ended[1].to.seconds - 10.6) < 0.06)
  }

  @Test("A vehicle that one camera loses in the middle of the picture and finds again is one")
  func lost() {
    var sights = Self.vehicle(from: 2)
    sights.removeAll { $0.camera == .frontLeft }
    sights += [
      Sight(camera: .frontLeft, from: 2, to: 3.4, presence: 0.6),
      Sight(camera: .frontLeft, track: 2, from: 4.2, to: 6, presence: 0.6),
    ]
    #expect(play(sights).ended.count == 1)
  }

  @Test("A passage begins with the camera that saw the vehicle first, not with the one that noticed it")
  func firstSight() {
    var segmenter = PassageSegmenter(cameras: [.frontLeft, .roofLeft])
    var from: MonotonicTime?
    for step in 0..<12 {
      for (offset, camera) in [CameraPosition.frontLeft, .roofLeft].enumerated() {
        let time = MonotonicTime(nanoseconds: Int64(step) * 50_000_000 + Int64(offset))
        let presence = camera == .frontLeft ? 0.012 : step < 5 ? 0 : 0.1
        let things = presence > 0 ? [Thing(track: 1, presence: presence, isMoving: true)] : []
        for event in segmenter.observe(.init(camera: camera, time: time, things: things)) {
          if case .began(_, let began, _) = event { from = began }
        }
      }
    }
    #expect(from.map { $0.seconds < 0.1 } == true, "\(String(describing: from))")
  }
}
