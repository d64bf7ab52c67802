import CameraIO

/// A passage under way: what belongs to it, and what is known so far.
struct OpenPassage: Sendable {
  /// When one camera sees the vehicle, and whether that was seen or follows from other cameras.
  struct View: Sendable {
    var entered: MonotonicTime?
    var left: MonotonicTime?
    /// Another vehicle hid its coming: the time is reckoned.
    var isEntryReckoned = false
    /// Another vehicle hid its leaving: the time is reckoned.
    var isExitReckoned = false
  }

  let number: Int
  let noticed: MonotonicTime
  private let began: MonotonicTime
  /// When anything of it was last seen.
  private var stirred: MonotonicTime
  var confirmed: MonotonicTime?
  /// By camera: the thing there that proved to be this vehicle.
  var claims: [Int?]
  var views: [View]
  private(set) var dossiers: [CameraDossier]

  init(number: Int, from: MonotonicTime, noticed: MonotonicTime, cameras: [CameraPosition]) {
    self.number = number
    began = from
    stirred = noticed
    self.noticed = noticed
    claims = [Int?](repeating: nil, count: cameras.count)
    views = [View](repeating: View(), count: cameras.count)
    dossiers = cameras.map { CameraDossier(camera: $0) }
  }

  /// When the first camera saw it: what was there before it, and never proved to be a vehicle, is not of it.
  var from: MonotonicTime {
    var from: MonotonicTime?
    for case let entered? in views.lazy.map(\.entered) { from = min(from ?? entered, entered) }
    return from ?? began
  }
  /// When the last camera saw it.
  var to: MonotonicTime {
    var to: MonotonicTime?
    for case let left? in views.lazy.map(\.left) { to = max(to ?? left, left) }
    return to ?? stirred
  }

  /// Takes in what a frame shows of one of its things.
  /// `isAbandoned`: other cameras must say whether the vehicle is still there.
  mutating func take(
    _ thing: Thing, _ run: TrackRun, camera: Int, isAbandoned: Bool, _ thresholds: PassageSegmenter.Thresholds
  ) {
    dossiers[camera].take(thing, run, thresholds)
    guard !isAbandoned else { return }
    if let present = run.lastPresent { stirred = max(stirred, present) }
    guard claims[camera] == run.track else { return }
    if !views[camera].isEntryReckoned, let since = run.since {
      views[camera].entered = min(views[camera].entered ?? since, since)
    }
    if let present = run.lastPresent { views[camera].left = max(views[camera].left ?? present, present) }
  }

  /// How it ended.
  func event(_ thresholds: PassageSegmenter.Thresholds, _ clock: LaneClock) -> PassageSegmenter.Event {
    let seen = dossiers.filter { $0.frames > 0 }
    let (from, to) = (clock.told(from), clock.told(to))
    var evidence = CameraDossier.evidence(of: seen, from: from, to: to, confirmed: confirmed.map(clock.told))
    // Where the cameras look is told by when each saw the vehicle come and go for itself.
    for (view, dossier) in zip(views, dossiers) {
      if let entered = view.entered, !view.isEntryReckoned {
        evidence["entered.\(dossier.camera.rawValue)"] = clock.told(entered) - from
      }
      if let left = view.left, !view.isExitReckoned {
        evidence["left.\(dossier.camera.rawValue)"] = clock.told(left) - from
      }
    }
    guard confirmed != nil else {
      return .dismissed(
        number: number, from: from, to: to,
        reason: CameraDossier.reason(against: seen, claims: claims.compactMap { $0 }.count, thresholds),
        evidence: evidence)
    }
    return .ended(
      Passage(
        number: number, from: from, to: to, direction: CameraDossier.direction(of: seen),
        cameras: seen.filter { $0.peak >= thresholds.notice }.map(\.camera), evidence: evidence))
  }
}

extension PassageSegmenter {
  /// A camera shows something again after a pause: a vehicle that it had in sight may have driven on unseen.
  mutating func resume(_ camera: CameraPosition, showing things: [Thing], at time: MonotonicTime) {
    for index in cameras.indices where cameras[index].camera == camera {
      cameras[index].resume(showing: things, until: time.advanced(bySeconds: thresholds.holdSeconds))
    }
  }

  /// When the vehicle of a passage under way came, as far as that is known now; nil while no camera has seen one in it, or it may be a part of
  /// another one.
  func beginning(ofLikely number: Int) -> MonotonicTime? {
    open.first { $0.number == number && $0.claims.contains { $0 != nil } && ahead(ofUndecided: $0) == nil }
      .map { clock.told($0.from) }
  }

  /// Vehicles that some cameras have shown and show no more, though others may.
  var leaving: [Leaving] {
    guard open.contains(where: { $0.confirmed != nil }) else { return [] }
    let horizon = horizon()
    return open.compactMap { passage in
      guard passage.confirmed != nil else { return nil }
      var left: [CameraPosition: MonotonicTime] = [:]
      var parted: Set<CameraPosition> = []
      var isGone = true
      // What follows it may be more of it.
      let isOpenEnded = isUndecided(behind: passage, at: horizon)
      for (camera, view) in zip(cameras, passage.views) {
        let sight = camera.lastSight(of: passage.number)
        guard let last = view.left.map({ max($0, sight ?? $0) }) ?? sight else { continue }
        if horizon - last >= thresholds.leavingSeconds {
          left[camera.camera] = clock.told(last)
        } else {
          isGone = false
        }
        if !isOpenEnded, horizon - last >= thresholds.holdSeconds, camera.largest(of: passage.number)?.hasFaded == true
        {
          parted.insert(camera.camera)
        }
      }
      guard !left.isEmpty else { return nil }
      return Leaving(
        number: passage.number, from: clock.told(passage.from), to: clock.told(passage.to), left: left, parted: parted,
        isGone: isGone)
    }
  }

  /// A vehicle that some cameras show no more.
  struct Leaving {
    let number: Int
    /// When it came and was last seen.
    let from: MonotonicTime
    let to: MonotonicTime
    /// When each camera that shows it no more last saw it.
    let left: [CameraPosition: MonotonicTime]
    /// Those of them that it has left beyond doubt: it went out of the picture, and that is a while ago.
    var parted: Set<CameraPosition> = []
    /// Whether no camera shows it.
    let isGone: Bool
  }
}
