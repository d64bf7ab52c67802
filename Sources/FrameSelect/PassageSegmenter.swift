import CameraIO

/// Turns what the cameras of a lane see over time into passages: one per vehicle, whichever camera saw it first.
///
/// A pure automaton: the same observations give the same events, and time is only what they carry. Frames of different cameras may come
/// interleaved and nearly in order; nothing is decided before every camera that still delivers has been heard.
///
/// A lane is single file. So each camera shows each vehicle once, and in the same order: a thing that proves to be a vehicle belongs to the
/// first vehicle that its camera has not shown yet, and where all were shown already a new one has come.
public struct PassageSegmenter: Sendable {
  /// What one frame of one camera says.
  public struct Observation: Sendable {
    /// Which camera.
    public var camera: CameraPosition
    /// When.
    public var time: MonotonicTime
    /// What it shows that is not the place.
    public var things: [Thing]

    /// An observation.
    public init(camera: CameraPosition, time: MonotonicTime, things: [Thing]) {
      self.camera = camera
      self.time = time
      self.things = things
    }
  }

  /// What is decided.
  public enum Event: Sendable {
    /// Something began at `from` that may be a vehicle; it was noticed at `at`.
    case began(number: Int, from: MonotonicTime, at: MonotonicTime)
    /// It is one.
    case confirmed(number: Int, at: MonotonicTime)
    /// It has left.
    case ended(Passage)
    /// It was a part of the vehicle of another passage, which goes on.
    case joined(number: Int, to: Int, from: MonotonicTime, until: MonotonicTime)
    /// It was none.
    case dismissed(number: Int, from: MonotonicTime, to: MonotonicTime, reason: String, evidence: [String: Double])
  }

  /// What is a passage and what is none.
  public let thresholds: Thresholds
  var cameras: [CameraRuns]
  /// In the order in which they began: the order of the vehicles.
  var open: [OpenPassage] = []
  var offsets = LaneOffsets()
  /// Observations carry the time for which the lane was watched; what is told is in that of the cameras.
  var clock: LaneClock
  private var number = 0
  private var lastNoticed: MonotonicTime?
  /// When any camera was last heard.
  private(set) var newest: MonotonicTime?

  /// Nothing has been seen of `cameras` yet.
  public init(cameras: [CameraPosition], thresholds: Thresholds = Thresholds()) {
    self.init(cameras: cameras, thresholds: thresholds, clock: LaneClock())
  }

  init(cameras: [CameraPosition], thresholds: Thresholds, clock: LaneClock) {
    self.thresholds = thresholds
    self.clock = clock
    self.cameras = cameras.sorted().map { CameraRuns(camera: $0) }
  }

  /// The numbers of the passages under way, certain or not, in the order in which they began.
  public var openNumbers: [Int] { open.map(\.number) }
  /// Whether a vehicle is known to be in the lane.
  public var isConfirmed: Bool { open.contains { $0.confirmed != nil } }
  /// Whether something that may be a vehicle is there: what stands still must not be taken for the place.
  public var isHolding: Bool {
    isConfirmed
      || cameras.contains { camera in
        camera.runs.contains { !$0.isLeftover && ($0.isSuspect(thresholds) || $0.isWaiting(thresholds)) }
      }
  }

  /// Which of the things in front of `camera` belongs to a passage under way; nil when that camera tells nothing of its own about it.
  public func track(of number: Int, in camera: CameraPosition) -> Int? {
    cameras.first { $0.camera == camera }?.largest(of: number)?.track
  }

  /// Takes in the next observation.
  public mutating func observe(_ observation: Observation) -> [Event] {
    guard let index = cameras.firstIndex(where: { $0.camera == observation.camera }) else { return [] }
    newest = max(newest ?? observation.time, observation.time)
    cameras[index].take(observation, hasWitnesses: hasSeveral, thresholds)
    var events: [Event] = []
    // Who has left makes room first.
    events += closeWhatLeft(at: observation.time)
    for thing in observation.things where thing.isConfined { disown(thing.track, of: index) }
    for thing in observation.things where !thing.isConfined {
      events += place(thing, among: observation.things, of: index, at: observation.time)
    }
    events += closeWhatLeft(at: observation.time)
    cameras[index].forget(keeping: open.map(\.number), thresholds)
    return events
  }

