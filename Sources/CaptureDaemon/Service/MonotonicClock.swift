import CameraIO

/// The time base of live lanes: CLOCK_MONOTONIC, counted from when this process first asked.
///
/// V4L2 stamps its buffers by the same clock counted from boot; who brings such a frame into the lane moves its time by the
/// difference, or this clock's zero goes.
enum MonotonicClock {
  private static let zero = SuspendingClock.now

  /// Now; `SuspendingClock` reads CLOCK_MONOTONIC.
  static var now: MonotonicTime {
    let passed = (SuspendingClock.now - zero).components
    return MonotonicTime(nanoseconds: passed.seconds * 1_000_000_000 + passed.attoseconds / 1_000_000_000)
  }

  /// The same in seconds.
  static var seconds: Double { now.seconds }
}
