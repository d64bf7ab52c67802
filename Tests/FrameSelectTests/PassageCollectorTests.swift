import Testing

@testable import CameraIO
@testable import FrameSelect

@Suite("The collector holds what may be chosen in bounded memory")
struct PassageCollectorTests {
  private let pool = FramePool(byteBudget: 1 << 30)
  private let always = (from: MonotonicTime(seconds: 0), to: MonotonicTime(seconds: 1e6))
  private static let slot = FramePool.pageBytes

  private func candidate(
    _ seconds: Double, camera: CameraPosition = .roofLeft, sharpness: Double = 0.5, exposure: Double = 1,
    displacement: Double? = nil, presence: Double = 0.5
  ) throws -> Candidate {
    let frame = try TestFrames.frame(
      [0], FrameFormat(width: 1, height: 1, pixelFormat: .grey), camera: camera, at: seconds, pool: pool)
    return Candidate(
      frame: frame, score: FrameScore(sharpness: sharpness, exposure: exposure), displacement: displacement,
      presence: presence)
  }

  /// Ways of a vehicle: displacement after so many seconds, nil when not known.
  enum Way: String, CaseIterable, Sendable {
    case unknown, steady, stops, backs, oscillates, jumps, losesTrack
    func displacement(_ seconds: Double) -> Double? {
      switch self {
      case .unknown: nil
      case .steady: 0.4 * seconds
      case .stops: min(seconds, 2) * 0.4
      case .backs: -0.3 * seconds
      case .oscillates: seconds.truncatingRemainder(dividingBy: 4) < 2 ? 0.5 : -0.5
      case .jumps: seconds * seconds * 37
      case .losesTrack: seconds < 3 ? 0.4 * seconds : nil
      }
    }
  }

  @Test("What was held of a part of a vehicle goes on where the vehicle's own way has got to, each moment once")
  func parts() throws {
    func thing(_ track: Int, _ position: Double) -> Thing {
      var travel = Travel(forward: LaneCamera.Way(x: 1, y: 0))
      travel.add(Displacement(x: position, y: 0, confidence: 1, blocks: 30), at: MonotonicTime(seconds: 0))
      return Thing(track: track, presence: 0.5, isMoving: true, travel: travel)
    }
    let plans = WayPlans(own: WayPlan(straight: 1), lane: WayPlan(straight: 1))
    var (whole, part) = (
      PassageCollector(limits: [:], fallbackLimit: 16), PassageCollector(limits: [:], fallbackLimit: 16)
    )
    // The car is seen until 2 s, its trailer from 1.5 s to 3.5 s; both go half a width a second.
    for step in 0..<36 {
      let seconds = Double(step) / 10
      let frame = try candidate(seconds).frame
      if seconds < 2.05, let sight = whole.sight(of: frame, showing: thing(1, seconds / 2 + 0.1), plans) {
        whole.offer(frame, showing: sight, FrameScore(sharpness: 0.5, exposure: 1))
      }
      if seconds > 1.45, let sight = part.sight(of: frame, showing: thing(2, seconds / 2 - 0.7), plans) {
        part.offer(frame, showing: sight, FrameScore(sharpness: 0.5, exposure: 1))
      }
    }
    whole.take(part)
    let chosen = whole.select(from: always.from, to: always.to).chosen.map(\.candidate)
    #expect(chosen.last.map { $0.frame.time.seconds > 3.2 } == true)
    #expect(Set(chosen.map(\.frame.time)).count == chosen.count)
    for one in chosen {
      #expect(abs((one.displacement ?? 9) - one.frame.time.seconds / 2) < 0.06, "at \(one.frame.time)")
    }
  }

