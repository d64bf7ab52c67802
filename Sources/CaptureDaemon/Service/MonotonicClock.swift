import CameraIO

/// CLOCK_MONOTONIC, the time base of V4L2's timestamps and so of live lanes.
enum MonotonicClock {
  private static let zero = SuspendingClock.now

  /// Now. `SuspendingClock` reads CLOCK_MONOTONIC; its zero is taken at first use, which is all that a lane needs.
  static var now: MonotonicTime {
    let passed = (SuspendingClock.now - zero).components
    return MonotonicTime(nanoseconds: passed.seconds * 1_000_000_000 + passed.attoseconds / 1_000_000_000)
  }

  /// The same in seconds.
  static var seconds: Double { now.seconds }
}
