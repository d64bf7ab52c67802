import CameraIO

/// The cameras that see the same vehicles, as one deterministic machine: frames in, passages and their chosen pictures out.
///
/// No clocks, no randomness, no order of dictionaries: the same frames in the same order give the same events. One thread at a time.
public final class Lane {
  /// What the lane is made of.
  public let configuration: LaneConfiguration
  /// Frames that could not be read, by camera.
  public private(set) var damagedFrames: [CameraPosition: Int] = [:]
  /// The last frame that could not be read, in one line; nil when all could.
  public private(set) var lastDamage: String?
  /// Frames that were looked at, by camera; one that was looked at again because something stirred after it counts again.
  public private(set) var looks: [CameraPosition: Int] = [:]

  private var maximumPictures: [CameraPosition: Int]
  private var state: LaneState
  /// While nothing stirs; nil while every frame is looked at.
  private var idle: IdleLooks?
  /// When something last stirred, or the first frame came.
  private var stirred: MonotonicTime?
  private var preRolls: [CameraPosition: PreRoll] = [:]
  private var collectors: [Int: PassageCollector] = [:]
  /// What vehicles are expected to measure in front of each camera.
  private var plans: [CameraPosition: WayPlans] = [:]
  private var attendance: Attendance
  /// What was drafted of the passages under way.
  private var drafted: [Int: Drafted] = [:]

  /// A vehicle that comes and goes is drafted no more often, in seconds.
  private static let draftSeconds = 1.0

  /// A lane that has seen nothing.
  public init(configuration: LaneConfiguration) {
    self.configuration = configuration
    maximumPictures = configuration.maximumPictures
    state = LaneState(configuration)
    attendance = Attendance(rates: configuration.cameras.mapValues(\.nominalRate))
    for (position, camera) in configuration.cameras {
      plans[position] = WayPlans(
        own: WayPlan(straight: camera.straight, way: WayPlan.usualWay(of: position)),
        lane: WayPlan(straight: camera.straight))
      preRolls[position] = PreRoll(
        seconds: configuration.preRollSeconds, maximumFrames: configuration.maximumPreRollFrames)
    }
  }

  /// The most pictures by camera from the next passage on: a tenant may change its mind while the daemon runs.
  public func limitPictures(to limits: [CameraPosition: Int]) { maximumPictures = limits }

  /// Whether something that may be a vehicle is in the lane.
  public var isOccupied: Bool { !state.segmenter.openNumbers.isEmpty }

  /// Whether something stirs, so that the lane looks at every frame that comes; of an idle lane most pass by.
  public var looksAtAll: Bool { idle == nil || configuration.watching == .everyFrame }

  /// Takes in the next frame. A damaged frame is counted and left out; a frame of a camera that is not the lane's is refused.
  ///
  /// `picture`: the small picture that a `LumaDecoder` made of it, or why it made none; without one the lane makes it when it looks.
  public func ingest(_ frame: Frame, picture: Result<LumaImage, LumaError>? = nil) throws(LaneError) -> [LaneEvent] {
    guard state.watches[frame.camera] != nil else {
      throw LaneError("\(frame.camera.rawValue) is not a camera of this lane: name it in the lane's configuration")
    }
    state.segmenter.clock.hear(frame.time)
    return configuration.watching == .everyFrame
      ? lookClosely(at: frame, picture) : lookIdly(at: frame, picture)
  }

  /// The stream is over, or no camera has given a frame for long: closes what is open. Frames may come afterwards.
  public func finish() -> [LaneEvent] {
    state.segmenter.finish().map(close)
  }

  // MARK: which frames are looked at

