import CameraIO

/// What a camera shows of a vehicle besides the thing that it was followed by.
extension PassageSegmenter {
  /// When a camera saw more of a passage's vehicle: pieces that parted from it, drove on and never proved to be a vehicle of their own; what it
  /// did not take for a vehicle; and all that a camera saw that died before it could know what it was.
  func apart(from passage: OpenPassage, in camera: Int) -> ClosedRange<MonotonicTime>? {
    let runs = cameras[camera].runs
    guard let claim = passage.claims[camera] else {
      guard passage.confirmed != nil else { return nil }
      if delivers(camera) { return unclaimed(of: passage, in: camera) }
      return runs.filter { $0.passage == passage.number && $0.isNoticed && $0.travelled >= Travel.certain }
        .compactMap(\.presence).max { $0.lowerBound > $1.lowerBound }
    }
    var pieces: Set = [claim]
    // A piece has a higher number than the whole.
    for run in runs.sorted(by: { $0.track < $1.track }) where run.travelled >= Travel.certain {
      guard let whole = run.partedFrom, pieces.contains(whole) else { continue }
      if !open.contains(where: { $0.claims[camera] == run.track }) { pieces.insert(run.track) }
    }
    let parts = runs.filter { run in
      run.track != claim
        && (pieces.contains(run.track) || run.passage == passage.number && cameIn(run, with: passage, into: camera))
    }
    return parts.compactMap(\.presence).max { $0.upperBound < $1.upperBound }
  }

  /// Seconds before and after other cameras saw the vehicle for which such a camera is believed.
  private static let unclaimedSeconds = 1.0

  /// When a camera saw what was no vehicle by itself, but went by when others saw one: a motorcycle from the front is as high as it is long.
  private func unclaimed(of passage: OpenPassage, in camera: Int) -> ClosedRange<MonotonicTime>? {
    guard hasSeveral, let run = cameras[camera].largest(of: passage.number), run.peak >= thresholds.vehicle,
      run.cameFromNothing, run.hasFaded, !run.isLeftover, let seen = run.presence,
      seen.lowerBound < passage.to, seen.upperBound > passage.from,
      passage.from - seen.lowerBound <= Self.unclaimedSeconds, seen.upperBound - passage.to <= Self.unclaimedSeconds
    else { return nil }
    return seen
  }
}

extension OpenPassage.View {
  /// Takes in when more of the vehicle was seen.
  mutating func take(_ seen: ClosedRange<MonotonicTime>?) {
    guard let seen else { return }
    entered = min(entered ?? seen.lowerBound, seen.lowerBound)
    if !isExitReckoned { left = max(left ?? seen.upperBound, seen.upperBound) }
  }
}

extension TrackRun {
  /// From when to when it was there; nil while it is a trace only.
  fileprivate var presence: ClosedRange<MonotonicTime>? {
    guard let since, let lastPresent, since <= lastPresent else { return nil }
    return since...lastPresent
  }
}
