import Testing

@testable import CameraIO
@testable import FrameSelect

@Suite("Pictures are settled while the vehicle still drives")
struct SettlingTests {
  /// Ways of a vehicle: where it is after so many seconds, nil when that is not known, and when it has left.
  enum Way: String, CaseIterable, Sendable {
    case planned, fast, shorter, longer, farLonger, stands, crawls, backs, turnsBack, backsHalfWay, slips, losesTrack,
      unknown

    var seconds: Double {
      switch self {
      case .fast: 1
      case .stands: 66
      case .crawls: 60
      case .turnsBack: 8
      case .backsHalfWay: 12
      default: 6
      }
    }

    func place(_ seconds: Double) -> Double? {
      switch self {
      case .planned: seconds / 2
      case .fast: 3 * seconds
      case .shorter: seconds / 4
      case .longer: 0.75 * seconds
      case .farLonger: seconds
      case .stands: (min(seconds, 3) + max(0, seconds - 63)) / 2
      case .crawls: seconds / 20
      case .backs: -seconds / 2
      case .turnsBack: 2 - max(0, abs(seconds - 4) - 1) * 2 / 3
      // Two widths in, one back, and on.
      case .backsHalfWay: seconds < 4 ? seconds / 2 : seconds < 6 ? 4 - seconds / 2 : (seconds - 4) / 2
      case .slips: seconds / 2 + (seconds > 2 && seconds < 2.05 ? 4 : 0)
      case .losesTrack: seconds < 3 ? seconds / 2 : nil
      case .unknown: nil
      }
    }

    /// Pictures of sixteen that are to be settled when the vehicle leaves.
    var settled: ClosedRange<Int> {
      switch self {
      case .planned, .stands, .crawls, .backs, .backsHalfWay, .slips: 9...14
      case .fast: 8...14
      case .shorter, .losesTrack: 5...10
      case .turnsBack: 7...12
      case .longer: 12...15
      case .farLonger: 13...15
      case .unknown: 0...0
      }
    }
  }

  /// What came of a passage.
  struct Outcome: Equatable {
    var settled: [Double] = []
    var settledPlaces: [Double?] = []
    /// When they were settled, not when they were taken.
    var moments: [Double] = []
    var rest: [Double] = []
    var places: [Double] = []
    var chosenInLog: [Double] = []
    var most = 0
    var mostBytes = 0
    var reasons: [String] = []
  }

  private func drive(
    _ way: Way, limit: Int = 16, certainAt: Double = 0.5, every: Int = 1, plan: WayPlan = WayPlan(way: 3)
  ) throws -> Outcome {
    let pool = FramePool(byteBudget: 1 << 28)
    var collector = PassageCollector(limits: [:], fallbackLimit: limit)
    var dice = Scenes.Dice(29)
    var outcome = Outcome()
    var chosen: [SelectedFrame] = []
    let from = MonotonicTime(seconds: 0)
    for number in 0...Int(way.seconds * 30) {
      let seconds = Double(number) / 30
      let frame = try TestFrames.frame(
        [0], FrameFormat(width: 1, height: 1, pixelFormat: .grey), camera: .roofLeft, at: seconds, pool: pool)
      collector.offer(
        Candidate(
          frame: frame, score: FrameScore(sharpness: 0.6 + 0.1 * dice.fraction(), exposure: 1),
          displacement: way.place(seconds), presence: 0.5))
      outcome.most = max(outcome.most, collector.heldFrames)
      guard seconds >= certainAt, number.isMultiple(of: every) else { continue }
      let settled = collector.settle(.roofLeft, WayPlans(own: plan, lane: plan), from: from)
      outcome.settled += settled.map(\.candidate.frame.time.seconds)
      outcome.settledPlaces += settled.map(\.candidate.displacement)
      outcome.moments += settled.map { _ in seconds }
      // Whoever takes them over lets go of them: the collector must have done so.
      chosen += settled.map { SelectedFrame(candidate: $0.candidate.forgetting(), reason: $0.reason) }
      outcome.mostBytes = max(outcome.mostBytes, pool.bytesInUse)
    }
    let (rest, considered) = collector.select(from: from, to: MonotonicTime(seconds: 1e6))
    outcome.rest = rest.map(\.candidate.frame.time.seconds)
    outcome.places = (chosen + rest).compactMap(\.candidate.displacement).sorted()
    outcome.chosenInLog = considered.filter { $0.disposition == .chosen }.map(\.time.seconds)
    outcome.reasons = (chosen + rest).map(\.reason)
    return outcome
  }