  /// While nothing stirs: at a few frames a second. What passes by unseen is seen later if it was the beginning of something.
  private func lookIdly(at frame: Frame, _ picture: Result<LumaImage, LumaError>?) -> [LaneEvent] {
    guard idle?.isWary(at: frame.time) == false else { return lookClosely(at: frame, picture) }
    idle?.remember(frame, state)
    guard idle?.isDue(frame) == true else { return take(frame, showing: []) }
    guard let things = look(at: frame, picture) else {
      idle?.forgetNewest()
      return []
    }
    if things.isEmpty, state.watches[frame.camera]?.isWary != true { return take(frame, showing: []) }
    guard let (before, frames) = idle?.goBack() else { return take(frame, showing: things) }
    state = before
    for passed in frames.dropLast() { preRolls[passed.camera]?.takeBack(1) }
    return frames.flatMap { frame in
      state.segmenter.clock.hear(frame.time)
      return lookClosely(at: frame, nil)
    }
  }

  /// At every frame. While nothing stirs a lane learns from the same few frames a second as above, so that it knows the same whichever way
  /// it looks; whatever shows something begins the time in which it learns from all.
  private func lookClosely(at frame: Frame, _ picture: Result<LumaImage, LumaError>?) -> [LaneEvent] {
    let isLearned = idle?.isDue(frame) ?? true
    let before = isLearned ? nil : state.watches[frame.camera]
    guard let things = look(at: frame, picture) else { return [] }
    if state.watches[frame.camera]?.isWary == true { idle?.beWary(at: frame.time) }
    if !things.isEmpty {
      idle = nil
    } else if let before {
      state.watches[frame.camera] = before
    }
    return take(frame, showing: things)
  }

  /// What the frame shows; nil when it is damaged.
  private func look(at frame: Frame, _ picture: Result<LumaImage, LumaError>?) -> [Thing]? {
    looks[frame.camera, default: 0] += 1
    do {
      return try state.look(at: frame, picture)
    } catch {
      noteDamage(frame.camera, error.description)
      return nil
    }
  }

  // MARK: what becomes of them

  private func take(_ frame: Frame, showing things: [Thing]) -> [LaneEvent] {
    let camera = frame.camera
    let time = state.segmenter.clock.watched(frame.time)
    if attendance.note(camera, at: frame.time, isOccupied: isOccupied) {
      state.segmenter.resume(camera, showing: things, at: time)
    }
    let entry = PreRoll.Entry(frame: frame, things: things)
    let before = state.segmenter.openNumbers
    let events = state.segmenter.observe(
      PassageSegmenter.Observation(camera: camera, time: time, things: things))
    // The newest frame belongs to what is open after it: the passages that go on here, those that begin with it below.
    for number in state.segmenter.openNumbers where before.contains(number) { offer(entry, to: number) }
    preRolls[camera]?.append(entry)
    let told = events.map(tell)
    restWhenQuiet(things, at: frame.time)
    return told + settle(camera) + state.segmenter.leaving.flatMap { settleRest($0) + draft($0) }
  }

  private func restWhenQuiet(_ things: [Thing], at time: MonotonicTime) {
    guard idle == nil else { return }
    guard things.isEmpty, state.segmenter.isQuiet, let stirred else {
      stirred = max(stirred ?? time, time)
      return
    }
    if time - stirred >= IdleLooks.quietSeconds { idle = IdleLooks() }
  }

  /// Hands out what can be settled of the camera that was heard: of a vehicle that is likely, for when it is certain its pictures are wanted at once.
  private func settle(_ camera: CameraPosition) -> [LaneEvent] {
    state.segmenter.openNumbers.compactMap { number in
      guard let from = state.segmenter.beginning(ofLikely: number), let plan = plans[camera] else { return nil }
      let chosen = collectors[number]?.settle(camera, plan, from: from) ?? []
      return chosen.isEmpty ? nil : .settled(number: number, from: from, chosen: chosen)
    }
  }

  /// Hands out the last pictures of the cameras that a vehicle has left, while others still show it.
  private func settleRest(_ vehicle: PassageSegmenter.Leaving) -> [LaneEvent] {
    let chosen =
      collectors[vehicle.number]?.settleRest(of: vehicle.parted, from: vehicle.from, to: vehicle.to) ?? []
    return chosen.isEmpty ? [] : [.settled(number: vehicle.number, from: vehicle.from, chosen: chosen)]
  }

