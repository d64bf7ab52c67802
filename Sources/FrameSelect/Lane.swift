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

  private var maximumPictures: [CameraPosition: Int]
  private var watches: [CameraPosition: CameraWatch] = [:]
  private var segmenter: PassageSegmenter
  private var preRolls: [CameraPosition: PreRoll] = [:]
  private var collectors: [Int: PassageCollector] = [:]
  private var attendance: Attendance

  /// A lane that has seen nothing.
  public init(configuration: LaneConfiguration) {
    self.configuration = configuration
    maximumPictures = configuration.maximumPictures
    segmenter = PassageSegmenter(
      cameras: configuration.cameras.keys.sorted(), thresholds: configuration.segmenting)
    attendance = Attendance(rates: configuration.cameras.mapValues(\.nominalRate))
    for (position, camera) in configuration.cameras {
      watches[position] = CameraWatch(camera: camera, thresholds: configuration.motion)
      preRolls[position] = PreRoll(
        seconds: configuration.preRollSeconds, maximumFrames: configuration.maximumPreRollFrames)
    }
  }

  /// The most pictures by camera from the next passage on: a tenant may change its mind while the daemon runs.
  public func limitPictures(to limits: [CameraPosition: Int]) { maximumPictures = limits }

  /// Whether something that may be a vehicle is in the lane.
  public var isOccupied: Bool { !segmenter.openNumbers.isEmpty }

  /// Takes in the next frame. A damaged frame is counted and left out; a frame of a camera that is not the lane's is refused.
  public func ingest(_ frame: Frame) throws(LaneError) -> [LaneEvent] {
    let camera = frame.camera
    guard var watch = watches[camera] else {
      throw LaneError("\(camera.rawValue) is not a camera of this lane: name it in the lane's configuration")
    }
    watches[camera] = nil  // one owner, so that its arrays are changed in place
    let things: [Thing]
    do {
      defer { watches[camera] = watch }
      things = try watch.look(at: frame, isHeld: segmenter.isHolding)
    } catch {
      noteDamage(camera, error.description)
      return []
    }
    attendance.note(camera, at: frame.time, isOccupied: isOccupied)
    let entry = PreRoll.Entry(frame: frame, things: things)
    let before = segmenter.openNumbers
    let events = segmenter.observe(
      PassageSegmenter.Observation(camera: camera, time: frame.time, things: things))
    // The newest frame belongs to what is open after it: the passages that go on here, those that begin with it below.
    for number in segmenter.openNumbers where before.contains(number) { offer(entry, to: number) }
    preRolls[camera]?.append(entry)
    return events.map(tell)
  }

  /// The stream is over, or no camera has given a frame for long: closes what is open. Frames may come afterwards.
  public func finish() -> [LaneEvent] {
    segmenter.finish().map(close)
  }

  private func tell(_ event: PassageSegmenter.Event) -> LaneEvent {
    guard case .began(let number, let from, let at) = event else { return close(event) }
    collectors[number] = PassageCollector(
      limits: maximumPictures, fallbackLimit: configuration.fallbackMaximumPictures)
    for camera in configuration.cameras.keys.sorted() {
      for entry in preRolls[camera]?.entries(since: from) ?? [] { offer(entry, to: number) }
    }
    return .began(number: number, at: at)
  }

  private func close(_ event: PassageSegmenter.Event) -> LaneEvent {
    switch event {
    case .began(let number, _, let at): return .began(number: number, at: at)
    case .confirmed(let number, let at): return .confirmed(number: number, at: at)
    case .ended(let passage):
      let absences = attendance.absences(from: passage.from, to: passage.to)
      let selections =
        collectors.removeValue(forKey: passage.number)?
        .select(from: passage.from, to: passage.to, absences: absences) { configuration.cameras[$0]?.straight ?? 1 }
        ?? []
      return .ended(
        passage.with(absences: absences, coverage: selections.map(\.coverage)), chosen: selections.flatMap(\.chosen),
        considered: selections.flatMap(\.considered))
    case .dismissed(let number, let from, let to, let reason, let evidence):
      collectors[number] = nil
      return .dismissed(number: number, from: from, to: to, reason: reason, evidence: evidence)
    }
  }

  /// Offers a frame to a passage, by what it shows of its vehicle; where the camera could not tell the vehicles apart, by the largest thing.
  private func offer(_ entry: PreRoll.Entry, to number: Int) {
    let camera = entry.frame.camera
    let track = segmenter.track(of: number, in: camera)
    let thing = entry.things.filter { track == nil || $0.track == track }.max { $0.presence < $1.presence }
    // A frame without a vehicle in it, or of which no picture is wanted, is no evidence, and measuring it is the dearest step of all.
    guard let thing, thing.presence >= configuration.segmenting.trace, collectors[number]?.wants(camera) == true else {
      return
    }
    do {
      let score = try FrameScore.measure(entry.frame, on: thing.box)
      collectors[number]?.offer(entry.frame, showing: thing, score)
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