  @Test(
    "What is settled is in the final choice, once, and the limit holds over both", arguments: Way.allCases,
    [1, 2, 8, 16, 32])
  func limit(way: Way, limit: Int) throws {
    let outcome = try drive(way, limit: limit)
    let all = outcome.settled + outcome.rest
    #expect(Set(all).count == all.count)
    #expect(all.count == limit || way == .fast && limit == 32)
    #expect(outcome.chosenInLog == all.sorted())
    #expect(outcome.reasons.allSatisfy { !$0.isEmpty })
    // The last picture is for the end of the way.
    #expect(outcome.settled.count < max(limit, 1))
  }

  @Test("Most pictures are settled before the vehicle has left, on whatever way", arguments: Way.allCases)
  func early(way: Way) throws {
    let outcome = try drive(way)
    #expect(way.settled.contains(outcome.settled.count), "\(outcome.settled.count) of 16")
  }

  @Test(
    "Nothing is held that was handed out, and never more than twice the limit and two", arguments: Way.allCases,
    [1, 16])
  func bounded(way: Way, limit: Int) throws {
    let outcome = try drive(way, limit: limit)
    #expect(outcome.most <= 2 * limit + 2)
    // And the newest one, which this test holds.
    #expect(outcome.mostBytes <= (2 * limit + 3) * FramePool.pageBytes)
  }

  @Test("However long a vehicle stands, standing settles nothing")
  func standing() throws {
    let outcome = try drive(.stands)
    #expect(!outcome.moments.contains { (3.1..<63).contains($0) })
    #expect(outcome.moments.contains { $0 < 3.1 } && outcome.moments.contains { $0 > 63 })
    let plain = try drive(.planned)
    // The same places as without the stop, give or take one.
    let strangers = outcome.places.filter { place in !plain.places.contains { abs($0 - place) < 0.2 } }
    #expect(strangers.count <= 1, "\(strangers)")
  }

