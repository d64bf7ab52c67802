import Foundation

/// What is counted of every camera, for metrics, health and summaries. Counts only grow.
public final class CameraCounters: Sendable {
  /// The counts of one camera.
  public struct Counts: Equatable, Sendable {
    /// Frames that the source gave.
    public var frames: UInt64 = 0
    /// Frames that the driver left out: gaps in the source's own count.
    public var missed: UInt64 = 0
    /// Frames that the camera left out without a gap in the count, judged by their times.
    public var skipped: UInt64 = 0
    /// Frames that came and were not kept, by reason.
    public var dropped: [DropReason: UInt64] = [:]
    /// Times that the source failed.
    public var errors: UInt64 = 0
    /// Times that a device was opened.
    public var openings: UInt64 = 0
    /// Controls that somebody else changed while the camera ran.
    public var controlDrifts: UInt64 = 0
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

  /// Counts one frame of `camera`, and the `missed` and `skipped` ones before it.
  public func countFrame(of camera: CameraPosition, at time: MonotonicTime, missed: UInt64, skipped: UInt64 = 0) {
    change(camera) {
      $0.frames += 1
      $0.missed += missed
      $0.skipped += skipped
      $0.lastFrameAt = time
    }
  }

  /// Counts one frame that was not kept.
  public func countDrop(of camera: CameraPosition, _ reason: DropReason) {
    change(camera) { $0.dropped[reason, default: 0] += 1 }
  }

  /// Counts one failure of the source.
  public func countError(of camera: CameraPosition) { change(camera) { $0.errors += 1 } }

  /// Counts one opening of a device.
  public func countOpening(of camera: CameraPosition) { change(camera) { $0.openings += 1 } }

  /// Counts controls that somebody else changed.
  public func countControlDrifts(of camera: CameraPosition, _ count: Int) {
    change(camera) { $0.controlDrifts += UInt64(count) }
  }

  /// The counts of all cameras of which something was counted, at one moment.
  public var snapshot: [CameraPosition: Counts] { lock.withLock { unsafe counts } }

  /// The counts of one camera.
  public subscript(camera: CameraPosition) -> Counts { lock.withLock { unsafe counts[camera] ?? Counts() } }

  private func change(_ camera: CameraPosition, _ change: (inout Counts) -> Void) {
    lock.withLock { unsafe change(&counts[camera, default: Counts()]) }
  }
}
