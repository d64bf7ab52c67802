import CameraIO

/// Vehicles bumper to bumper: cameras that look along the lane show them as one long thing, cameras that look across it tell them apart.
///
/// The long thing belongs to the first vehicle until that must have left, and then to the next. When a vehicle came into such a camera or left
/// it is reckoned: the traffic had gone as much farther as it does for a vehicle that is seen alone.
extension PassageSegmenter {
  /// Passages behind a confirmed one that a camera cannot tell from it, in order.
  func followers(of index: Int, in camera: Int) -> [Int] {
    guard open[index].claims[camera] != nil else { return [] }
    return open.indices.filter { $0 > index && open[$0].confirmed != nil && open[$0].claims[camera] == nil }
  }

  /// A vehicle that begins behind others: when did the cameras that cannot tell it from them begin to see it?
  mutating func reckonEntry(of index: Int) {
    guard let before = open.indices.last(where: { $0 < index && open[$0].confirmed != nil }),
      let reference = reference(for: index, entering: true), let nose = nose(of: open[index], in: reference)
    else { return }
    let odometer = cameras[reference].odometer
    for camera in cameras.indices where camera != reference && open[index].claims[camera] == nil {
      guard (0..<index).contains(where: { open[$0].claims[camera] != nil }) else { continue }
      var farther = offsets.entry(of: camera, after: reference)
      if farther == nil, let first = self.nose(of: open[before], in: reference),
        let second = open[before].views[camera].entered.flatMap(odometer.distance(at:))
      {
        farther = second - first
      }
      guard let farther, let time = odometer.time(at: nose + farther) else { continue }
      open[index].views[camera].entered = time
      open[index].views[camera].isEntryReckoned = true
    }
  }

  /// How far the traffic in front of a camera had gone when the nose of a vehicle was in the middle of its picture.
  private func nose(of passage: OpenPassage, in camera: Int) -> Double? {
    distance(of: ends(of: passage, in: camera)?.nose, in: camera)
  }

  /// The same for its tail.
  private func tail(of passage: OpenPassage, in camera: Int) -> Double? {
    distance(of: ends(of: passage, in: camera)?.tail, in: camera)
  }

  private func ends(of passage: OpenPassage, in camera: Int) -> TrackEnds? {
    passage.claims[camera].flatMap { cameras[camera].run(of: $0)?.ends }
  }

  private func distance(of end: TrackEnds.End?, in camera: Int) -> Double? {
    guard let end, let distance = cameras[camera].odometer.distance(at: end.time) else { return nil }
    return distance + end.toMiddle
  }

  /// The camera that measured a passage best, of those that saw it for themselves.
  private func reference(for index: Int, entering: Bool) -> Int? {
    let views = open[index].views
    return cameras.indices.filter { camera in
      open[index].claims[camera] != nil
        && !(entering ? views[camera].isEntryReckoned : views[camera].isExitReckoned)
        && (entering ? nose(of: open[index], in: camera) : tail(of: open[index], in: camera)) != nil
    }.max { open[index].distance(in: $0) < open[index].distance(in: $1) }
  }

  /// Hands the long things that a passage shares with vehicles behind it on to them, once it must have left; false while it is not known
  /// when. `isOver`: nothing of any of them is seen any more.
  mutating func handOver(from index: Int, at horizon: MonotonicTime, isOver: Bool) -> Bool {
    for camera in cameras.indices {
      let followers = followers(of: index, in: camera)
      guard let next = followers.first, let last = followers.last, let track = open[index].claims[camera] else {
        continue
      }
      if isOver { learnExit(of: last, in: camera, at: open[index].views[camera].left) }
      guard let time = exit(of: index, in: camera) else {
        guard isOver else { return false }
        pass(track, of: camera, from: index, to: next)
        continue
      }
      guard isOver || horizon >= time else { return false }
      let left = open[index].views[camera].left
      open[index].views[camera].left = left.map { min($0, time) } ?? time
      open[index].views[camera].isExitReckoned = true
      pass(track, of: camera, from: index, to: next)
      if isOver { open[next].views[camera].left = left }
    }
    return true
  }

  private mutating func pass(_ track: Int, of camera: Int, from index: Int, to next: Int) {
    open[next].claims[camera] = track
    cameras[camera].assign(track, to: open[next].number)
    if open[next].views[camera].entered == nil {
      open[next].views[camera].entered = open[next].from
    }
    open[next].views[camera].isEntryReckoned = true
  }

  private func exit(of index: Int, in camera: Int) -> MonotonicTime? {
    let candidates = cameras.indices.filter { reference in
      reference != camera && open[index].claims[reference] != nil && !open[index].views[reference].isExitReckoned
        && followers(of: index, in: reference).isEmpty && tail(of: open[index], in: reference) != nil
        && offsets.exit(of: camera, after: reference) != nil
        && !cameras[reference].runs.contains {
          $0.passage == open[index].number && cameras[reference].isPresent($0, thresholds)
        }
    }
    guard let reference = candidates.max(by: { open[index].distance(in: $0) < open[index].distance(in: $1) }),
      let tail = tail(of: open[index], in: reference), let farther = offsets.exit(of: camera, after: reference)
    else { return nil }
    return cameras[reference].odometer.time(at: tail + farther)
  }

  private mutating func learnExit(of index: Int, in camera: Int, at left: MonotonicTime?) {
    guard let left else { return }
    for reference in cameras.indices where reference != camera && open[index].claims[reference] != nil {
      guard !open[index].views[reference].isExitReckoned, let tail = tail(of: open[index], in: reference),
        let last = cameras[reference].odometer.distance(at: left)
      else { continue }
      offsets.learn(exit: last - tail, of: camera, after: reference)
    }
  }

  /// What a passage that was seen for itself tells about the cameras.
  mutating func learn(from passage: OpenPassage) {
    guard passage.confirmed != nil else { return }
    for reference in cameras.indices where passage.claims[reference] != nil {
      let odometer = cameras[reference].odometer
      let here = passage.views[reference]
      for camera in cameras.indices where camera != reference && passage.claims[camera] != nil {
        let there = passage.views[camera]
        if !here.isEntryReckoned, !there.isEntryReckoned, let nose = nose(of: passage, in: reference),
          let entered = there.entered.flatMap(odometer.distance(at:))
        {
          offsets.learn(entry: entered - nose, of: camera, after: reference)
        }
        if !here.isExitReckoned, !there.isExitReckoned, let tail = tail(of: passage, in: reference),
          let left = there.left.flatMap(odometer.distance(at:))
        {
          offsets.learn(exit: left - tail, of: camera, after: reference)
        }
      }
    }
  }
}

extension OpenPassage {
  /// How far one camera saw the vehicle go, in widths of its picture.
  func distance(in camera: Int) -> Double { abs(dossiers[camera].travel?.farthest ?? 0) }
}
