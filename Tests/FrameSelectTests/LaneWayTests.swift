import CameraIO
import Testing

@testable import FrameSelect

/// What a camera that cannot measure a vehicle's way learns from those that can.
@Suite("How far a vehicle went through the lane, by whichever camera measures it")
struct LaneWayTests {
  /// One camera's view: from when to when it measures, and how many widths of its picture the vehicle goes for one of the truth.
  struct View: Sendable {
    var camera: CameraPosition
    var seconds: ClosedRange<Double>
    var widths: Double
    /// From when on lamps that shine back from a smooth side seem to stand.
    var deceivedFrom = Double.infinity
  }

  /// Feeds what `views` measure of a vehicle whose true way is `way`; at 30 pictures a second.
  private func played(_ views: [View], until: Double, _ way: (Double) -> Double) -> LaneWay {
    var lane = LaneWay()
    for number in 0..<Int(until * 30) {
      let seconds = Double(number) / 30
      for view in views where view.seconds.contains(seconds) {
        let at = view.widths * (way(min(seconds, view.deceivedFrom)) - way(view.seconds.lowerBound))
        lane.note(
          VehicleWay.Place(at: at, isMeasured: true), of: view.camera, isSure: true, at: MonotonicTime(seconds: seconds)
        )
      }
    }
    return lane
  }

  private func place(_ lane: LaneWay, _ seconds: Double) -> VehicleWay.Place? {
    lane.place(at: MonotonicTime(seconds: seconds))
  }

  @Test("Without a camera that is sure there is no way")
  func nothing() {
    #expect(place(LaneWay(), 1) == nil)
    var lane = LaneWay()
    for number in 0..<60 {
      let time = MonotonicTime(seconds: Double(number) / 30)
      lane.note(.init(at: Double(number) / 30, isMeasured: true), of: .frontLeft, isSure: false, at: time)
    }
    #expect(place(lane, 1) == nil)
  }