  /// The stream is over: what is open is decided with what is known.
  public mutating func finish() -> [Event] {
    var events: [Event] = []
    for passage in open.reversed() {
      if let ahead = ahead(ofUndecided: passage) { join(passage, to: ahead, &events) }
    }
    for passage in open {
      // What is still there may yet turn out to be somebody close to a camera.
      let passage = decided(passage, isOver: !isThere(passage), &events)
      events.append(passage.event(thresholds, clock))
    }
    open = []
    for index in cameras.indices { cameras[index].forgetAll() }
    return events
  }

  // MARK: whose is it

  /// Says whose a thing is, and lets that passage take it in.
  private mutating func place(_ thing: Thing, among things: [Thing], of camera: Int, at time: MonotonicTime) -> [Event]
  {
    guard var run = cameras[camera].run(of: thing.track) else { return [] }
    // What a vehicle has left behind is nobody's, and so is what moves on the spot.
    guard run.passage != nil || (cameras[camera].isPresent(run, thresholds) && !run.isLeftover) else { return [] }
    var events: [Event] = []
    let isVehicle = run.isSuspect(thresholds) && (!hasSeveral || run.isLong(thresholds)) && !run.hasMadeWay
    if run.passage == nil, run.isNoticed,
      let lost = open.firstIndex(where: {
        isAsLarge(thing, as: $0.claims[camera], of: camera) && isWhereLost($0.claims[camera], of: camera, thing)
      })
    {
      // A vehicle that stands may be lost for a moment when somebody walks round it; who walks there is smaller.
      cameras[camera].goOn(run.track, as: open[lost].number)
      open[lost].claims[camera] = run.track
    } else if isVehicle, !open.contains(where: { $0.number == run.passage && $0.claims[camera] == run.track }) {
      events += claim(run, thing, among: things, of: camera, at: time)
    } else if run.passage == nil, run.isNoticed {
      // What may be a vehicle belongs to whoever is expected here; only on an empty lane it begins something of its own.
      if let expected = open.firstIndex(where: { $0.claims[camera] == nil }) {
        cameras[camera].assign(run.track, to: open[expected].number)
      } else if let whole = thing.partedFrom, let parted = open.first(where: { $0.claims[camera] == whole }) {
        cameras[camera].assign(run.track, to: parted.number)
      } else if open.isEmpty {
        events += begin(with: run, of: camera, at: time)
      }
    }
    run = cameras[camera].run(of: thing.track) ?? run
    guard let passage = open.firstIndex(where: { $0.number == run.passage }) else { return events }
    open[passage].take(thing, run, camera: camera, isAbandoned: hasSeveral && run.isLeftover, thresholds)
    if open[passage].confirmed == nil, isCertain(passage) {
      open[passage].confirmed = time
      reckonEntry(of: passage)
      events.append(.confirmed(number: open[passage].number, at: clock.told(time)))
    }
    return events
  }

  /// What was taken for a vehicle only moves on the spot.
  private mutating func disown(_ track: Int, of camera: Int) {
    for index in open.indices where open[index].claims[camera] == track {
      open[index].claims[camera] = nil
      open[index].views[camera] = OpenPassage.View()
    }
  }

