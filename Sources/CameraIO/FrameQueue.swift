/// Hands frames from grabbers to the lane: bounded, many producers, one consumer.
///
/// When it is full either the oldest frame gives way (cameras) or the producer waits (replay). Closed, it still gives out
/// what it holds and then nil for ever.
public final class FrameQueue: Sendable {
  /// What became of a push.
  public enum Pushed: Sendable {
    /// It is in the queue.
    case queued
    /// It is in the queue, and the oldest one, which may be of another camera, left it.
    case queuedInstead(of: Frame)
    /// It is not: the queue is closed.
    case closed
    /// It is not: there was no room within the time allowed.
    case full
  }

  private struct State {
    // A ring: `count` frames from `first` on.
    var ring: [Frame?]
    var first = 0
    var count = 0
    var isClosed = false

    mutating func takeOldest() -> Frame? {
      guard count > 0 else { return nil }
      let frame = ring[first]
      ring[first] = nil
      first = (first + 1) % ring.count
      count -= 1
      return frame
    }

    mutating func add(_ frame: Frame) {
      ring[(first + count) % ring.count] = frame
      count += 1
    }
  }

  /// The most frames it holds.
  public let capacity: Int
  private let condition = TimedCondition()
  nonisolated(unsafe) private var state: State  // guarded by `condition`

  /// An empty queue for at most `capacity` frames (at least one).
  public init(capacity: Int) {
    self.capacity = max(1, capacity)
    unsafe state = State(ring: Array(repeating: nil, count: self.capacity))
  }

  /// Frames that wait now.
  public var count: Int { condition.withLock { unsafe state.count } }

  /// Whether it was closed.
  public var isClosed: Bool { condition.withLock { unsafe state.isClosed } }

  /// Adds a frame at once; of a full queue the oldest one gives way and is handed back, to be counted.
  public func push(_ frame: Frame) -> Pushed {
    condition.withLock {
      guard unsafe !state.isClosed else { return .closed }
      let oldest = unsafe state.count == capacity ? state.takeOldest() : nil
      unsafe state.add(frame)
      condition.wakeAll()
      return oldest.map { .queuedInstead(of: $0) } ?? .queued
    }
  }

  /// Adds a frame as soon as there is room, waiting at most `seconds`.
  public func push(_ frame: Frame, waitingAtMost seconds: Double) -> Pushed {
    condition.withLock {
      let isReady = condition.wait(atMost: seconds) { unsafe state.isClosed || state.count < capacity }
      guard unsafe !state.isClosed else { return .closed }
      guard isReady else { return .full }
      unsafe state.add(frame)
      condition.wakeAll()
      return .queued
    }
  }

  /// The oldest frame; nil when none came within `seconds`, or none ever will: see `isFinished`.
  public func pop(waitingAtMost seconds: Double) -> Frame? {
    condition.withLock {
      _ = condition.wait(atMost: seconds) { unsafe state.isClosed || state.count > 0 }
      guard let frame = unsafe state.takeOldest() else { return nil }
      condition.wakeAll()
      return frame
    }
  }

  /// Whether it is closed and empty: there will never be another frame.
  public var isFinished: Bool { condition.withLock { unsafe state.isClosed && state.count == 0 } }

  /// Ends it: nothing goes in any more, what is in it comes out, nobody waits.
  public func close() {
    condition.withLock {
      unsafe state.isClosed = true
      condition.wakeAll()
    }
  }
}