  @Test(
    "It goes on from camera to camera as the vehicle drives, stands and reverses",
    arguments: [
      [View(camera: .roofLeft, seconds: 1...9, widths: 1)],
      // One after the other, with a moment in which none measures.
      [View(camera: .roofLeft, seconds: 1...4, widths: 1), View(camera: .bottomLeft, seconds: 4.3...9, widths: 1.5)],
      // Both, and the nearer one is believed.
      [View(camera: .roofLeft, seconds: 1...7, widths: 1), View(camera: .bottomLeft, seconds: 2...9, widths: 1.5)],
      // The nearer one is deceived by a smooth side.
      [
        View(camera: .roofLeft, seconds: 1...9, widths: 1),
        View(camera: .bottomLeft, seconds: 1...9, widths: 1.5, deceivedFrom: 5),
      ],
    ], [0, 2, 60] as [Double])
  func goesOn(views: [View], stop: Double) throws {
    // Half a width a second, a stop at three seconds.
    let lane = played(
      views.map { view in
        var late = view
        let upper = view.seconds.upperBound
        late.seconds = view.seconds.lowerBound...(upper > 3 ? upper + stop : upper)
        if view.seconds.lowerBound > 3 { late.seconds = (view.seconds.lowerBound + stop)...(upper + stop) }
        late.deceivedFrom += view.deceivedFrom > 3 ? stop : 0
        return late
      }, until: 9 + stop
    ) { 0.5 * ($0 < 3 ? $0 : max(3, $0 - stop)) }
    let scale = try #require(place(lane, 2.9)).at - #require(place(lane, 1.5)).at
    let whole = try #require(place(lane, 8.5 + stop)).at - #require(place(lane, 1.5)).at
    // In widths of whichever camera was first: seven seconds of driving are five times as long as 1.4.
    #expect(abs(whole / scale - 5) < 0.5, "\(whole / scale)")
    #expect(place(lane, 8.5 + stop)?.isMeasured == true)
    let stood = try #require(place(lane, 3.3)).at - #require(place(lane, 3.3 + 0.8 * stop)).at
    if stop > 0 { #expect(abs(stood) < 0.05) }
  }

  @Test("Before the first measurement it came in at the speed that it had then; after the last it is a guess")
  func ends() throws {
    let lane = played([View(camera: .roofLeft, seconds: 1...3, widths: 1)], until: 5) { 0.5 * $0 }
    #expect(abs(try #require(place(lane, 0.5)).at + 0.25) < 0.02)
    #expect(place(lane, 0.5)?.isMeasured == true && place(lane, -1)?.isMeasured == false)
    #expect(lane.isTold(besides: .backLeft) && !lane.isTold(besides: .roofLeft), "nobody borrows from himself")
    #expect(place(lane, 3.1)?.isMeasured == true && place(lane, 3.5)?.isMeasured == false)
    #expect(abs(try #require(place(lane, 4)).at - 1.075) < 0.02)
  }

  @Test(
    "How fast it goes for another camera is told in widths of that one's picture, as soon as the two can be compared")
  func speed() throws {
    let lane = played(
      [View(camera: .roofLeft, seconds: 1...5, widths: 1), View(camera: .frontLeft, seconds: 2...4, widths: 0.5)],
      until: 5
    ) { 0.5 * $0 }
    for (camera, wanted) in [(CameraPosition.frontLeft, 0.25), (.backLeft, 0.5)] {
      let speed = try #require(lane.speed(at: MonotonicTime(seconds: 3), for: camera))
      #expect(abs(speed - wanted) < 0.02, "\(camera) \(speed)")
    }
    #expect(lane.speed(at: MonotonicTime(seconds: 3), for: .roofLeft) == nil, "nobody borrows from himself")
    #expect(lane.speed(at: MonotonicTime(seconds: 8), for: .backLeft) == nil)
  }

  @Test("A camera that goes the other way for a moment does not turn the lane's way round")
  func wobble() throws {
    var lane = LaneWay()
    var at = 0.0
    for number in 0..<120 {
      let time = MonotonicTime(seconds: Double(number) / 30)
      lane.note(.init(at: 0.5 * time.seconds, isMeasured: true), of: .roofLeft, isSure: true, at: time)
      // It wobbles backwards faster than the vehicle drives, then measures it well.
      if number > 30 { at += number < 60 ? -0.03 : 0.03 }
      if number > 30 { lane.note(.init(at: at, isMeasured: true), of: .frontLeft, isSure: true, at: time) }
    }
    let way = try #require(place(lane, 3.9)).at - #require(place(lane, 0.5)).at
    #expect(way > 1.6 && way < 2.5, "\(way)")
  }

  /// The times that a camera which never measures, or sees a vehicle stand that does not, chooses, and how many of them before the vehicle left; beside
  /// one that measures, or alone.
  private func chosen(
    stop: Double, isAlone: Bool, isDeceived: Bool = false
  ) throws -> (times: [Double], early: Int, reasons: [String]) {
    let pool = FramePool(byteBudget: 1 << 26)
    var collector = PassageCollector(limits: [:], fallbackLimit: 8)
    var travels = [CameraPosition.backLeft, .roofLeft].map { ($0, Travel(forward: LaneCamera.Way(x: 1, y: 0))) }
    let plans = WayPlans(own: WayPlan(way: 2), lane: WayPlan(way: 2))
    let still = isDeceived ? Displacement(x: 0, y: 0, confidence: 1, blocks: 40) : nil
    var early: [SelectedFrame] = []
    for number in 0..<Int((6 + stop) * 30) {
      let time = MonotonicTime(seconds: Double(number) / 30)
      let stands = time.seconds >= 3 && time.seconds < 3 + stop
      for index in travels.indices where index == 0 || !isAlone {
        let camera = travels[index].0
        let step = Displacement(x: stands ? 0 : 0.5 / 30, y: 0, confidence: 1, blocks: 40)
        travels[index].1.add(camera == .roofLeft ? step : still, at: time)
        let frame = try TestFrames.frame(
          [0], FrameFormat(width: 1, height: 1, pixelFormat: .grey), camera: camera, at: time.seconds, pool: pool)
        let thing = Thing(track: 1, presence: 0.5, isMoving: !stands, travel: travels[index].1)
        guard let sight = collector.sight(of: frame, showing: thing, plans) else { continue }
        collector.offer(frame, showing: sight, FrameScore(sharpness: 0.5, exposure: 1))
        early += collector.settle(camera, plans, from: MonotonicTime(seconds: 0))
      }
    }
    early.removeAll { $0.candidate.frame.camera != .backLeft }
    let late = collector.select(
      of: [.backLeft], from: MonotonicTime(seconds: 0), to: MonotonicTime(seconds: 1e6))
    let all = early + late
    return (all.map(\.candidate.frame.time.seconds).sorted(), early.count, all.map(\.reason))
  }

  @Test("A camera that cannot measure spreads its pictures over the way that another measures: a stop does not fill it")
  func borrowed() throws {
    let drive = try chosen(stop: 0, isAlone: false)
    let stop = try chosen(stop: 60, isAlone: false)
    #expect(drive.times.count == 8 && stop.times.count == 8)
    #expect(drive.early >= 4 && stop.early >= 4)
    // The same places, but for one.
    let placesOfStop = stop.times.map { $0 < 3 ? $0 : max(3, $0 - 60) }
    // Within a stretch: six seconds in eight.
    let different = zip(drive.times, placesOfStop).count { abs($0 - $1) > 0.75 }
    #expect(different <= 1, "\(drive.times) \(placesOfStop)")
    #expect(stop.reasons.contains { $0.contains("picture widths of other cameras") })
  }

  @Test("A camera for which a vehicle stands that drives for another has as many pictures of it, as evenly")
  func deceived() throws {
    let drive = try chosen(stop: 0, isAlone: false, isDeceived: true)
    #expect(drive.times.count == 8)
    let gaps = zip(drive.times, drive.times.dropFirst()).map { $1 - $0 }
    #expect(gaps.max()! < 1.5, "\(drive.times)")
  }

  @Test("Alone it spreads them over the time, and says so")
  func alone() throws {
    let stop = try chosen(stop: 60, isAlone: true)
    #expect(stop.times.count == 8 && stop.early == 0)
    #expect(stop.times.count { $0 > 3 && $0 < 63 } >= 6)
    #expect(stop.reasons.allSatisfy { $0.contains("s of the passage") })
  }
}
