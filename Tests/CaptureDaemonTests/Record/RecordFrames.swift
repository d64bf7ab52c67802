import CameraIO

/// Frames of a pool of the test's own: only camera and time matter, or the few bytes given.
struct RecordFrames {
  struct PoolIsEmpty: Error {}

  let pool: FramePool

  init(bytes: Int = 64 << 20) { pool = FramePool(byteBudget: bytes) }

  /// A frame that takes a page of the pool.
  func frame(
    _ camera: CameraPosition = .roofLeft, at seconds: Double, width: Int = 4, height: Int = 4,
    _ format: FrameFormat.PixelFormat = .grey
  ) throws -> Frame {
    let format = FrameFormat(width: width, height: height, pixelFormat: format)
    let count = format.byteCount ?? 16
    guard var lease = pool.lease(capacity: count) else { throw PoolIsEmpty() }
    lease.withBytes { bytes in
      for index in 0..<count {
        bytes.storeBytes(of: UInt8(truncatingIfNeeded: index), toByteOffset: index, as: UInt8.self)
      }
    }
    return lease.seal(
      byteCount: count, camera: camera, sequence: 0, time: MonotonicTime(seconds: seconds), format: format)
  }
}
