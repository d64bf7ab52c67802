import CameraIO

/// The frames of one passage that may be chosen, of all cameras, in bounded memory whatever the vehicle does.
///
/// Per camera at most `2 x limit + 2` frames are held (none for a limit of 0). What is given back goes to the pool at once.
public struct PassageCollector: Sendable {
  private let limits: [CameraPosition: Int]
  private let fallbackLimit: Int
  private var cameras: [CameraPosition: CameraStretches] = [:]
  private var ways: [CameraPosition: VehicleWay] = [:]
  private var lane = LaneWay()
  private var tails: [CameraPosition: TailSight] = [:]
  /// Of each camera the last frame that was measured.
  private var measured: [CameraPosition: (time: MonotonicTime, place: Double)] = [:]

  /// A vehicle that stands is measured so often: light and dirt change, the place does not.
  private static let stillSeconds = 0.25

  /// Widths of the picture that a camera must have seen a vehicle go beyond doubt before the lane's way is counted by it.
  private static let surelyGone = 0.1

  /// Empty. `limits` says how many pictures of a camera are wanted at most; `fallbackLimit` stands for cameras not in it.
  public init(limits: [CameraPosition: Int], fallbackLimit: Int) {
    self.limits = limits
    self.fallbackLimit = fallbackLimit
  }

  /// Whether frames of `camera` can be chosen at all.
  func wants(_ camera: CameraPosition) -> Bool { limits[camera] ?? fallbackLimit > 0 }

  /// Takes in a frame, holds it if it is the best of its stretch, and lets a worse one go.
  ///
  /// Frames of one camera come in order of time; frames without a vehicle are written down and not held.
  public mutating func offer(_ candidate: Candidate) {
    let camera = candidate.frame.camera
    cameras[camera, default: CameraStretches(limit: limits[camera] ?? fallbackLimit)].offer(
      candidate, lane: lane)
  }

  /// Where on the vehicle a frame looks, if it is worth measuring: what lies beside the last one that was measured shows the same, and measuring
  /// is the dearest step of all. Nil: it is not. Every frame that shows the vehicle is to be asked for, in order of time.
  mutating func sight(of frame: Frame, showing thing: Thing, _ plans: WayPlans) -> Sight? {
    let camera = frame.camera
    let driving = lane.speed(at: frame.time, for: camera)
    let own = ways[camera, default: VehicleWay()].take(thing, at: frame.time, driving: driving)
    let isSure = thing.travel.map { $0.isAcross == true && $0.borneOut >= Self.surelyGone } ?? false
    lane.note(own, of: camera, isSure: isSure, at: frame.time)
    guard wants(camera) else { return nil }
    let axis = cameras[camera]?.axis ?? .displacement
    let place = axis == .lane ? lane.place(at: frame.time) : own
    let left = tails[camera, default: TailSight()].take(thing)
    cameras[camera]?.end = own.flatMap { own in left.map { own.at + $0 } }
    if let place, place.isMeasured, let last = measured[camera], frame.time - last.time < Self.stillSeconds,
      abs(place.at - last.place) < plans.plan(along: axis, lane).grain(limit: limits[camera] ?? fallbackLimit)
    {
      cameras[camera]?.pass()
      return nil
    }
    measured[camera] = place.map { (frame.time, $0.at) }
    return Sight(place: own, presence: thing.presence)
  }

  /// What a frame shows of the vehicle.
  struct Sight {
    fileprivate let place: VehicleWay.Place?
    fileprivate let presence: Double
  }

  /// Takes in a frame that was worth measuring.
  mutating func offer(_ frame: Frame, showing sight: Sight, _ score: FrameScore) {
    offer(
      Candidate(
        frame: frame, score: score, displacement: sight.place?.at, isMeasured: sight.place?.isMeasured ?? false,
        presence: sight.presence))
  }

  /// What was taken for another vehicle was a part of this one: what is held of it goes on where this one's way has got to.
  mutating func take(_ part: PassageCollector) {
    for (camera, stretches) in part.cameras.sorted(by: { $0.key < $1.key }) {
      let frames = stretches.held.map(\.best).sorted { $0.frame.time < $1.frame.time }
      let way = ways[camera]
      // Of a moment when both were in sight this one has its own frame.
      let later = frames.drop { frame in way?.lastTime.map { frame.frame.time <= $0 } ?? false }
      let joint = frames.dropLast(later.count).last ?? later.first
      let offset = (way?.at ?? 0) - (joint?.displacement ?? 0)
      cameras[camera]?.end = nil
      for frame in later {
        offer(
          Candidate(
            frame: frame.frame, score: frame.score, displacement: frame.displacement.map { $0 + offset },
            isMeasured: frame.isMeasured, presence: frame.presence))
      }
    }
  }

