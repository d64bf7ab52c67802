/// When what is in the lane is a vehicle beyond doubt: by what several cameras hold for one, and by what speaks against it.
extension PassageSegmenter {
  /// Cameras that deliver.
  var delivering: Int { cameras.indices.count(where: delivers) }
  /// Whether one camera can be told wrong by another.
  var hasSeveral: Bool { delivering > 1 }
  /// Cameras that must see a vehicle before it is one: of three or more no single one decides.
  private var neededCameras: Int { delivering > 2 ? thresholds.leastCameras : 1 }

  /// Whether what was seen of a passage is a vehicle beyond doubt, while it is there.
  ///
  /// Somebody with a trolley close to two cameras is as large and as long as a vehicle for a moment; a third that looks across the lane
  /// from farther off sees all of him, upright.
  func isCertain(_ index: Int) -> Bool {
    let passage = open[index]
    let claims = claimed(by: passage)
    guard !hasSeveral || isMatter(passage), ahead(ofUndecided: passage) == nil else { return false }
    if claims.count - objections(to: passage) >= neededCameras(for: passage) { return true }
    guard claims.contains(where: { $0.isCertain(thresholds) }) else { return false }
    if delivering <= 2 { return true }
    // Bumper to bumper only a camera close to the floor and across the lane tells vehicles apart, and it may be the only one; of many it is not.
    return isFollowing(passage) && claims.count >= share(thresholds.leastShareBehind / 2)
  }

  /// Whether another vehicle is there.
  private func isFollowing(_ passage: OpenPassage) -> Bool {
    open.contains { $0.confirmed != nil && $0.number != passage.number }
  }

  /// While a vehicle is there a part of it may look like another one, to more cameras the more there are.
  private func neededCameras(for passage: OpenPassage) -> Int {
    isFollowing(passage) ? max(neededCameras, share(thresholds.leastShareBehind)) : neededCameras
  }

  /// Of the cameras that deliver at least that part.
  private func share(_ part: Double) -> Int { Int((part * Double(delivering)).rounded(.up)) }

  /// A passage of which nothing more comes, as it turns out to have been; that it was a vehicle is said first where that shows only now.
  func decided(_ passage: OpenPassage, isOver: Bool, _ events: inout [Event]) -> OpenPassage {
    var passage = passage
    if isOver, passage.confirmed == nil, hasSeveral, let proven = proven(passage) {
      passage = proven
      if let time = passage.confirmed { events.append(.confirmed(number: passage.number, at: clock.told(time))) }
    }
    let claimed = passage
    for camera in cameras.indices { passage.views[camera].take(apart(from: claimed, in: camera)) }
    return believed(passage)
  }

  /// A passage that shows only now, when it is over, that it was a vehicle: several cameras never saw anything but a part of it, or one saw
  /// what is so large and long as nothing else, and none objects.
  private func proven(_ passage: OpenPassage) -> OpenPassage? {
    var proven = passage
    var parts: [TrackRun] = []
    for camera in cameras.indices {
      guard
        let run = cameras[camera].runs.filter({ $0.passage == passage.number && $0.isSuspect(thresholds) })
          .max(by: { $0.peak < $1.peak })
      else { continue }
      if run.wasNeverWhole(thresholds) { parts.append(run) }
      proven.claims[camera] = run.track
      proven.views[camera].entered = run.since
      proven.views[camera].left = run.lastPresent
    }
    let isInParts =
      parts.count >= neededCameras(for: passage) && parts.count >= objections(to: passage)
      && parts.contains { $0.wentAsOne(thresholds) }
    let isLarge =
      objections(to: passage) == 0 && isMatter(passage)
      && claimed(by: passage).contains { $0.isCertain(thresholds) }
    guard isInParts || isLarge else { return nil }
    proven.confirmed = proven.to
    return proven
  }

  /// Whether something with a vehicle's shape drove: light wanders and grows as a vehicle does, but it carries nothing along.
  ///
  /// Behind dirty lenses too few places agree for any camera to bear that out; then as many as are needed must have seen a structure that is
  /// not the place's.
  func isMatter(_ passage: OpenPassage) -> Bool {
    let claims = claimed(by: passage)
    return claims.contains { $0.borneOut >= thresholds.borneOut }
      || neededCameras > 1 && claims.count(where: { $0.isOwn(thresholds) }) >= neededCameras
  }

  /// What the cameras hold for the vehicle of a passage.
  private func claimed(by passage: OpenPassage) -> [TrackRun] {
    passage.claims.enumerated().compactMap { camera, track in track.flatMap { cameras[camera].run(of: $0) } }
  }

  /// Cameras across the lane that saw all of it, and it was upright; of two cameras none overrules the other.
  private func objections(to passage: OpenPassage) -> Int {
    guard delivering > 2 else { return 0 }
    return cameras.indices.count { camera in
      passage.claims[camera] == nil && cameras[camera].largest(of: passage.number)?.wasUpright(thresholds) ?? false
    }
  }
}
