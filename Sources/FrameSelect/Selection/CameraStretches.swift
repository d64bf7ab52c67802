import CameraIO

/// The frames of one camera that may still be chosen: never more than a fixed number, whatever the vehicle does.
///
/// Every stretch of the passage holds its best frame. When there are too many stretches, all become twice as wide and
/// neighbours share one frame. So a passage of any length ends with between half the bound and the bound. Where the place on the
/// vehicle is known, its two ends are held besides: the last that is seen of a vehicle that turns back.
///
/// Frames that are settled while the vehicle still drives are handed out and held no longer.
struct CameraStretches: Sendable {
  /// The most pictures that will be chosen.
  let limit: Int
  /// Every frame that was offered, in few bytes.
  private(set) var considered: ConsideredLog
  private(set) var axis = SpreadAxis.time
  private(set) var stretches: [Stretch] = []
  /// What was handed out: it is in the final choice.
  private(set) var settled: [FrameSelector.Option] = []
  private var settledSerials: [Int] = []
  /// Where the vehicle's way will end, once its tail is seen.
  var end: Double?
  private var isFilled = false
  private var nose = WayEnd(sign: 1)
  private var tail = WayEnd(sign: -1)
  private var width = SpreadAxis.time.finestWidth
  private var origin: MonotonicTime?
  private var offered = 0
  private var measured = 0
  private var guessed = 0
  private var inARow = 0
  private var distance = ViewDistance()

  /// Guesses after which it counts whether there are more of them than measurements: half a second at 30 frames a second.
  private static let fewestGuesses = 15

  /// Guesses in a row after which a camera that looks along the lane goes by what the others measure: what comes nearer gets faster in its
  /// picture, so that its last speed tells little.
  private static let fewestInARow = 5

  init(limit: Int) {
    self.limit = max(0, limit)
    self.considered = ConsideredLog(bound: max(ConsideredLog.usualBound, 4 * Self.bound(limit: self.limit)))
  }

  /// The most frames that are held for `limit` pictures: two to choose from for each, and two for the ends.
  static func bound(limit: Int) -> Int { limit > 0 ? 2 * limit + 2 : 0 }

  /// Takes in a frame; `lane` says where the vehicle is for the other cameras.
  mutating func offer(_ candidate: Candidate, lane: LaneWay = LaneWay()) {
    guard limit > 0 else { return }
    let serial = offered
    offered += 1
    defer { considered.thin(keeping: Self.serials(stretches, nose, tail, settledSerials)) }
    guard candidate.presence > 0 else {
      considered.note(candidate, serial: serial, as: .empty)
      return
    }
    chooseAxis(for: candidate, lane)
    if candidate.frame.camera.looksAlong {
      if distance.note(candidate.presence) { letGoOfFar() }
      guard distance.isWorthHolding(candidate.presence) else {
        considered.note(candidate, serial: serial, as: .outdone)
        return
      }
    }
    let place = place(of: candidate, lane)
    let index = Int((place / width).rounded(.down))
    let newcomer = Stretch(index: index, candidate: candidate, serial: serial, place: place)
    keep(newcomer)
    if axis != .time {
      nose.take(newcomer)
      tail.take(newcomer)
    }
    while stretches.count > Self.bound(limit: limit) - (axis == .time ? 0 : 2) { widen() }
    if settled.count == limit { letGoOfSurplus() }
  }

  /// Frames that show the vehicle from afar are held no longer when it has come near.
  private mutating func letGoOfFar() {
    guard held.contains(where: { !distance.isWorthHolding($0.best.presence) }) else { return }
    stretches.removeAll { !distance.isWorthHolding($0.best.presence) }
    guard axis != .time else { return }
    (nose, tail) = (WayEnd(sign: 1), WayEnd(sign: -1))
    for stretch in stretches {
      nose.take(stretch)
      tail.take(stretch)
    }
  }

  /// A frame was left out whose place is known: it is like its neighbour.
  mutating func pass() { measured += 1 }

  private static func serials(_ stretches: [Stretch], _ nose: WayEnd, _ tail: WayEnd, _ settled: [Int]) -> Set<Int> {
    Set(stretches.map(\.serial) + [nose.held, tail.held].compactMap { $0?.serial } + settled)
  }

  /// The places that the vehicle has been at, by `axis`; nil where nothing but the time is known.
  var reached: ClosedRange<Double>? {
    guard axis != .time, let high = nose.farthest, let low = tail.farthest else { return nil }
    return -low...high
  }

