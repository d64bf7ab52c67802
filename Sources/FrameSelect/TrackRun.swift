import CameraIO

/// What is known of one thing in one camera over time: since when it is there, how large it became, how far it went.
struct TrackRun: Sendable {
  let track: Int
  /// When it appeared; nil while it is a trace only.
  private(set) var since: MonotonicTime?
  /// When it was last there.
  private(set) var lastPresent: MonotonicTime?
  private var lastNoticeable: MonotonicTime?
  private var lastMoved: MonotonicTime?
  private var isNew = true
  /// Whether it ever went anywhere, as far as one of its measures tells.
  private var hasGone = false
  private var firstSeen: MonotonicTime?
  /// Whether all that was seen of it so far moved on the spot.
  private var wasConfined = false
  /// When it was last in sight, however small.
  private(set) var lastSeen: MonotonicTime?
  /// Whether it seems to be what a vehicle has left behind.
  private(set) var isLeftover = false
  /// Whether its way leads across the picture.
  private var isAcross = false
  /// Where it was last.
  private(set) var lastBox: PictureBox?
  private(set) var peak = 0.0
  /// How large it was when it appeared, and when it was last there.
  private var (firstPresence, lastPresence) = (0.0, 0.0)
  private(set) var noticeableFrames = 0
  private(set) var vehicleFrames = 0
  /// Of those, frames in which much of it had a structure that the place has not.
  private(set) var ownFrames = 0
  /// Frames in which it was large, and longer along its way than high; and those in which it was seen whole and was not.
  private(set) var longFrames = 0
  private(set) var uprightFrames = 0
  /// Frames in which it was as large as a vehicle from afar and long or went on outside of the picture; and those in which it did not.
  private(set) var partFrames = 0
  private(set) var wholeFrames = 0
  private(set) var travelled = 0.0
  private(set) var borneOut = 0.0
  private(set) var swept = 0.0
  /// When its ends were in the middle of the picture.
  private(set) var ends = TrackEnds()
  /// The thing that it was a piece of.
  private(set) var partedFrom: Int?
  /// Which way it went last, from where that is reckoned, and when it was last seen to go on so.
  private var heading = (way: 0.0, from: 0.0)
  private var measured = 0
  private var lastDriving: MonotonicTime?
  /// Until when what appears in front of its camera may be it, after a pause in which it was lost.
  fileprivate(set) var soughtUntil: MonotonicTime?
  /// The passage that it is taken to belong to.
  var passage: Int?
  /// Whether it turned out to be a part of a vehicle, or the light ahead of it: it is none of its own, and does not become one whatever is
  /// followed as it.
  fileprivate(set) var hasMadeWay = false
  /// Presence up to which nothing new is believed, after something large turned out to be no vehicle.
  private var mutedUpTo = 0.0

  init(track: Int) { self.track = track }