  /// Hands out the frames of `camera` that can be settled by now, of a passage that is certain and began at `from`, in order of time.
  ///
  /// They are held no longer, and are in the final choice whatever the vehicle does.
  mutating func settle(_ camera: CameraPosition, _ plans: WayPlans, from: MonotonicTime) -> [SelectedFrame] {
    (cameras[camera]?.settle(plans, lane: lane, from: from) ?? []).sorted {
      $0.candidate.frame.time < $1.candidate.frame.time
    }
  }

  /// Hands out all that is still to be chosen of cameras whose picture the vehicle has left, in order of camera and time.
  mutating func settleRest(
    of positions: Set<CameraPosition>, from: MonotonicTime, to: MonotonicTime
  ) -> [SelectedFrame] {
    positions.sorted().flatMap { cameras[$0]?.settleRest(from: from, to: to) ?? [] }
  }

  /// How far the vehicle went in front of each camera, and what that was counted by; cameras that cannot tell are left out.
  var lengths: [CameraPosition: (length: Double, axis: SpreadAxis)] {
    cameras.compactMapValues { camera in
      camera.reached.map {
        (($0.upperBound - $0.lowerBound) / (camera.axis == .lane ? lane.scale : 1), camera.axis)
      }
    }
  }

  /// Frames held now.
  public var heldFrames: Int { cameras.values.reduce(0) { $0 + $1.held.count } }

  /// Considered frames that no longer have a record of their own because there were too many.
  public var unrecordedFrames: Int { cameras.values.reduce(0) { $0 + $1.considered.leftOut } }

  /// The pictures of the passage `from`...`to` that were not handed out before, and what became of every frame; both by camera, then time.
  ///
  /// A frame outside of the passage's time shows no vehicle, whatever its presence was taken for.
  public func select(
    from: MonotonicTime, to: MonotonicTime
  ) -> (chosen: [SelectedFrame], considered: [ConsideredFrame]) {
    let selections = select(from: from, to: to, absences: [:]) { _ in 1 }
    return (selections.flatMap(\.chosen), selections.flatMap(\.considered))
  }

  /// The pictures of some cameras alone.
  func select(of positions: Set<CameraPosition>, from: MonotonicTime, to: MonotonicTime) -> [SelectedFrame] {
    cameras.filter { positions.contains($0.key) }.sorted { $0.key < $1.key }
      .flatMap { choose(among: $0.value, from: from, to: to).chosen }
  }

  /// What came of one camera.
  struct Selection {
    let chosen: [SelectedFrame]
    let considered: [ConsideredFrame]
    let coverage: CameraCoverage
  }

  /// The same by camera, with what the pictures show of the vehicle: `straight` says how much of a camera's picture looks at it
  /// straight enough.
  func select(
    from: MonotonicTime, to: MonotonicTime, absences: [CameraPosition: Double], straight: (CameraPosition) -> Double
  ) -> [Selection] {
    var selections: [Selection] = []
    for (position, camera) in cameras.sorted(by: { $0.key < $1.key }) {
      let (chosen, settled) = choose(among: camera, from: from, to: to)
      let considered = camera.considered.frames(settling: settled)
      let reckoning = CoverageReckoning(
        camera: position, axis: camera.axis, considered: considered, limit: camera.limit,
        straight: straight(position), absentSeconds: absences[position] ?? 0)
      selections.append(
        Selection(chosen: chosen, considered: considered, coverage: reckoning.coverage))
    }
    return selections
  }

  /// The pictures of one camera in order of time, and what became of all frames that are held, by their serial.
  private func choose(
    among camera: CameraStretches, from: MonotonicTime, to: MonotonicTime
  ) -> (chosen: [SelectedFrame], settled: [Int: ConsideredFrame.Disposition]) {
    var settled: [Int: ConsideredFrame.Disposition] = [:]
    for stretch in camera.held {
      let isInside = stretch.best.frame.time >= from && stretch.best.frame.time <= to
      settled[stretch.serial] = isInside ? .outdone : .empty
    }
    let selected = camera.choices(from: from, to: to).map { stretch, choice in
      settled[stretch.serial] = .chosen
      return SelectedFrame(candidate: stretch.best, reason: choice.reason)
    }
    return (selected.sorted { $0.candidate.frame.time < $1.candidate.frame.time }, settled)
  }
}