  /// Hands out what can be settled by now of a passage that began at `from`: nothing where nothing but the time is known.
  mutating func settle(_ plans: WayPlans, lane: LaneWay = LaneWay(), from: MonotonicTime) -> [SelectedFrame] {
    guard var reached else { return [] }
    reached = reachedNear ?? reached
    let plan = plans.plan(along: axis, lane)
    let end = axis == .displacement ? end : nil
    let selector = FrameSelector(limit: limit, axis: axis, passageBegan: from)
    var chosen: [SelectedFrame] = []
    if let end, !isFilled, !settled.isEmpty {
      isFilled = true
      let held = settleable.filter { $0.best.frame.time >= from }
      for choice in selector.fill(among: held.map(FrameSelector.Option.init), besides: settled, upTo: end) {
        chosen.append(handOut(held[choice.option], choice))
      }
    }
    while selector.isDue(besides: settled, reached: reached, plan, end: end) {
      let held = settleable.filter { $0.best.frame.time >= from }
      let options = held.map(FrameSelector.Option.init)
      guard let choice = selector.settle(among: options, besides: settled, reached: reached, plan, end: end) else {
        break
      }
      chosen.append(handOut(held[choice.option], choice))
    }
    if !chosen.isEmpty { letGoOfSurplus() }
    return chosen
  }

  /// The frames that are held and worth a picture however near the vehicle comes.
  private var settleable: [Stretch] {
    held.filter { !$0.best.frame.camera.looksAlong || distance.isWorthSettling($0.best.presence) }
  }

  /// Of a camera that looks along the lane the first picture is counted from where the vehicle is near; nil: from where it was seen first.
  private var reachedNear: ClosedRange<Double>? {
    guard settled.isEmpty, stretches.first?.best.frame.camera.looksAlong == true else { return nil }
    let places = settleable.map(\.place)
    return places.min().flatMap { low in places.max().map { low...$0 } }
  }

  /// What is still to be chosen of the passage `from`...`to`, if nothing more comes of it.
  func choices(from: MonotonicTime, to: MonotonicTime) -> [(stretch: Stretch, choice: FrameSelector.Choice)] {
    let inside = held.filter { $0.best.frame.time >= from && $0.best.frame.time <= to }
    let selector = FrameSelector(limit: limit, axis: axis, passageBegan: from)
    return selector.choose(from: inside.map(FrameSelector.Option.init), besides: settled).map {
      (inside[$0.option], $0)
    }
  }

  /// Hands out all of that: the vehicle has left this camera's picture, though not yet the lane.
  mutating func settleRest(from: MonotonicTime, to: MonotonicTime) -> [SelectedFrame] {
    // Asked with every frame until the vehicle has left the lane: mostly there is nothing more to choose.
    guard settled.count < limit else { return [] }
    let chosen = choices(from: from, to: to).map { handOut($0.stretch, $0.choice) }
    if !chosen.isEmpty { letGoOfSurplus() }
    return chosen
  }

  private mutating func handOut(_ stretch: Stretch, _ choice: FrameSelector.Choice) -> SelectedFrame {
    settled.append(FrameSelector.Option(stretch))
    settledSerials.append(stretch.serial)
    considered.settle(stretch.serial, as: .chosen)
    letGo(stretch.serial)
    return SelectedFrame(candidate: stretch.best, reason: choice.reason)
  }

  /// Holds of what lies between settled pictures, where it can only fill gaps, no more than there are pictures left: two frames for each, and two
  /// more. Nothing at all when no picture is left.
  private mutating func letGoOfSurplus() {
    guard settled.count < limit else {
      for serial in held.map(\.serial) { letGo(serial) }
      return
    }
    while let serial = leastMissed { letGo(serial) }
  }

  /// Of too many frames between settled pictures the one that lies closest between its neighbours, settled or held.
  private var leastMissed: Int? {
    guard let low = settled.map(\.place).min(), let high = settled.map(\.place).max() else { return nil }
    let between = stretches.filter { $0.place > low && $0.place < high }
    guard between.count > Self.bound(limit: limit - settled.count) else { return nil }
    let places = (settled.map(\.place) + between.map(\.place)).sorted()
    var least: (serial: Int, room: Double)?
    for stretch in between {
      guard let at = places.firstIndex(of: stretch.place) else { continue }
      let room = places[at + 1] - places[at - 1]
      if room < least?.room ?? .infinity { least = (stretch.serial, room) }
    }
    return least?.serial
  }

  private mutating func letGo(_ serial: Int) {
    stretches.removeAll { $0.serial == serial }
    nose.letGo(serial)
    tail.letGo(serial)
  }