  @Test("A vehicle that goes back over its way settles nothing until it is beyond where it was")
  func reversing() throws {
    let outcome = try drive(.backsHalfWay)
    #expect(!outcome.moments.contains { (4.1..<8).contains($0) })
    #expect(outcome.moments.contains { $0 < 4.1 } && outcome.moments.contains { $0 > 8 })
    let places = outcome.settledPlaces.compactMap { $0 }.sorted()
    for (place, next) in zip(places, places.dropFirst()) { #expect(next - place >= 0.08) }
  }

  @Test(
    "The pictures of a vehicle lie evenly, whatever its length is and whether the plan was right",
    arguments: [
      (Way.planned, 0.35), (.backs, 0.35), (.stands, 0.35), (.crawls, 0.35), (.shorter, 0.2), (.longer, 0.55),
      (.fast, 0.35),
    ])
  func even(way: Way, widest: Double) throws {
    let places = try drive(way).places
    let last = abs(way.place(way.seconds) ?? 0)
    #expect(abs(places[0]) < 0.05 || abs(places[15]) < 0.05)
    #expect(abs((places.map(abs).max() ?? 0) - last) < 0.05)
    let gaps = zip(places, places.dropFirst()).map { $1 - $0 }
    #expect((gaps.max() ?? 9) <= widest, "\(gaps)")
    #expect((gaps.min() ?? 0) >= 0.04, "\(gaps)")
  }

  @Test("A vehicle twice as long as any before it still shows all of its way")
  func farLonger() throws {
    let places = try drive(.farLonger).places
    #expect((places.max() ?? 0) > 5.9)
    let gaps = zip(places, places.dropFirst()).map { $1 - $0 }
    #expect((gaps.max() ?? 99) <= 1.6, "\(gaps)")
  }

  @Test("Until a vehicle is certain nothing is settled, and then all at once what can be")
  func certainty() throws {
    let early = try drive(.planned, certainAt: 0)
    let late = try drive(.planned, certainAt: 3)
    #expect(late.settled.filter { $0 < 2.5 }.count >= 6)
    #expect(late.settled.count >= early.settled.count - 1)
    #expect(try drive(.planned, certainAt: 99).settled.isEmpty)
  }

  @Test("However seldom it is asked, the same frames are settled", arguments: [2, 3, 7])
  func chunks(every: Int) throws {
    let often = try drive(.planned)
    let seldom = try drive(.planned, every: every)
    #expect(Array(seldom.settled.prefix(8)) == Array(often.settled.prefix(8)))
  }

  @Test("When the tail comes in, what is missing is settled at once and the rest is spread over what is to come")
  func tail() throws {
    // A vehicle of three widths of which the tail is seen from the second on.
    let pool = FramePool(byteBudget: 1 << 28)
    var stretches = CameraStretches(limit: 16)
    var settled: [Double] = []
    var atTail = 0
    for number in 0...180 {
      let place = Double(number) / 60
      let frame = try TestFrames.frame(
        [0], FrameFormat(width: 1, height: 1, pixelFormat: .grey), camera: .roofLeft, at: Double(number) / 30,
        pool: pool)
      stretches.offer(
        Candidate(
          frame: frame, score: FrameScore(sharpness: 0.6, exposure: 1), displacement: place, presence: 0.5))
      stretches.end = place >= 2 ? 3 : nil
      let before = settled.count
      let chosen = stretches.settle(WayPlans(own: WayPlan(), lane: WayPlan()), from: MonotonicTime(seconds: 0))
      settled += chosen.compactMap(\.candidate.displacement)
      if place == 2 { atTail = settled.count - before }
    }
    #expect(atTail >= 3)
    // All but the last, and evenly.
    #expect(settled.count == 15)
    let places = settled.sorted() + [3]
    let gaps = zip(places, places.dropFirst()).map { $1 - $0 }
    #expect((gaps.max() ?? 9) <= 0.3 && (gaps.min() ?? 0) >= 0.1, "\(gaps)")
  }

  @Test(
    "A tail is what has left the side where the vehicle comes in; what an edge cuts off is none",
    arguments: [
      // To the right: nose, edge cuts, tail clear of it. To the left the same mirrored.
      ([(0.0, 0.3), (0.0, 1.0), (0.1, 1.0), (0.2, 1.0), (0.25, 1.0), (0.3, 1.0)], 0.7),
      // A zone that begins at a fifth of the picture.
      ([(0.2, 0.3), (0.2, 0.8), (0.2, 0.8), (0.2, 0.8), (0.2, 0.8), (0.2, 0.8)], nil),
      // For two pictures a smooth side hides its rear.
      ([(0.0, 0.3), (0.0, 1.0), (0.4, 1.0), (0.4, 1.0), (0.0, 1.0), (0.0, 1.0)], nil),
    ] as [([(Double, Double)], Double?)], [true, false])
  func tailSight(scene: (boxes: [(Double, Double)], left: Double?), isRight: Bool) {
    var (sight, marked) = (TailSight(), TailSight())
    var travel = Travel(forward: LaneCamera.Way(x: 1, y: 0))
    var last: Double?
    for (number, sides) in scene.boxes.enumerated() {
      travel.add(Displacement(x: isRight ? 0.1 : -0.1, y: 0, confidence: 1), at: MonotonicTime(seconds: Double(number)))
      var thing = Thing(track: 1, presence: 0.5, isMoving: true, travel: travel)
      let body = isRight ? sides.0...sides.1 : 1 - sides.1...1 - sides.0
      thing.box = PictureBox(left: body.lowerBound, top: 0.2, right: body.upperBound, bottom: 0.8)
      last = sight.take(thing)
      // Marks on the floor behind it belong to its box, and not to its body.
      thing.box = PictureBox(left: 0, top: 0.2, right: 1, bottom: 0.8)
      thing.body = body
      #expect(marked.take(thing) == last)
    }
    // Against the lane's way it is counted backward.
    let expected = scene.left.map { isRight ? $0 : -$0 }
    #expect(last.map { Int(($0 * 1000).rounded()) } == expected.map { Int(($0 * 1000).rounded()) })
  }

  @Test(
    "What looks at the same place as the last frame that was measured is not measured; what cannot be placed is, every time",
    arguments: [
      // Widths a frame, whether displacement is known, and how many of sixty frames are measured.
      (0.0, true, 8...9), (0.01, true, 8...9), (0.02, true, 14...16), (0.037, true, 29...31), (0.1, true, 60...60),
      (0.01, false, 60...60),
    ] as [(Double, Bool, ClosedRange<Int>)])
  func measuring(step: Double, isKnown: Bool, expected: ClosedRange<Int>) throws {
    let pool = FramePool(byteBudget: 1 << 24)
    var collector = PassageCollector(limits: [:], fallbackLimit: 16)
    var travel = Travel(forward: LaneCamera.Way(x: 1, y: 0))
    var measured = 0
    for number in 0..<60 {
      let time = MonotonicTime(seconds: Double(number) / 30)
      travel.add(isKnown ? Displacement(x: step, y: 0, confidence: 1) : nil, at: time)
      let frame = try TestFrames.frame(
        [0], FrameFormat(width: 1, height: 1, pixelFormat: .grey), camera: .roofLeft, at: time.seconds, pool: pool)
      let thing = Thing(track: 1, presence: 0.5, isMoving: true, travel: isKnown ? travel : nil)
      guard
        let sight = collector.sight(of: frame, showing: thing, WayPlans(own: WayPlan(way: 3), lane: WayPlan(way: 3)))
      else { continue }
      measured += 1
      collector.offer(frame, showing: sight, FrameScore(sharpness: 0.5, exposure: 1))
    }
    #expect(expected.contains(measured), "\(measured)")
  }

  @Test(
    "In front of a camera along the lane the first vehicle is expected on a shorter way, and has more pictures early")
  func firstVehicle() throws {
    for camera in CameraPosition.allCases {
      let isAlong = camera.rawValue.hasPrefix("front") || camera.rawValue.hasPrefix("back")
      #expect(WayPlan.usualWay(of: camera) == (isAlong ? 2.5 : WayPlan.usualWay))
    }
    func settled(_ camera: CameraPosition) throws -> Int {
      try drive(.shorter, plan: WayPlan(way: WayPlan.usualWay(of: camera))).settled.count
    }
    #expect(try settled(.frontLeft) >= settled(.topLeft) + 3)
  }

  @Test("A plan follows longer vehicles at once, shorter ones by and by, and slips not at all")
  func learning() {
    var plan = WayPlan()
    #expect(plan.way == WayPlan.usualWay)
    plan.learn(5)
    #expect(plan.way == 5)
    plan.learn(4)
    #expect(plan.way > 4.7 && plan.way < 5)
    for _ in 0..<30 { plan.learn(2.5) }
    #expect(abs(plan.way - 2.5) < 0.01)
    for odd in [0, -1, .infinity, .nan] { plan.learn(odd) }
    #expect(abs(plan.way - 2.5) < 0.01)
    plan.learn(1e9)
    #expect(plan.way <= 20)
  }

  @Test(
    "A step is the expected vehicle's as long as enough is left for a longer one",
    arguments: [
      // gone, left, limit -> step
      (0.0, 16, 16, 0.2), (1.0, 11, 16, 0.2), (2.0, 6, 16, 0.5), (3.0, 5, 16, 0.2), (0.0, 8, 8, 4.5 / 7),
      (0.0, 32, 32, 3.0 / 31), (4.4, 3, 16, 1.1), (8.0, 3, 16, 2.0), (8.0, 2, 16, 4.0), (0.0, 2, 2, 4.5),
    ] as [(Double, Int, Int, Double)])
  func steps(gone: Double, left: Int, limit: Int, step: Double) {
    #expect(abs(WayPlan(way: 3).step(after: gone, left: left, limit: limit) - step) < 1e-9)
  }
}

extension Candidate {
  /// The same without its memory: an empty frame stands for it.
  fileprivate func forgetting() -> Candidate {
    let other = FramePool(byteBudget: 1 << 20)
    let stub = try? TestFrames.frame(
      [0], FrameFormat(width: 1, height: 1, pixelFormat: .grey), camera: frame.camera, at: frame.time.seconds,
      pool: other)
    return Candidate(
      frame: stub ?? frame, score: score, displacement: displacement, isMeasured: isMeasured, presence: presence)
  }
}
