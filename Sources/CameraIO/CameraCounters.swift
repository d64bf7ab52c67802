import Foundation

/// What is counted of every camera, for metrics, health and summaries. Counts only grow.
public final class CameraCounters: Sendable {
  /// The counts of one camera.
  public struct Counts: Equatable, Sendable {
    /// Frames that the source gave.
    public var frames: UInt64 = 0
    /// Frames that the driver left out: gaps in the source's own count.
    public var missed: UInt64 = 0
    /// Frames that came and were not kept, by reason.
    public var dropped: [DropReason: UInt64] = [:]
    /// Times that the source failed.
    public var errors: UInt64 = 0
    /// Time of the newest frame; nil before the first.
    public var lastFrameAt: MonotonicTime?

    /// Nothing counted yet.
    public init() {}

    /// Frames that came and were not kept, for whatever reason.
    public var droppedInAll: UInt64 { dropped.values.reduce(0, +) }
  }

  private let lock = NSLock()
  nonisolated(unsafe) private var counts: [CameraPosition: Counts] = [:]  // guarded by `lock`

  /// Counters of no camera yet.
  public init() {}

  /// Counts one frame of `camera`, and the `missed` ones before it.
  public func countFrame(of camera: CameraPosition, at time: MonotonicTime, missed: UInt64) {
    change(camera) {
      $0.frames += 1
      $0.missed += missed
      $0.lastFrameAt = time
    }
  }

  /// Counts one frame that was not kept.
  public func countDrop(of camera: CameraPosition, _ reason: DropReason) {
    change(camera) { $0.dropped[reason, default: 0] += 1 }
  }

  /// Counts one failure of the source.
  public func countError(of camera: CameraPosition) { change(camera) { $0.errors += 1 } }

  /// The counts of all cameras of which something was counted, at one moment.
  public var snapshot: [CameraPosition: Counts] { lock.withLock { unsafe counts } }

  /// The counts of one camera.
  public subscript(camera: CameraPosition) -> Counts { lock.withLock { unsafe counts[camera] ?? Counts() } }

  private func change(_ camera: CameraPosition, _ change: (inout Counts) -> Void) {
    lock.withLock { unsafe change(&counts[camera, default: Counts()]) }
  }
}
