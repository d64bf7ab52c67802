/// Tells by their times which frames a camera left out without a gap in its count: USB cameras do, and their driver, which
/// counts what it gets, does not notice.
///
/// The rhythm is the camera's own, not the one it promised: a camera that takes longer exposures in the dark leaves nothing out.
struct FrameRhythm {
  /// So many frames must have come before anything is judged.
  static let leastFrames = 15
  /// A pause longer than this is an outage, which is told otherwise.
  static let outageSeconds = 2.0

  /// So many further frames may make up for a late one before it counts as left out.
  static let catchUpFrames = 4

  /// A distance that was too long, until the next frames tell whether frames were left out or only came late.
  private struct Pending {
    /// The frame before the long distance.
    var before: MonotonicTime
    /// How far the count went since then.
    var steps: UInt64 = 0
    var frames = 0
    /// Of them those that came at the old rhythm, or faster.
    var framesInTime = 0
    /// The fewest frames that are missing at any moment since then, and that moment: all that lateness cannot explain.
    var least = UInt64.max
    var leastAt: MonotonicTime?
    var stepsAtLeast: UInt64 = 0

    mutating func take(_ time: MonotonicTime, after last: MonotonicTime, _ steps: UInt64, interval: Double) {
      self.steps += steps
      frames += 1
      if (time - last) / interval - Double(steps) <= 0.5 { framesInTime += 1 }
      let missing = max(0, ((time - before) / interval).rounded() - Double(self.steps))
      guard UInt64(missing) <= least else { return }
      least = UInt64(missing)
      leastAt = time
      stepsAtLeast = self.steps
    }
  }

  private var last: (time: MonotonicTime, sequence: UInt64)?
  /// The newest distances of neighbouring frames, seconds; a ring.
  private var distances: [Double] = []
  private var next = 0
  private var learned = 0
  private var pending: Pending?

  /// Takes the next frame; how many frames were left out shortly before it.
  mutating func take(_ time: MonotonicTime, sequence: UInt64) -> UInt64 {
    defer { last = (time, sequence) }
    guard let last, sequence > last.sequence, time > last.time else {
      pending = nil
      return 0
    }
    let distance = time - last.time
    let steps = sequence - last.sequence
    guard distance < Self.outageSeconds else {
      pending = nil
      return 0
    }
    guard let interval else {
      learn(distance, steps)
      return 0
    }
    defer { learn(distance, steps) }
    if pending == nil {
      guard distance / interval - Double(steps) > 0.5 else { return 0 }
      pending = Pending(before: last.time)
    }
    pending?.take(time, after: last.time, steps, interval: interval)
    guard let judged = pending, judged.frames > Self.catchUpFrames else { return 0 }
    pending = nil
    // Every distance was too long: the camera has slowed down, as it does when it is getting dark.
    if judged.framesInTime == 0 {
      distances = []
      next = 0
      self.interval = nil
      return 0
    }
    // What is missing on top of that came after the moment of least: it is judged anew from there.
    if let leastAt = judged.leastAt, judged.stepsAtLeast < judged.steps, leastAt < last.time {
      var rest = Pending(before: leastAt)
      rest.take(time, after: leastAt, judged.steps - judged.stepsAtLeast, interval: interval)
      if rest.least > 0 { pending = rest }
    }
    return judged.least
  }

  /// The usual time from frame to frame, seconds: the mean of the middle half of the newest distances, which neither frames left
  /// out nor a camera that trembles can move; nil while too few have come.
  private(set) var interval: Double?

  private mutating func learn(_ distance: Double, _ steps: UInt64) {
    guard steps == 1 else { return }
    if distances.count < 2 * Self.leastFrames {
      distances.append(distance)
    } else {
      distances[next] = distance
      next = (next + 1) % distances.count
    }
    learned += 1
    guard learned.isMultiple(of: Self.leastFrames) else { return }
    let middle = distances.sorted()[distances.count / 4..<distances.count - distances.count / 4]
    interval = middle.reduce(0, +) / Double(middle.count)
  }
}
