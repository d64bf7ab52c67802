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
  /// Widths of the picture at either end in which only a nose or a tail is seen: those are far away, and seem slow.
  static let vagueWidths = 0.5
  /// How slow they may seem.
  static let slowest = 3.0
  /// Widths a second below which the traffic stands.
  static let standing = 0.03

  private struct Sample {
    let time: MonotonicTime
    var distance: Double
  }

  private var samples: [Sample] = []
  private var last: [Int: Double] = [:]
  private var distance = 0.0

  /// Takes in what a frame shows: the largest thing that was there a frame ago carries the traffic.
  mutating func take(_ things: [Thing], at time: MonotonicTime) {
    let measured = things.filter { $0.travel != nil }
    defer { last = Dictionary(measured.map { ($0.track, $0.travel?.position ?? 0) }) { one, _ in one } }
    guard !measured.isEmpty else { return }
    let known = measured.filter { last[$0.track] != nil }.max { $0.presence < $1.presence }
    if let known, let position = known.travel?.position, let before = last[known.track] {
      distance += position - before
    }
    if samples.isEmpty || time - samples[samples.count - 1].time >= Self.interval {
      samples.append(Sample(time: time, distance: distance))
      samples.removeAll { time - $0.time > Self.memorySeconds }
    }
  }

  /// The lane is empty: nothing that is measured now has to do with what went before.
  mutating func reset() {
    samples = []
    last = [:]
    distance = 0
  }

  /// The distance at a time; nil when too little was measured.
  func distance(at time: MonotonicTime) -> Double? {
    guard let way = Way(samples, hasEnded: last.isEmpty) else { return nil }
    guard let next = way.samples.firstIndex(where: { $0.time >= time }) else {
      return way.last.distance + (time - way.last.time) * way.leaving
    }
    guard next > 0 else { return way.first.distance - (way.first.time - time) * way.entering }
    let (before, after) = (way.samples[next - 1], way.samples[next])
    return before.distance + (after.distance - before.distance) * (time - before.time) / (after.time - before.time)
  }

  /// When the traffic had gone a distance; nil when too little was measured, or when it stood at that end.
  func time(at distance: Double) -> MonotonicTime? {
    guard let way = Way(samples, hasEnded: last.isEmpty) else { return nil }
    guard let next = way.samples.firstIndex(where: { $0.distance >= distance }) else {
      guard way.leaving > Self.standing else { return nil }
      return way.last.time.advanced(bySeconds: (distance - way.last.distance) / way.leaving)
    }
    guard next > 0 else {
      guard way.entering > Self.standing else { return nil }
      return way.first.time.advanced(bySeconds: (distance - way.first.distance) / way.entering)
    }
    let (before, after) = (way.samples[next - 1], way.samples[next])
    let share = after.distance > before.distance ? (distance - before.distance) / (after.distance - before.distance) : 1
    return before.time.advanced(bySeconds: (after.time - before.time) * share)
  }

  /// All that was measured, as if it had been measured on the sides of the vehicles all the time.
  private struct Way {
    private(set) var samples: [Sample]
    /// Speeds of the first and the last side that was seen.
    private(set) var entering = 0.0
    private(set) var leaving = 0.0

    var first: Sample { samples[0] }
    var last: Sample { samples[samples.count - 1] }

    init?(_ measured: [Sample], hasEnded: Bool) {
      guard measured.count >= 2, let first = measured.first, let last = measured.last else { return nil }
      samples = measured
      let begin = measured.firstIndex { abs($0.distance - first.distance) >= Odometer.vagueWidths } ?? measured.count
      let end =
        hasEnded
        ? measured.lastIndex { abs(last.distance - $0.distance) >= Odometer.vagueWidths } ?? 0 : measured.count - 1
      guard end - begin >= 3 else {
        entering = Self.speed(measured.prefix { $0.time - first.time <= Odometer.speedSeconds })
        leaving = Self.speed(measured.drop { last.time - $0.time > Odometer.speedSeconds })
        return
      }
      entering = Self.speed(measured[begin...end].prefix { $0.time - measured[begin].time <= Odometer.speedSeconds })
      leaving = Self.speed(measured[begin...end].drop { measured[end].time - $0.time > Odometer.speedSeconds })
      let head = Self.scale(measured[...begin], to: entering)
      for index in 0..<begin {
        samples[index].distance =
          measured[begin].distance - head * (measured[begin].distance - measured[index].distance)
      }
      guard hasEnded else { return }
      let tail = Self.scale(measured[end...], to: leaving)
      for index in (end + 1)..<measured.count {
        samples[index].distance = measured[end].distance + tail * (measured[index].distance - measured[end].distance)
      }
    }

    /// By how much an end seemed slower than the side next to it.
    private static func scale(_ part: ArraySlice<Sample>, to speed: Double) -> Double {
      var (distance, seconds) = (0.0, 0.0)
      for (before, after) in zip(part, part.dropFirst()) {
        let elapsed = after.time - before.time
        guard abs(after.distance - before.distance) > Odometer.standing * elapsed else { continue }
        distance += after.distance - before.distance
        seconds += elapsed
      }
      guard seconds > 0, distance != 0 else { return 1 }
      return min(Odometer.slowest, max(1, speed * seconds / distance))
    }

    private static func speed(_ part: ArraySlice<Sample>) -> Double {
      guard let first = part.first, let last = part.last, last.time > first.time else { return 0 }
      return (last.distance - first.distance) / (last.time - first.time)
    }
  }
}
