/// When a camera that failed is opened again: at once, then after 1, 2 and 4 seconds, then every 4 seconds, for ever.
///
/// The longest wait decides how long a camera stays away after its cause has gone: with 4 s, a silent try in between
/// and slow openings included, it is back within 10 s whatever the cause was. A device that comes back is not waited for at all.
public struct ReopenPolicy: Equatable, Sendable {
  /// The first wait, seconds.
  public static let firstSeconds = 1.0
  /// The longest.
  public static let longestSeconds = 4.0
  /// No frame for so long is a failure: a driver does not tell of a camera that fell silent.
  public static let silenceSeconds = 2.0
  /// After so long a time with frames a camera is well again, and the next failure starts over.
  public static let settledSeconds = 10.0

  /// Failures since the camera was last well.
  public private(set) var failures = 0

  /// No failure yet.
  public init() {}

  /// The camera could not be opened, or its stream broke after `seconds` with frames: how long to wait before the next try.
  public mutating func broke(afterStreaming seconds: Double = 0) -> Double {
    note(seconds)
    return failures == 1 ? 0 : wait(failures - 1)
  }

  /// The stream gave frames for `seconds` and then fell silent. It is opened again at once: it had `patience` already.
  public mutating func fellSilent(afterStreaming seconds: Double) { note(seconds) }

  /// How long a stream may stay silent: the longer the more often opening it again was in vain, since an open stream goes on by
  /// itself when its camera does.
  public var patience: Double { max(Self.silenceSeconds, failures == 0 ? 0 : wait(failures)) }

  /// Something was plugged in or out: what failed before says little about now.
  public mutating func presenceChanged() { failures = min(failures, 1) }

  private mutating func note(_ seconds: Double) {
    if seconds >= Self.settledSeconds { failures = 0 }
    failures += 1
  }

  private func wait(_ number: Int) -> Double {
    min(Self.firstSeconds * Double(1 << min(number - 1, 20)), Self.longestSeconds)
  }
}