  @Test(
    "Ten thousand frames never hold more than the bound, and never choose more than the limit", arguments: Way.allCases,
    [1, 16])
  func bounded(way: Way, limit: Int) throws {
    var collector = PassageCollector(limits: [:], fallbackLimit: limit)
    let bound = 2 * limit + 2
    var dice = Scenes.Dice(13)
    var most = 0
    var mostBytes = 0
    for number in 0..<10_000 {
      let seconds = Double(number) / 30
      collector.offer(
        try candidate(seconds, sharpness: dice.fraction(), displacement: way.displacement(seconds)))
      most = max(most, collector.heldFrames)
      mostBytes = max(mostBytes, pool.bytesInUse)
    }
    #expect(most <= bound)
    #expect(mostBytes <= bound * Self.slot)
    #expect(pool.peakBytesInUse <= (bound + 2) * Self.slot)
    let (chosen, considered) = collector.select(from: always.from, to: always.to)
    #expect(chosen.count <= limit)
    if way != .oscillates { #expect(chosen.count == limit) }
    #expect(considered.count <= 4096)
    #expect(considered.count + collector.unrecordedFrames == 10_000)
    #expect(considered.filter { $0.disposition == .chosen }.count == chosen.count)
  }

  @Test("A camera with a limit of 0 holds nothing and has no pictures; others keep theirs")
  func limitZero() throws {
    var collector = PassageCollector(limits: [.topLeft: 0, .roofLeft: 3], fallbackLimit: 1)
    for number in 0..<40 {
      for camera in [CameraPosition.topLeft, .roofLeft, .backLeft] {
        collector.offer(try candidate(Double(number) / 10, camera: camera))
      }
    }
    #expect(collector.heldFrames <= 8 + 4)
    let (chosen, considered) = collector.select(from: always.from, to: always.to)
    #expect(chosen.map(\.candidate.frame.camera) == [.backLeft, .roofLeft, .roofLeft, .roofLeft])
    #expect(!considered.contains { $0.camera == .topLeft })
    var nothing = PassageCollector(limits: [:], fallbackLimit: -3)
    nothing.offer(try candidate(1))
    #expect(nothing.select(from: always.from, to: always.to).chosen.isEmpty)
  }

  @Test("What became of every frame is said, by camera and time")
  func considered() throws {
    var collector = PassageCollector(limits: [:], fallbackLimit: 2)
    // Two in one stretch of 1/32 s, one without a vehicle, one more far away.
    collector.offer(try candidate(0.000, camera: .topLeft, sharpness: 0.4))
    collector.offer(try candidate(0.010, camera: .topLeft, sharpness: 0.6))
    collector.offer(try candidate(0.500, camera: .topLeft, presence: 0))
    collector.offer(try candidate(1.000, camera: .topLeft, sharpness: 0.1))
    collector.offer(try candidate(1.000, camera: .backLeft, sharpness: 0.1))
    let (chosen, considered) = collector.select(from: always.from, to: always.to)
    #expect(chosen.map(\.candidate.frame.time.seconds) == [1, 0.01, 1])
    #expect(considered.map(\.camera) == [.backLeft] + [CameraPosition](repeating: .topLeft, count: 4))
    #expect(considered.map(\.disposition) == [.chosen, .outdone, .chosen, .empty, .chosen])
  }

  @Test("Stretches that had to be merged say so")
  func merged() throws {
    var collector = PassageCollector(limits: [:], fallbackLimit: 1)
    for number in 0..<5 { collector.offer(try candidate(Double(number) / 32, sharpness: number == 3 ? 0.9 : 0.5)) }
    let (chosen, considered) = collector.select(from: always.from, to: always.to)
    #expect(chosen.map(\.candidate.frame.time.seconds) == [3.0 / 32])
    // 0 and 1 became one stretch, 2 and 3 another; of equals the earlier stayed.
    #expect(considered.map(\.disposition) == [.outdone, .merged, .merged, .chosen, .outdone])
    #expect(chosen.map(\.reason) == ["sharpest of 5 in 0.00-0.12 s of the passage"])
  }

  @Test("A car that stands still for a minute takes no pictures from its own sides")
  func standing() throws {
    var collector = PassageCollector(limits: [:], fallbackLimit: 8)
    var dice = Scenes.Dice(17)
    for number in 0..<(66 * 30) {
      let seconds = Double(number) / 30
      // It moves for 3 s, stands for 60 s, and moves for 3 s again.
      let displacement = 0.5 * (min(seconds, 3) + max(0, seconds - 63))
      collector.offer(try candidate(seconds, sharpness: 0.4 + 0.2 * dice.fraction(), displacement: displacement))
    }
    let chosen = collector.select(from: always.from, to: always.to).chosen
    #expect(chosen.count == 8)
    let places = chosen.compactMap(\.candidate.displacement)
    for (place, next) in zip(places, places.dropFirst()) { #expect((0.15...0.75).contains(next - place)) }
  }

  @Test("Frames from outside of the passage are never chosen")
  func outside() throws {
    var collector = PassageCollector(limits: [:], fallbackLimit: 4)
    for number in 0..<20 { collector.offer(try candidate(Double(number), sharpness: number < 5 ? 1 : 0.3)) }
    let selection = collector.select(from: MonotonicTime(seconds: 8), to: MonotonicTime(seconds: 12))
    #expect(!selection.chosen.isEmpty)
    #expect(selection.chosen.allSatisfy { (8...12).contains($0.candidate.frame.time.seconds) })
  }

  @Test("Odd displacements do no harm", arguments: [Double.nan, .infinity, -.infinity, 1e300, -1e9])
  func oddDisplacement(odd: Double) throws {
    var collector = PassageCollector(limits: [:], fallbackLimit: 4)
    for number in 0..<50 {
      collector.offer(try candidate(Double(number) / 30, displacement: number % 7 == 3 ? odd : Double(number)))
    }
    #expect(collector.select(from: always.from, to: always.to).chosen.count == 4)
  }

  @Test("The same frames give the same choice every time")
  func deterministic() throws {
    func run() throws -> [String] {
      var dice = Scenes.Dice(19)
      var collector = PassageCollector(limits: [.backLeft: 5], fallbackLimit: 7)
      for number in 0..<500 {
        for camera in [CameraPosition.topRight, .backLeft, .roofLeft] {
          // Few different scores: many ties.
          let sharpness = (dice.fraction() * 4).rounded() / 4
          collector.offer(try candidate(Double(number) / 30, camera: camera, sharpness: sharpness))
        }
      }
      let (chosen, considered) = collector.select(from: always.from, to: always.to)
      return chosen.map { "\($0.candidate.frame.camera) \($0.candidate.frame.time) \($0.reason)" }
        + considered.map { "\($0.camera) \($0.time) \($0.disposition)" }
    }
    let first = try run()
    #expect(try first == run())
    #expect(first.count == 1500 + 5 + 7 + 7)
  }

  @Test("The place where a vehicle turned back is shown, though better frames lie before it")
  func turnedBack() throws {
    var collector = PassageCollector(limits: [:], fallbackLimit: 8)
    for number in 0...180 {
      let seconds = Double(number) / 30
      // Two widths in, a second of standing, and out again; the nearer to the end, the less sharp.
      let displacement = 2 - max(0, abs(seconds - 3) - 0.5) * 0.8
      collector.offer(try candidate(seconds, sharpness: 0.9 - 0.1 * displacement, displacement: displacement))
    }
    let chosen = collector.select(from: always.from, to: always.to).chosen
    #expect(chosen.count == 8)
    #expect(chosen.compactMap(\.candidate.displacement).max() == 2)
  }

  @Test("Guesses do not make a camera forget the vehicle's places; nothing but guesses does")
  func guesses() throws {
    func reasons(measuring: (Int) -> Bool) throws -> [String] {
      var collector = PassageCollector(limits: [:], fallbackLimit: 4)
      for number in 0..<120 {
        let plain = try candidate(Double(number) / 30)
        collector.offer(
          Candidate(
            frame: plain.frame, score: plain.score, displacement: Double(number) / 60, isMeasured: measuring(number),
            presence: 0.5))
      }
      return collector.select(from: always.from, to: always.to).chosen.map(\.reason)
    }
    let door = try reasons { !(40..<60).contains($0) && $0 > 5 }
    #expect(door.count == 4 && door.allSatisfy { $0.hasSuffix("picture widths") })
    let blind = try reasons { $0 % 3 == 0 }
    #expect(blind.count == 4 && blind.allSatisfy { $0.hasSuffix("s of the passage") })
  }
}
