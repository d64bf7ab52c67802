import CameraIO

/// How far the traffic in front of one camera has gone, over time: the time base of a lane whose vehicles stop as they like.
///
/// Distances are in widths of that camera's picture along the vehicles' way. Before the first and after the last measurement the traffic is
/// taken to go on at the speed that it had there.
struct Odometer: Sendable {
  /// Seconds that are remembered after the newest measurement: what follows bumper to bumper takes no longer through the lane.
  static let memorySeconds = 120.0
  /// Seconds between two samples that are kept.
  static let interval = 0.1
  /// Seconds over which the speed at either end is taken.
  static let speedSeconds = 0.5
  /// Seconds at either end in which only a nose or a tail is seen, and too little of it to measure.
  static let vagueSeconds = 0.7

  private struct Sample {
    let time: MonotonicTime
    let distance: Double
  }

  private var samples: [Sample] = []
  private var last: (track: Int, position: Double)?
  private var distance = 0.0

  /// Takes in what a frame shows: the largest thing carries the traffic.
  mutating func take(_ things: [Thing], at time: MonotonicTime) {
    guard let thing = things.filter({ $0.travel != nil }).max(by: { $0.presence < $1.presence }),
      let position = thing.travel?.position
    else {
      last = nil
      return
    }
    // Another thing took over: what it went before is what the one before it went too.
    if let last, last.track == thing.track { distance += position - last.position }
    last = (thing.track, position)
    if samples.isEmpty || time - samples[samples.count - 1].time >= Self.interval {
      samples.append(Sample(time: time, distance: distance))
      samples.removeAll { time - $0.time > Self.memorySeconds }
    }
  }

  /// The lane is empty: nothing that is measured now has to do with what went before.
  mutating func reset() {
    samples = []
    last = nil
    distance = 0
  }

  /// The distance at a time; nil when too little was measured.
  func distance(at time: MonotonicTime) -> Double? {
    guard let (certain, entering, leaving) = certain(), let first = certain.first, let final = certain.last else {
      return nil
    }
    if time <= first.time { return first.distance - (first.time - time) * entering }
    if time >= final.time { return final.distance + (time - final.time) * leaving }
    guard let next = certain.firstIndex(where: { $0.time >= time }), next > certain.startIndex else {
      return first.distance
    }
    let (before, after) = (certain[next - 1], certain[next])
    return before.distance + (after.distance - before.distance) * (time - before.time) / (after.time - before.time)
  }

  /// When the traffic had gone a distance; nil when too little was measured, or when it stood at that end.
  func time(at distance: Double) -> MonotonicTime? {
    guard let (certain, entering, leaving) = certain(), let first = certain.first, let final = certain.last else {
      return nil
    }
    if distance <= first.distance {
      guard entering > 0.01 else { return nil }
      return first.time.advanced(bySeconds: (distance - first.distance) / entering)
    }
    guard let next = certain.firstIndex(where: { $0.distance >= distance }), next > certain.startIndex else {
      guard leaving > 0.01 else { return nil }
      return final.time.advanced(bySeconds: (distance - final.distance) / leaving)
    }
    let (before, after) = (certain[next - 1], certain[next])
    let share = after.distance > before.distance ? (distance - before.distance) / (after.distance - before.distance) : 1
    return before.time.advanced(bySeconds: (after.time - before.time) * share)
  }

  /// The samples that can be relied on, and the speeds at their two ends.
  private func certain() -> (ArraySlice<Sample>, entering: Double, leaving: Double)? {
    guard let first = samples.first, let final = samples.last else { return nil }
    let inner = samples.filter {
      $0.time - first.time >= Self.vagueSeconds && final.time - $0.time >= Self.vagueSeconds
    }[...]
    let certain = inner.count >= 3 ? inner : samples[...]
    guard certain.count >= 2, let begin = certain.first, let end = certain.last else { return nil }
    return (
      certain, speed(of: certain.prefix(while: { $0.time - begin.time <= Self.speedSeconds })),
      speed(of: certain.drop(while: { end.time - $0.time > Self.speedSeconds }))
    )
  }

  private func speed(of part: some Collection<Sample>) -> Double {
    let part = Array(part)
    guard let first = part.first, let final = part.last, final.time > first.time else { return 0 }
    return (final.distance - first.distance) / (final.time - first.time)
  }
}
