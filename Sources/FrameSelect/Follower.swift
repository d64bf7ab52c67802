import CameraIO

/// What is seen behind a vehicle: another one, or a part of it - a trailer, the rest of a van whose white side is as bright as the wall.
///
/// A camera close to the floor that looks across the lane shows the place between two vehicles, however near they are, and what joins a car with
/// its trailer. From farther up both look alike. So where such a camera has the vehicle ahead in sight, it must show what follows as a
/// vehicle of its own, or half of all cameras must. Until then what follows is undecided; if it leaves so, it was a part of the one ahead.
extension PassageSegmenter {
  /// The vehicle ahead of a passage of which nobody knows yet whether it is another one; nil: it is told apart, or nothing is ahead.
  func ahead(ofUndecided passage: OpenPassage) -> Int? {
    guard passage.confirmed == nil,
      let ahead = open.lastIndex(where: { $0.number < passage.number && $0.confirmed != nil })
    else { return nil }
    let judges = cameras.indices.filter {
      cameras[$0].camera.isCloseToFloor && delivers($0) && open[ahead].claims[$0] != nil
    }
    guard !judges.isEmpty, !judges.contains(where: { passage.claims[$0] != nil }) else { return nil }
    return 2 * passage.claims.count(where: { $0 != nil }) >= delivering ? nil : ahead
  }

  /// Seconds for which a vehicle that has left waits for what follows it: at walking pace one camera shows a trailer a second longer than another.
  private static let undecidedSeconds = 2.0

  /// Whether something follows a vehicle that may be a part of it: it has not left before that is decided, or takes too long.
  func isUndecided(behind passage: OpenPassage, at horizon: MonotonicTime) -> Bool {
    passage.confirmed != nil && horizon - passage.to < Self.undecidedSeconds
      && open.contains { follower in ahead(ofUndecided: follower).map { open[$0].number } == passage.number }
  }

  /// A passage of which nothing is seen any more is over, or was a part of the vehicle ahead.
  mutating func leave(_ passage: OpenPassage, _ events: inout [Event]) {
    guard let ahead = ahead(ofUndecided: passage) else { return close(passage, &events) }
    join(passage, to: ahead, &events)
  }

  /// What followed a vehicle was a part of it.
  mutating func join(_ passage: OpenPassage, to ahead: Int, _ events: inout [Event]) {
    for camera in cameras.indices {
      for run in cameras[camera].runs where run.passage == passage.number {
        cameras[camera].assign(run.track, to: open[ahead].number)
      }
      guard let claim = passage.claims[camera] else { continue }
      cameras[camera].makeWay(claim)
      if let left = passage.views[camera].left {
        open[ahead].views[camera].left = max(open[ahead].views[camera].left ?? left, left)
      }
    }
    let (from, to) = (clock.told(passage.from), clock.told(passage.to))
    events.append(.joined(number: passage.number, to: open[ahead].number, from: from, until: to))
    open.removeAll { $0.number == passage.number }
  }

  /// Whether a thing came into a picture with the vehicle of a passage, which other cameras had shown before.
  func cameIn(_ run: TrackRun, with passage: OpenPassage, into camera: Int) -> Bool {
    delay(of: run, after: passage, into: camera).map { abs($0) < thresholds.leavingSeconds } ?? false
  }

  /// Seconds by which a thing came into a picture after the vehicle of a passage, which other cameras had shown before: nobody overtakes in a
  /// lane, so what was there no later is no vehicle behind it. Nil where that is not known.
  func delay(of run: TrackRun, after passage: OpenPassage, into camera: Int) -> Double? {
    guard hasSeveral, passage.claims[camera] != nil, !passage.views[camera].isEntryReckoned,
      let since = run.since, let entered = passage.views[camera].entered,
      entered - passage.from >= thresholds.splitSeconds
    else { return nil }
    return since - entered
  }
}