  /// What would be chosen of the cameras that show the vehicle no more if it has left, before that is sure.
  private func draft(_ vehicle: PassageSegmenter.Leaving) -> [LaneEvent] {
    var drafted = drafted[vehicle.number] ?? Drafted()
    guard drafted.isDue(vehicle, every: Self.draftSeconds) else { return [] }
    self.drafted[vehicle.number] = drafted
    let cameras = Set(drafted.cameras.keys)
    let chosen = collectors[vehicle.number]?.select(of: cameras, from: vehicle.from, to: vehicle.to) ?? []
    return chosen.isEmpty ? [] : [.drafted(number: vehicle.number, from: vehicle.from, chosen: chosen)]
  }

  private func tell(_ event: PassageSegmenter.Event) -> LaneEvent {
    guard case .began(let number, let from, let at) = event else { return close(event) }
    collectors[number] = PassageCollector(
      limits: maximumPictures, fallbackLimit: configuration.fallbackMaximumPictures)
    // In order of time, as they came: what one camera measures tells others where the vehicle is.
    let entries = configuration.cameras.keys.flatMap { preRolls[$0]?.entries(since: from) ?? [] }
    for entry in entries.sorted(by: { ($0.frame.time, $0.frame.camera) < ($1.frame.time, $1.frame.camera) }) {
      offer(entry, to: number)
    }
    return .began(number: number, at: at)
  }

  private func close(_ event: PassageSegmenter.Event) -> LaneEvent {
    switch event {
    case .began(let number, _, let at): return .began(number: number, at: at)
    case .confirmed(let number, let at): return .confirmed(number: number, at: at)
    case .joined(let number, let whole, let from, let to):
      if let part = collectors.removeValue(forKey: number) { collectors[whole]?.take(part) }
      return .dismissed(
        number: number, from: from, to: to, reason: "it is a part of the vehicle ahead of it", evidence: [:])
    case .ended(let passage):
      let absences = attendance.absences(from: passage.from, to: passage.to)
      let collector = collectors.removeValue(forKey: passage.number)
      drafted[passage.number] = nil
      // One that turned back shows how far it came in, not how long it is.
      if passage.direction == .forward || passage.direction == .backward {
        for (camera, way) in collector?.lengths ?? [:] { plans[camera]?.learn(way.length, along: way.axis) }
      }
      let selections =
        collector?.select(from: passage.from, to: passage.to, absences: absences) {
          configuration.cameras[$0]?.straight ?? 1
        }
        ?? []
      return .ended(
        passage.with(absences: absences, coverage: selections.map(\.coverage)), chosen: selections.flatMap(\.chosen),
        considered: selections.flatMap(\.considered))
    case .dismissed(let number, let from, let to, let reason, let evidence):
      collectors[number] = nil
      drafted[number] = nil
      return .dismissed(number: number, from: from, to: to, reason: reason, evidence: evidence)
    }
  }

  /// Offers a frame to a passage, by what it shows of its vehicle; where the camera could not tell the vehicles apart, by the largest thing.
  private func offer(_ entry: PreRoll.Entry, to number: Int) {
    let camera = entry.frame.camera
    let track = state.segmenter.track(of: number, in: camera)
    let thing = entry.things.filter { track == nil || $0.track == track }.max { $0.presence < $1.presence }
    // A frame without a vehicle in it is no evidence.
    guard let thing, thing.presence >= configuration.segmenting.trace, let plan = plans[camera],
      let sight = collectors[number]?.sight(of: entry.frame, showing: thing, plan)
    else { return }
    do {
      let score = try FrameScore.measure(entry.frame, on: thing.box)
      collectors[number]?.offer(entry.frame, showing: sight, score)
    } catch {
      noteDamage(camera, error.description)
    }
  }

  private func noteDamage(_ camera: CameraPosition, _ line: String) {
    damagedFrames[camera, default: 0] += 1
    lastDamage = line
  }
}

/// What a lane refuses, in one line.
public struct LaneError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The line.
  public let description: String

  init(_ description: String) { self.description = description }
}
