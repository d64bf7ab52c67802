import Foundation

/// The wall clock, as the outbox counts it. It may jump: never for measuring how long something took.
enum WallClock {
  /// Milliseconds since 1970.
  static var nowMs: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }
}