  /// All frames that are held: of every stretch the best, and the ends of the way where they are others.
  var held: [Stretch] {
    var all = stretches
    for end in [tail.held, nose.held].compactMap(\.self) where !all.contains(where: { $0.serial == end.serial }) {
      all.append(end)
    }
    return all
  }

  /// The displacement counts as long as every frame has one, and more of them were measured than guessed; then the way that other cameras
  /// measure, as long as they do; after that it is the time for good.
  private mutating func chooseAxis(for candidate: Candidate, _ lane: LaneWay) {
    let common = lane.place(at: candidate.frame.time)
    let isPlaced = axis == .lane ? common != nil : candidate.displacement.map(Self.isPlausible) ?? false
    if axis == .lane ? common?.isMeasured ?? false : candidate.isMeasured {
      measured += 1
      inARow = 0
    } else {
      guessed += 1
      inARow += 1
    }
    guard origin != nil else {
      origin = candidate.frame.time
      axis = isPlaced ? .displacement : .time
      width = axis.finestWidth
      return
    }
    let camera = candidate.frame.camera
    let canBorrow = axis == .displacement && common?.isMeasured == true && lane.isTold(besides: camera)
    let isLost = canBorrow && camera.looksAlong && inARow >= Self.fewestInARow
    let isGuesswork = guessed >= Self.fewestGuesses && guessed > measured
    guard axis != .time, !isPlaced || isGuesswork || isLost else { return }
    turn(to: canBorrow ? .lane : .time, lane)
  }

  /// Spreads what is held over another axis.
  private mutating func turn(to other: SpreadAxis, _ lane: LaneWay) {
    axis = other
    width = axis.finestWidth
    (measured, guessed, inARow) = (0, 0, 0)
    (nose, tail) = (WayEnd(sign: 1), WayEnd(sign: -1))
    for index in settled.indices { settled[index].place = place(at: settled[index].time, lane) }
    let old = stretches
    stretches = []
    for var stretch in old {
      stretch.place = place(at: stretch.best.frame.time, lane)
      let ends = [stretch.times.lowerBound, stretch.times.upperBound].map { place(at: $0, lane) } + [stretch.place]
      stretch.places = (ends.min() ?? stretch.place)...(ends.max() ?? stretch.place)
      stretch.index = Int((stretch.place / width).rounded(.down))
      if axis != .time {
        nose.take(stretch)
        tail.take(stretch)
      }
      insert(stretch, loser: .merged)
    }
  }

  /// A displacement of a million pictures is a slip of the estimator, and would not count in whole stretches.
  private static func isPlausible(_ displacement: Double) -> Bool {
    displacement.isFinite && abs(displacement) < 1e6
  }

  private var start: MonotonicTime { origin ?? MonotonicTime(nanoseconds: 0) }

  private func place(of candidate: Candidate, _ lane: LaneWay) -> Double {
    if axis == .displacement, let displacement = candidate.displacement { return displacement }
    return place(at: candidate.frame.time, lane)
  }

  /// Where on the axis a moment is that no displacement of its own is used for.
  private func place(at time: MonotonicTime, _ lane: LaneWay) -> Double {
    if axis == .lane, let common = lane.place(at: time) { return common.at }
    return time - start
  }

  private mutating func keep(_ newcomer: Stretch) {
    considered.note(newcomer.best, serial: newcomer.serial, as: .outdone)
    insert(newcomer, loser: .outdone)
  }

  private mutating func insert(_ newcomer: Stretch, loser: ConsideredFrame.Disposition) {
    // Frames come in order nearly always: the place is at the end or next to it.
    let before = stretches.lastIndex { $0.index <= newcomer.index }
    if let before, stretches[before].index == newcomer.index {
      stretches[before] = join(stretches[before], newcomer, loser: loser)
    } else {
      stretches.insert(newcomer, at: before.map { $0 + 1 } ?? 0)
    }
  }

  private mutating func join(_ one: Stretch, _ other: Stretch, loser: ConsideredFrame.Disposition) -> Stretch {
    let joint = one.joined(with: other)
    considered.settle(joint.serial == one.serial ? other.serial : one.serial, as: loser)
    return joint
  }

  private mutating func widen() {
    width *= 2
    let old = stretches
    stretches = []
    for var stretch in old {
      stretch.index >>= 1
      if let last = stretches.last, last.index == stretch.index {
        stretches[stretches.count - 1] = join(last, stretch, loser: .merged)
      } else {
        stretches.append(stretch)
      }
    }
  }
}
