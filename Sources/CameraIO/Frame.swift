/// One picture of one camera, immutable from here on and shared by everybody who needs it.
///
/// Its bytes lie in the pool and go back there when the last reference is gone.
public final class Frame: Sendable {
  /// The camera that saw it.
  public let camera: CameraPosition
  /// The source's own count: a gap says that the driver left frames out.
  public let sequence: UInt64
  /// When it was exposed, on the lane's common time base.
  public let time: MonotonicTime
  /// How to read the bytes.
  public let format: FrameFormat
  /// How many bytes.
  public let byteCount: Int

  private let slot: FramePool.Slot
  private let pool: FramePool

  init(
    slot: FramePool.Slot, pool: FramePool, byteCount: Int, camera: CameraPosition, sequence: UInt64,
    time: MonotonicTime, format: FrameFormat
  ) {
    self.slot = slot
    self.pool = pool
    self.byteCount = byteCount
    self.camera = camera
    self.sequence = sequence
    self.time = time
    self.format = format
  }

  deinit { pool.giveBack(slot) }

  /// How many bytes of the pool it keeps from others: its bytes, rounded up.
  public var poolByteCount: Int { slot.capacity }

  /// Reads the bytes; the span is valid inside `body` only.
  public func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let bytes = unsafe UnsafeRawBufferPointer(start: slot.start, count: byteCount)
    return try unsafe body(bytes.bytes)
  }
}
