/// What time it is, and how to let some of it pass: given from outside, so that tests need not wait.
public struct PaceClock: Sendable {
  /// The time now, on the lane's common time base.
  public let now: @Sendable () -> MonotonicTime
  /// Returns after about so many seconds.
  public let sleep: @Sendable (Double) -> Void

  /// A clock.
  public init(now: @escaping @Sendable () -> MonotonicTime, sleep: @escaping @Sendable (Double) -> Void) {
    self.now = now
    self.sleep = sleep
  }
}

/// A recording that plays camera: frames come at their own times, once or over and over.
///
/// Time zero of the recording is `epoch` on the clock; cameras with the same epoch and period stay together. Across loops
/// time and sequence numbers go on increasing.
public final class PacedSource: FrameSource {
  /// The camera whose frames these are.
  public let camera: CameraPosition
  /// Frames a second.
  public let nominalRate: Double
  /// How many times the recording was begun.
  public private(set) var loops = 1

  private let open: () throws(CameraError) -> RecordingSource
  private let clock: PaceClock
  private let isLooped: Bool
  private let period: Double?
  private let patience: Double?
  private var source: RecordingSource
  private var loopStart: MonotonicTime
  private var ahead: (arrival: FrameArrival, due: MonotonicTime)?
  private var arrivalsOfLoop = 0
  private var isAtEnd = false

  /// Plays what `open` opens, again for every loop.
  ///
  /// `period` is the length of one loop in seconds, the same for all cameras of a recording: its duration and one frame
  /// interval. Nil, or too short for this file: time of its last frame and one interval. Frames that could be taken only
  /// `patience` seconds after their time are left out, as a camera's driver does, and show as gaps in `sequence`; nil
  /// leaves none out. Throws what `open` throws.
  public init(
    looped isLooped: Bool, epoch: MonotonicTime, period: Double? = nil, patience: Double? = nil, clock: PaceClock,
    open: @escaping () throws(CameraError) -> RecordingSource
  ) throws(CameraError) {
    self.open = open
    self.clock = clock
    self.isLooped = isLooped
    self.period = period
    self.patience = patience
    let source = try open()
    source.timeShift = epoch.nanoseconds
    self.source = source
    loopStart = epoch
    camera = source.camera
    nominalRate = source.nominalRate
  }

  /// What was wrong with the file, as far as this loop has seen it.
  public var damage: RecordingDamage { source.damage }

  /// The next frame when its time has come; `nothing` when that is more than `seconds` away.
  public func next(into pool: FramePool, waitingAtMost seconds: Double) throws(CameraError) -> FrameArrival {
    let deadline = clock.now().advanced(bySeconds: min(max(0, seconds), 1e6))
    while !isAtEnd {
      guard let (arrival, due) = ahead else {
        guard try lookAhead(pool, waitingAtMost: deadline - clock.now()) else { return .nothing }
        continue
      }
      var now = clock.now()
      while now < due {
        guard now < deadline else { return .nothing }
        clock.sleep(min(due, deadline) - now)
        now = clock.now()
      }
      ahead = nil
      if let patience, now - due > patience, case .frame = arrival {
        if now >= deadline { return .nothing }
        continue
      }
      return arrival
    }
    return .endOfStream
  }

  /// Reads the next arrival, beginning the next loop where one ends; false when the source has nothing yet.
  private func lookAhead(_ pool: FramePool, waitingAtMost seconds: Double) throws(CameraError) -> Bool {
    let arrival = try source.next(into: pool, waitingAtMost: max(0, seconds))
    switch arrival {
    case .nothing: return false
    case .frame(let frame): ahead = (arrival, frame.time)
    // Dropped frames take their time too: a full pool must not make a recording run away.
    case .dropped: ahead = (arrival, source.lastTime ?? loopStart)
    case .endOfStream:
      // A file without a single picture would be opened over and over.
      guard isLooped, arrivalsOfLoop > 0 else {
        isAtEnd = true
        return true
      }
      try beginNextLoop()
      return true
    }
    arrivalsOfLoop += 1
    return true
  }

  private func beginNextLoop() throws(CameraError) {
    let lastEnd = (source.lastTime ?? loopStart).advanced(bySeconds: 1 / nominalRate)
    let wished = loopStart.advanced(bySeconds: period ?? 0)
    let next = try open()
    loopStart = max(lastEnd, wished)
    next.timeShift = loopStart.nanoseconds
    next.sequence = source.sequence
    source = next
    arrivalsOfLoop = 0
    loops += 1
  }
}