  /// A thing that proved to be a vehicle takes its place among the vehicles in the lane.
  private mutating func claim(
    _ run: TrackRun, _ thing: Thing, among things: [Thing], of camera: Int, at time: MonotonicTime
  ) -> [Event] {
    var events: [Event] = []
    // What came into a picture no later than a vehicle is a part of it, or its light: the box of a lorry, behind a gap as white as the wall.
    if let whole = open.first(where: {
      delay(of: run, after: $0, into: camera) ?? .infinity < thresholds.leavingSeconds
    }) {
      cameras[camera].assign(run.track, to: whole.number)
      return events
    }
    let own = open.firstIndex { $0.number == run.passage && $0.claims[camera] == nil }
    if let passage = own ?? open.firstIndex(where: { $0.claims[camera] == nil }) {
      cameras[camera].assign(run.track, to: open[passage].number)
      open[passage].claims[camera] = run.track
      return events
    }
    // Lamps come in before their vehicle, and go on where it cannot be told from them: what never had a structure makes way for what has.
    if hasSeveral, let lit = open.lastIndex(where: { isItsLight($0.claims[camera], of: camera, run) }) {
      if let light = open[lit].claims[camera] { cameras[camera].makeWay(light) }
      cameras[camera].assign(run.track, to: open[lit].number)
      open[lit].claims[camera] = run.track
      return events
    }
    // Where a vehicle was lost, large and in the middle of the picture, it did not leave.
    if let lost = open.firstIndex(where: { isWhereLost($0.claims[camera], of: camera, thing) }) {
      cameras[camera].assign(run.track, to: open[lost].number)
      open[lost].claims[camera] = run.track
      return events
    }
    // What is beside a vehicle is a part of it: a door, a wheel whose arch is as grey as the floor. Where only one camera looks, it alone must say.
    let beside =
      cameras.count == 1
      ? nil
      : open.first { passage in
        things.contains { $0.track == passage.claims[camera] && thing.isBeside($0) }
      }
    if let beside {
      cameras[camera].assign(run.track, to: beside.number)
      return events
    }
    // Whoever this camera shows no more, and no other shows either, has left.
    for passage in open where !isThere(passage) && !isUndecided(behind: passage, at: time) { close(passage, &events) }
    events += begin(with: run, of: camera, at: time)
    open[open.count - 1].claims[camera] = run.track
    open[open.count - 1].views[camera].entered = run.since
    return events
  }

  /// Whether what a camera took for a vehicle was only the light ahead of this one.
  private func isItsLight(_ track: Int?, of camera: Int, _ run: TrackRun) -> Bool {
    guard let track, let light = cameras[camera].run(of: track) else { return false }
    return light.wasLight && !run.wasLight
  }

  /// Whether a thing is where a camera lost another: what left by a side was small in the end, and what follows it is large. What was lost while
  /// the camera gave no picture may be anywhere.
  private func isWhereLost(_ track: Int?, of camera: Int, _ thing: Thing) -> Bool {
    guard let track, let run = cameras[camera].run(of: track), let box = thing.box, let last = run.lastBox else {
      return false
    }
    if cameras[camera].isSought(run) { return true }
    let isGone = !cameras[camera].isInSight(track) || !cameras[camera].isPresent(run, thresholds)
    return isGone && 2 * box.shared(with: last) >= box.area
  }

  /// Whether a thing is at least half as large as another ever was.
  private func isAsLarge(_ thing: Thing, as track: Int?, of camera: Int) -> Bool {
    guard let track, let run = cameras[camera].run(of: track) else { return false }
    return 2 * thing.presence >= run.peak || cameras[camera].isSought(run)
  }

  private mutating func begin(with run: TrackRun, of camera: Int, at time: MonotonicTime) -> [Event] {
    let since = run.since ?? time
    number += 1
    var from = since
    if open.isEmpty {
      // The camera that noticed it need not be the first that saw it.
      let limit = since.advanced(bySeconds: -thresholds.holdSeconds)
      for other in cameras.indices {
        for candidate in cameras[other].runs
        where candidate.passage == nil && (other, candidate.track) != (camera, run.track) {
          guard let began = candidate.since, began >= limit, cameras[other].isPresent(candidate, thresholds) else {
            continue
          }
          from = min(from, began)
          cameras[other].assign(candidate.track, to: number)
        }
      }
    }
    cameras[camera].assign(run.track, to: number)
    // Two may begin with one frame, and passages are named by when they began.
    let noticed = lastNoticed.map { max(time, MonotonicTime(nanoseconds: $0.nanoseconds + 1)) } ?? time
    lastNoticed = noticed
    open.append(OpenPassage(number: number, from: from, noticed: noticed, cameras: cameras.map(\.camera)))
    return [.began(number: number, from: clock.told(from), at: clock.told(noticed))]
  }