  /// Takes in what the next frame shows of it. `hasWitnesses`: other cameras look, too, and would show a vehicle that stands.
  mutating func take(
    _ thing: Thing, at time: MonotonicTime, hasWitnesses: Bool, _ thresholds: PassageSegmenter.Thresholds
  ) {
    defer { isNew = false }
    lastSeen = time
    if thing.isConfined {
      // It was the place that moved, and nothing of a vehicle.
      self = TrackRun(track: track)
      (lastSeen, lastBox, wasConfined) = (time, thing.box, true)
      return
    }
    let stays = lastBox != nil && thing.box == lastBox
    lastBox = thing.box
    isAcross = thing.travel?.isAcross ?? isAcross
    partedFrom = thing.partedFrom
    ends.take(thing, at: time)
    noteHeading(thing, at: time)
    isLeftover = thing.isLeftover
    if thing.isMoving { lastMoved = time }
    hasGone = hasGone || abs(thing.travel?.farthest ?? 0) >= Travel.crept || thing.swept >= Travel.crept
    let first = firstSeen ?? time
    firstSeen = first
    // A place that was thought to look otherwise stands there from the first picture on.
    guard hasGone || time - (lastMoved ?? first) < Self.fixtureSeconds else { return }
    // What drove and is still small may wait outside before it comes in; a bystander holds nobody up for ever.
    let isComing =
      travelled >= Travel.crept && peak < 2 * thresholds.vehicle && !isLeftover && thing.presence >= thresholds.trace
      && lastMoved.map { time - $0 < thresholds.patienceSeconds } ?? false
    guard isComing || thresholds.isThere(thing), !(hasWitnesses && thresholds.isBare(thing)) else { return }
    // What has been a trace for long is something new when it grows.
    if passage == nil, let lastPresent, time - lastPresent >= thresholds.splitSeconds {
      let wasConfined = wasConfined
      self = TrackRun(track: track)
      // When the trace appeared says nothing about it.
      (lastSeen, isNew, self.wasConfined) = (time, false, wasConfined)
    }
    if thing.presence >= thresholds.notice {
      if wasConfined { since = thing.appeared }
      (lastNoticeable, wasConfined) = (time, false)
    }
    let lingering = thresholds.lingerSeconds
    if let lastNoticeable {
      // What stays behind, too small to be noticed, is not the vehicle any more; what drives on, small and far away, is.
      let lastOfIt = max(lastNoticeable, lastDriving ?? lastNoticeable)
      guard isComing || time - lastOfIt <= lingering else { return }
      // A place that looks otherwise after it does not drive.
      guard isComing || time <= lastOfIt || !stays else { return }
      since = since ?? (isNew ? thing.appeared : nil) ?? time
    } else {
      // What was there for long before it grew is not the vehicle yet.
      since = max(since ?? time, time.advanced(bySeconds: -lingering))
    }
    if lastPresent == nil { firstPresence = thing.presence }
    (lastPresent, lastPresence) = (time, thing.presence)
    peak = max(peak, thing.presence)
    if thing.presence >= thresholds.notice, thing.presence > mutedUpTo { noticeableFrames += 1 }
    if thresholds.isVehicleLike(thing), thing.presence > mutedUpTo {
      vehicleFrames += 1
      if thing.own >= thresholds.ownShare { ownFrames += 1 }
    }
    if thing.presence >= thresholds.large {
      switch thing.shape {
      case .long: longFrames += 1
      case .upright: uprightFrames += 1
      case .unknown: break
      }
    }
    if thing.presence >= thresholds.vehicle {
      if thing.shape == .upright { wholeFrames += 1 } else { partFrames += 1 }
    }
    swept = max(swept, thing.swept)
    if let travel = thing.travel {
      travelled = max(travelled, abs(travel.farthest))
      borneOut = max(borneOut, travel.borneOut)
    }
  }

  /// Sees whether it goes on the way that it went.
  private mutating func noteHeading(_ thing: Thing, at time: MonotonicTime) {
    guard let travel = thing.travel, thing.isMoving, travel.measured > measured else { return }
    measured = travel.measured
    let step = travel.position - heading.from
    guard abs(step) >= Self.headingStep else { return }
    if step * heading.way > 0, peak >= Self.largeOnce { lastDriving = time }
    heading = (step > 0 ? 1 : -1, travel.position)
  }

  /// Seconds for which a thing that never went anywhere must stand to be a part of the place.
  private static let fixtureSeconds = 3.0
  /// Widths of the picture in which a way is seen.
  private static let headingStep = 0.01
  /// The share of its largest size that was last seen of what leaves. Of rendered vehicles it is a twentieth at most where a camera looks across
  /// the lane and a fifth along it; of what stands and is lost a quarter and more.
  private static let fadedShare = 0.2
  /// What was never so large goes for nobody's vehicle when it is small.
  private static let largeOnce = 0.05

  /// The thing turned out to be no vehicle: it must become half as large again, or leave, before it is looked at once more.
  mutating func mute() {
    passage = nil
    mutedUpTo = peak * 1.5
    noticeableFrames = 0
    vehicleFrames = 0
    ownFrames = 0
    since = lastPresent
  }

