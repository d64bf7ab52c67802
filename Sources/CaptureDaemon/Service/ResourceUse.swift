import CMalloc
import Foundation
import Glibc

/// What this process has used so far.
struct ResourceUse: Sendable {
  /// User and system time of all threads, seconds.
  let cpuSeconds: Double
  /// The most memory that was resident at once, bytes.
  let peakMemoryBytes: Int

  /// Memory resident now, bytes; nil where /proc cannot be read. Source: proc(5), the second figure of statm is in pages.
  static var residentBytes: Int? {
    guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
    let figures = text.split(separator: " ")
    guard figures.count > 1, let pages = Int(figures[1]) else { return nil }
    return pages * sysconf(Int32(_SC_PAGESIZE))
  }

  /// Gives what was freed back to the system: a thread's heap would keep the room that a passage took at its largest (malloc_trim(3)).
  static func giveBack() { _ = malloc_trim(0) }

  static var now: ResourceUse {
    var usage = rusage()
    unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let seconds = Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
    let microseconds = Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
    // Linux counts ru_maxrss in KiB (getrusage(2)).
    return ResourceUse(cpuSeconds: seconds + microseconds / 1e6, peakMemoryBytes: usage.ru_maxrss * 1024)
  }
}