  // MARK: who has left

  private mutating func closeWhatLeft(at time: MonotonicTime) -> [Event] {
    guard !open.isEmpty else { return [] }
    let horizon = horizon()
    var events: [Event] = []
    for number in open.map(\.number) {
      guard let index = open.firstIndex(where: { $0.number == number }) else { continue }
      if hasLeft(index, at: horizon) {
        leave(open[index], &events)
      } else if open[index].confirmed == nil, time - open[index].noticed >= thresholds.patienceSeconds,
        !isMatter(open[index])
      {
        for camera in cameras.indices { cameras[camera].mute(number) }
        close(open[index], &events)
      }
    }
    return events
  }

  private mutating func hasLeft(_ index: Int, at horizon: MonotonicTime) -> Bool {
    let isSure = open[index].confirmed != nil
    // Who shares a long thing with the vehicle before it leaves after that one.
    guard
      !(0..<index).contains(where: { before in
        cameras.indices.contains { followers(of: before, in: $0).contains(index) }
      })
    else { return false }
    let isSuspected = open[index].claims.contains { $0 != nil }
    let hold = !isSuspected || cameras.count == 1 ? thresholds.splitSeconds : thresholds.holdSeconds
    func isGone() -> Bool {
      !isThere(open[index], at: horizon) && horizon - open[index].to >= hold && !isExpected(index, at: horizon)
        && !isUndecided(behind: open[index], at: horizon)
    }
    // What is still seen of it may be the next vehicle.
    if isSure, open.count > 1 {
      let isOver = isGone()
      guard handOver(from: index, at: horizon, isOver: isOver) else { return false }
    }
    return isGone()
  }

  /// What has appeared where this vehicle was not seen yet may be it, before anybody can know.
  private func isExpected(_ index: Int, at horizon: MonotonicTime) -> Bool {
    cameras.indices.contains { camera in
      open[index].claims[camera] == nil
        && cameras[camera].runs.contains { $0.passage == nil && cameras[camera].isPresent($0, thresholds, at: horizon) }
    }
  }

  /// Whether a camera shows anything of a passage.
  func isThere(_ passage: OpenPassage, at horizon: MonotonicTime? = nil) -> Bool {
    cameras.contains { camera in
      camera.runs.contains {
        $0.passage == passage.number && camera.isPresent($0, thresholds, at: horizon) && !(hasSeveral && $0.isLeftover)
      }
    }
  }

  mutating func close(_ passage: OpenPassage, _ events: inout [Event]) {
    let passage = decided(passage, isOver: true, &events)
    learn(from: passage)
    open.removeAll { $0.number == passage.number }
    if open.isEmpty { for camera in cameras.indices { cameras[camera].odometer.reset() } }
    for camera in cameras.indices {
      cameras[camera].release(passage.number, claim: passage.claims[camera], thresholds)
    }
    events.append(passage.event(thresholds, clock))
  }

  /// The moment until which every camera that still delivers has been heard.
  func horizon() -> MonotonicTime {
    var horizon: MonotonicTime?
    for camera in cameras.indices where delivers(camera) {
      guard let last = cameras[camera].lastSeen else { continue }
      horizon = min(horizon ?? last, last)
    }
    return horizon ?? MonotonicTime(nanoseconds: 0)
  }

  /// Whether a camera still tells what it sees.
  func delivers(_ camera: Int) -> Bool {
    guard let newest, let last = cameras[camera].lastSeen else { return false }
    return newest - last < thresholds.stallSeconds
  }
}