  /// It is a vehicle that was lost and found again.
  mutating func goOn(as passage: Int) {
    self.passage = passage
    hasGone = true
  }

  var isNoticed: Bool { noticeableFrames >= 2 }

  /// Whether it may be a vehicle: large enough, and it went some way.
  func isSuspect(_ thresholds: PassageSegmenter.Thresholds) -> Bool {
    vehicleFrames >= thresholds.leastFrames && (travelled >= thresholds.travel || swept >= thresholds.sweep)
  }

  /// Whether it came in, large enough for a vehicle, and may only wait: it must not be taken for the place.
  func isWaiting(_ thresholds: PassageSegmenter.Thresholds) -> Bool {
    passage != nil && travelled >= Travel.crept && vehicleFrames >= thresholds.leastFrames
  }

  /// Whether it has a vehicle's shape: people, alone or in a group or with a trolley, are as high as they are long.
  func isLong(_ thresholds: PassageSegmenter.Thresholds) -> Bool {
    longFrames >= thresholds.leastLongFrames && longFrames > 2 * uprightFrames
      && !(isAcross && wholeFrames > longFrames)
  }

  /// Whether a camera across its way saw all of it, and more often so, upright, than longer than high. One along its way sees a vehicle's front.
  func wasUpright(_ thresholds: PassageSegmenter.Thresholds) -> Bool {
    isAcross && wholeFrames >= 2 * thresholds.leastLongFrames && wholeFrames > longFrames
  }

  /// Whether all that was ever seen of it was too long for the picture: a nose that came in and went out again.
  func wasNeverWhole(_ thresholds: PassageSegmenter.Thresholds) -> Bool {
    isSuspect(thresholds) && partFrames >= 2 * thresholds.leastLongFrames && wholeFrames == 0
  }

  /// Whether it went as stiff things do: an animal's legs and back go each their own way.
  func wentAsOne(_ thresholds: PassageSegmenter.Thresholds) -> Bool {
    borneOut >= thresholds.borneOut && 2 * borneOut >= travelled
  }

  /// Whether it was small when it was last there: what leaves by a side is, and what is lost in the middle of the picture is not.
  var hasFaded: Bool { lastPresence <= Self.fadedShare * peak }

  /// Whether it was small when it appeared: what comes in by a side is, and what is found again in the middle of the picture is not.
  var cameFromNothing: Bool { firstPresence <= Self.fadedShare * peak }

  /// Whether it had a structure of its own most of the time while it went across the picture. Lamps that sweep over a dark lane show the
  /// place's own.
  func isOwn(_ thresholds: PassageSegmenter.Thresholds) -> Bool {
    2 * ownFrames >= vehicleFrames && (travelled >= thresholds.borneOut || swept >= thresholds.sweep)
  }

  /// Whether in three of four frames hardly anything of it had a structure of its own: lamps on a floor.
  var wasLight: Bool { 4 * ownFrames < vehicleFrames }

  /// Whether one camera alone may say that it is a vehicle: hardly anything else covers so much of a picture and is so long.
  func isCertain(_ thresholds: PassageSegmenter.Thresholds) -> Bool {
    isSuspect(thresholds) && peak >= thresholds.certain
  }
}

/// What one camera of the lane follows at the moment.
struct CameraRuns: Sendable {
  let camera: CameraPosition
  private(set) var lastSeen: MonotonicTime?
  private(set) var runs: [TrackRun] = []
  /// What the last frame showed.
  private var inSight: [Int] = []
  /// How far the traffic in front of it has gone.
  var odometer = Odometer()

  init(camera: CameraPosition) { self.camera = camera }

