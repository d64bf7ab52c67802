import CameraIO
import FrameSelect

/// Which frames of a lane are recorded when only passages are wanted: a pure automaton, frames with the lane's events in, frames to
/// be written out.
///
/// Frames wait until it is known whether they are wanted: the pre-roll of what may come, and what has begun and may be a vehicle.
/// They are written when it is one, and forgotten when it is none. What waits is bounded: an empty lane's pre-roll becomes
/// shorter, and a beginning that takes too long to prove itself is written whatever it turns out to be (docs/decisions/0005).
struct PassageCut {
  /// Seconds after a vehicle has left that still belong to its passage.
  static let postRollSeconds = 1.0
  /// How long after the end of the last passage a camera may still be behind the others.
  static let stragglerSeconds = 0.25

  /// So many vehicles are recorded.
  let passages: Int
  /// Seconds before a vehicle is noticed.
  let preRollSeconds: Double
  /// The most bytes of the pool that waiting frames may take.
  let holdBytes: Int
  /// When the first frame was taken that was given out to be written.
  private(set) var start: MonotonicTime?
  /// Vehicles that came and left.
  private(set) var seen = 0
  /// Beginnings that were no vehicles, and how many of them were written because they did not fit in memory.
  private(set) var dismissed = (all: 0, written: 0)
  /// Whether memory was too small for the whole pre-roll at some time.
  private(set) var isPreRollShortened = false

  /// What is in the lane and may be a vehicle, by number; its frames wait.
  private var suspects: Set<Int> = []
  /// What is in the lane and is a vehicle; its frames are written.
  private var vehicles: Set<Int> = []
  /// Whether the frames of what may be a vehicle no longer fit in memory and are written.
  private var isDoubtWritten = false
  private var writesUntil: MonotonicTime?
  private var newest: MonotonicTime?
  private var held: [Frame] = []
  private var heldBytes = 0

  /// Nothing has come yet.
  init(passages: Int, preRollSeconds: Double, holdBytes: Int) {
    self.passages = passages
    self.preRollSeconds = preRollSeconds
    self.holdBytes = holdBytes
  }

  /// Takes in the next frame and what the lane said about it; the frames to be written now, of each camera in order.
  mutating func take(_ frame: Frame, _ events: [LaneEvent]) -> [Frame] {
    newest = max(newest ?? frame.time, frame.time)
    var written: [Frame] = []
    for event in events {
      take(event)
      if !vehicles.isEmpty { written += release() }
    }
    let isTrailing = writesUntil.map { frame.time <= $0 } ?? false
    if !vehicles.isEmpty || isDoubtWritten || isTrailing {
      written.append(frame)
    } else if !isOver {
      written += hold(frame)
    }
    if start == nil { start = written.first?.time }
    return written
  }

  /// The stream is over, and this is what the lane said to it. What still waits is not written: nothing proved it a vehicle.
  mutating func finish(_ events: [LaneEvent]) {
    for event in events { take(event) }
    forget()
  }

  /// Whether all vehicles that were asked for are recorded to the end of their post-roll.
  var isOver: Bool {
    guard seen >= passages, let writesUntil, let newest else { return false }
    return newest > writesUntil.advanced(bySeconds: Self.stragglerSeconds)
  }

  private mutating func take(_ event: LaneEvent) {
    switch event {
    case .began(let number, _): suspects.insert(number)
    case .confirmed(let number, _):
      suspects.remove(number)
      vehicles.insert(number)
    case .settled, .drafted: break
    case .ended(let passage, _, _):
      seen += 1
      vehicles.remove(passage.number)
      if seen <= passages { writesUntil = passage.to.advanced(bySeconds: Self.postRollSeconds) }
    case .dismissed(let number, _, _, _, _):
      dismissed.all += 1
      if isDoubtWritten { dismissed.written += 1 }
      suspects.remove(number)
    }
    if suspects.isEmpty { isDoubtWritten = false }
  }

  private mutating func hold(_ frame: Frame) -> [Frame] {
    held.append(frame)
    heldBytes += frame.poolByteCount
    if !suspects.isEmpty {
      guard heldBytes > holdBytes else { return [] }
      isDoubtWritten = true
      return release()
    }
    let oldest = frame.time.advanced(bySeconds: -preRollSeconds)
    var kept = held.firstIndex { $0.time >= oldest } ?? held.count
    var bytes = heldBytes - held[..<kept].reduce(0) { $0 + $1.poolByteCount }
    while bytes > holdBytes, kept < held.count {
      bytes -= held[kept].poolByteCount
      kept += 1
      isPreRollShortened = true
    }
    held.removeFirst(kept)
    heldBytes = bytes
    return []
  }

  /// What waits, the oldest first whatever its camera, so that the recording begins with its earliest frame.
  private mutating func release() -> [Frame] {
    defer { forget() }
    return held.sorted { $0.time < $1.time }
  }

  private mutating func forget() {
    held = []
    heldBytes = 0
  }
}
