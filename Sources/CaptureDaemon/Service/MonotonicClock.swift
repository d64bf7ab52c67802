import CameraIO
import Glibc

/// The time base of live lanes: CLOCK_MONOTONIC from its own zero, the boot, as V4L2 stamps its buffers.
enum MonotonicClock {
  static var now: MonotonicTime {
    var time = timespec()
    // Fails for unknown clocks only, and this one is known to every Linux.
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  /// The same in seconds.
  static var seconds: Double { now.seconds }
}
