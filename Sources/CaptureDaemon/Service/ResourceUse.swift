import Foundation
import Glibc

/// What this process has used so far.
struct ResourceUse: Sendable {
  /// User and system time of all threads, seconds.
  let cpuSeconds: Double
  /// The most memory that was resident at once, bytes.
  let peakMemoryBytes: Int

  static var now: ResourceUse {
    var usage = rusage()
    unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let seconds = Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
    let microseconds = Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
    // Linux counts ru_maxrss in KiB (getrusage(2)).
    return ResourceUse(cpuSeconds: seconds + microseconds / 1e6, peakMemoryBytes: usage.ru_maxrss * 1024)
  }
}
