/// Room in the pool that one thread fills with one frame: sealed into a `Frame`, or given back when dropped.
public struct FrameLease: ~Copyable {
  private let slot: FramePool.Slot
  private let pool: FramePool
  private var isSealed = false

  init(slot: FramePool.Slot, pool: FramePool) {
    self.slot = slot
    self.pool = pool
  }

  deinit { if !isSealed { pool.giveBack(slot) } }

  /// Bytes that fit.
  public var capacity: Int { slot.capacity }

  /// Writes the bytes; the span is valid inside `body` only.
  public mutating func withBytes<Result, Failure: Error>(
    _ body: (inout MutableRawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let buffer = unsafe UnsafeMutableRawBufferPointer(start: slot.start, count: slot.capacity)
    var span = unsafe buffer.mutableBytes
    return try body(&span)
  }

  /// Makes the first `byteCount` bytes a frame that never changes again.
  public consuming func seal(
    byteCount: Int, camera: CameraPosition, sequence: UInt64, time: MonotonicTime, format: FrameFormat
  ) -> Frame {
    precondition(byteCount <= slot.capacity, "a frame of \(byteCount) bytes in a slot of \(slot.capacity)")
    isSealed = true
    return Frame(
      slot: slot, pool: pool, byteCount: byteCount, camera: camera, sequence: sequence, time: time, format: format)
  }
}
