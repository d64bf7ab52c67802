import CameraIO

/// Turns what the cameras of a lane see over time into passages: one per vehicle, whichever camera saw it first.
///
/// A pure automaton: the same observations give the same events, and time is only what they carry. Frames of different cameras may come
/// interleaved and nearly in order; nothing is decided before every camera that still delivers has been heard.
public struct PassageSegmenter: Sendable {
  /// What one frame of one camera says.
  public struct Observation: Sendable {
    /// Which camera.
    public var camera: CameraPosition
    /// When.
    public var time: MonotonicTime
    /// How much of the zone the largest thing fills, 0 to 1.
    public var presence: Double
    /// Whether it moves.
    public var isMoving: Bool
    /// How much of its box it fills, 0 to 1.
    public var fill: Double
    /// How far it went since it appeared in this camera; nil when displacement is not measured at all.
    public var travel: Travel?
    /// How far its box has moved over the picture since it appeared, as a share of the picture: coarser than `travel`, but always known.
    public var swept: Double
    /// The largest plate in the frame, square pixels of the full frame; nil when none was looked for or seen.
    public var plateArea: Int?

    /// An observation.
    public init(
      camera: CameraPosition, time: MonotonicTime, presence: Double, isMoving: Bool, fill: Double = 1,
      travel: Travel? = nil, swept: Double = 0, plateArea: Int? = nil
    ) {
      self.camera = camera
      self.time = time
      self.presence = presence
      self.isMoving = isMoving
      self.fill = fill
      self.travel = travel
      self.swept = swept
      self.plateArea = plateArea
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
    /// It was none.
    case dismissed(number: Int, from: MonotonicTime, to: MonotonicTime, reason: String, evidence: [String: Double])
  }

  private struct Open: Sendable {
    let number: Int
    let from: MonotonicTime
    let noticed: MonotonicTime
    var to: MonotonicTime
    var confirmed: MonotonicTime?
    var dossiers: [CameraDossier]
  }

  /// What is a passage and what is none.
  public let thresholds: Thresholds
  private var runs: [CameraRun]
  private var open: Open?
  private var number = 0

  /// Nothing has been seen of `cameras` yet.
  public init(cameras: [CameraPosition], thresholds: Thresholds = Thresholds()) {
    self.thresholds = thresholds
    runs = cameras.sorted().map { CameraRun(camera: $0) }
  }

  /// The number of the passage under way, certain or not.
  public var openNumber: Int? { open?.number }
  /// Whether a vehicle is known to be in the lane.
  public var isConfirmed: Bool { open?.confirmed != nil }

  /// Takes in the next observation.
  public mutating func observe(_ observation: Observation) -> [Event] {
    guard let index = runs.firstIndex(where: { $0.camera == observation.camera }) else { return [] }
    var events: [Event] = []
    // A camera that shows a vehicle for the second time, with the lane empty in between: the vehicle before has left.
    if let open, open.confirmed != nil, open.dossiers[index].frames > 0,
      runs[index].returns(with: observation, thresholds),
      runs.allSatisfy({ !$0.isOccupied(thresholds) }), observation.time - open.to >= thresholds.splitSeconds
    {
      events += close()
    }
    runs[index].take(observation, thresholds)
    events += settle(index, observation)
    return events
  }

  /// The stream is over: what is open is decided with what is known.
  public mutating func finish() -> [Event] { close() }

  private mutating func settle(_ index: Int, _ observation: Observation) -> [Event] {
    var events: [Event] = []
    let run = runs[index]
    if open == nil, run.isNoticed(thresholds), let from = run.since {
      number += 1
      open = Open(
        number: number, from: earliest(from), noticed: observation.time, to: run.lastPresent ?? observation.time,
        confirmed: nil, dossiers: runs.map { CameraDossier(camera: $0.camera) })
      events.append(.began(number: number, from: earliest(from), at: observation.time))
    }
    guard var open = open else { return events }
    self.open = nil
    open.dossiers[index].take(observation, run, thresholds)
    if let present = run.lastPresent, present > open.to { open.to = present }
    if open.confirmed == nil, run.isVehicle(thresholds) {
      open.confirmed = observation.time
      events.append(.confirmed(number: open.number, at: observation.time))
    }
    self.open = open
    let horizon = horizon()
    let hold = open.confirmed == nil || runs.count == 1 ? thresholds.splitSeconds : thresholds.holdSeconds
    let isEmpty = runs.allSatisfy { !$0.isOccupied(thresholds, at: horizon) }
    if isEmpty, horizon - open.to >= hold {
      events += close()
    } else if open.confirmed == nil, observation.time - open.noticed >= thresholds.patienceSeconds {
      for index in runs.indices { runs[index].mute() }
      events += close()
    }
    return events
  }

  /// The moment until which every camera that still delivers has been heard.
  private func horizon() -> MonotonicTime {
    let newest = runs.compactMap(\.lastSeen).max() ?? MonotonicTime(nanoseconds: 0)
    let heard = runs.compactMap(\.lastSeen).filter { newest - $0 < thresholds.stallSeconds }
    return heard.min() ?? newest
  }

  /// The earliest beginning among the cameras that show something now: the one that noticed it need not be the first that saw it.
  private func earliest(_ from: MonotonicTime) -> MonotonicTime {
    let limit = from.advanced(bySeconds: -thresholds.holdSeconds)
    return runs.compactMap { $0.isOccupied(thresholds) ? $0.since : nil }.filter { $0 >= limit }.min().map {
      min($0, from)
    }
      ?? from
  }

  private mutating func close() -> [Event] {
    guard let open else { return [] }
    self.open = nil
    let seen = open.dossiers.filter { $0.frames > 0 }
    let evidence = CameraDossier.evidence(of: seen, from: open.from, to: open.to, confirmed: open.confirmed)
    guard open.confirmed != nil else {
      let reason = CameraDossier.reason(against: seen, thresholds)
      return [
        .dismissed(number: open.number, from: open.from, to: open.to, reason: reason, evidence: evidence)
      ]
    }
    let plateArea = seen.compactMap(\.plateArea).max()
    return [
      .ended(
        Passage(
          number: open.number, from: open.from, to: open.to, direction: CameraDossier.direction(of: seen),
          trigger: plateArea == nil ? "motion" : "motion+plate", plateArea: plateArea,
          cameras: seen.filter { $0.peak >= thresholds.notice }.map(\.camera), evidence: evidence))
    ]
  }
}