  mutating func take(
    _ observation: PassageSegmenter.Observation, hasWitnesses: Bool, _ thresholds: PassageSegmenter.Thresholds
  ) {
    lastSeen = max(lastSeen ?? observation.time, observation.time)
    odometer.take(observation.things, at: observation.time)
    inSight.removeAll(keepingCapacity: true)
    for thing in observation.things { inSight.append(thing.track) }
    for thing in observation.things {
      let index: Int
      if let known = runs.firstIndex(where: { $0.track == thing.track }) {
        index = known
      } else {
        runs.append(TrackRun(track: thing.track))
        index = runs.count - 1
      }
      runs[index].take(thing, at: observation.time, hasWitnesses: hasWitnesses, thresholds)
    }
  }

  /// The camera shows something again after a pause: what was in sight before and is not among `things` may be what appears next.
  mutating func resume(showing things: [Thing], until time: MonotonicTime) {
    for index in runs.indices
    where isInSight(runs[index].track) && !things.contains(where: { $0.track == runs[index].track }) {
      runs[index].soughtUntil = time
    }
  }

  /// Whether what appears now may be a thing that was lost in a pause.
  func isSought(_ run: TrackRun) -> Bool {
    guard let lastSeen, let until = run.soughtUntil else { return false }
    return lastSeen <= until && !isInSight(run.track)
  }

  /// Whether a thing is there now, short gaps bridged.
  func isPresent(_ run: TrackRun, _ thresholds: PassageSegmenter.Thresholds, at horizon: MonotonicTime? = nil) -> Bool {
    guard run.since != nil, let lastPresent = run.lastPresent, let lastSeen else { return false }
    // A camera that has fallen silent says nothing about the present.
    if let horizon, horizon - lastSeen >= thresholds.stallSeconds { return false }
    return lastSeen - lastPresent < thresholds.splitSeconds
  }

  /// Whether the last frame showed a thing.
  func isInSight(_ track: Int) -> Bool { inSight.contains(track) }

  /// What is known of a thing.
  func run(of track: Int) -> TrackRun? { runs.first { $0.track == track } }

  /// The largest thing that belongs to a passage.
  func largest(of passage: Int) -> TrackRun? {
    runs.lazy.filter { $0.passage == passage }.max { $0.peak < $1.peak }
  }

  /// When this camera last saw anything of a passage; what a vehicle may have left behind does not count.
  func lastSight(of passage: Int) -> MonotonicTime? {
    runs.lazy.filter { $0.passage == passage && !$0.isLeftover }.compactMap(\.lastPresent).max()
  }

  mutating func assign(_ track: Int, to passage: Int) {
    for index in runs.indices where runs[index].track == track { runs[index].passage = passage }
  }

  /// A thing was only a part of the vehicle that it belongs to, or the light ahead of it, and makes way for it.
  mutating func makeWay(_ track: Int) {
    for index in runs.indices where runs[index].track == track { runs[index].hasMadeWay = true }
  }

  /// A thing is what was lost of a passage's vehicle a moment ago.
  mutating func goOn(_ track: Int, as passage: Int) {
    for index in runs.indices where runs[index].track == track { runs[index].goOn(as: passage) }
  }

  /// What a passage consisted of was no vehicle.
  mutating func mute(_ passage: Int) {
    for index in runs.indices where runs[index].passage == passage { runs[index].mute() }
  }

  /// A passage is over: its vehicle is forgotten, unless it is still there.
  mutating func release(_ passage: Int, claim: Int?, _ thresholds: PassageSegmenter.Thresholds) {
    for index in runs.indices where runs[index].passage == passage { runs[index].passage = nil }
    let kept = runs.filter { $0.track != claim || isPresent($0, thresholds) }
    runs = kept
  }

  /// The stream is over.
  mutating func forgetAll() { runs = [] }

  /// Lets go of things that are gone and belong to no open passage.
  mutating func forget(keeping open: [Int], _ thresholds: PassageSegmenter.Thresholds) {
    guard let lastSeen else { return }
    runs.removeAll { run in
      if inSight.contains(run.track) { return false }
      if let passage = run.passage, open.contains(passage) { return false }
      return lastSeen - (run.lastPresent ?? run.lastSeen ?? lastSeen) >= thresholds.splitSeconds
    }
  }
}
