import CTurboJPEG
import CameraIO
import TestSupport
import Testing

@testable import FrameSelect

/// Makes frames out of bytes, for tests.
struct FrameMaker {
  struct OutOfMemory: Error {}

  let pool = FramePool(byteBudget: 256 << 20)

  func frame(
    _ bytes: [UInt8], format: FrameFormat, camera: CameraPosition = .frontLeft, sequence: UInt64 = 0,
    seconds: Double = 0
  ) throws -> Frame {
    guard var lease = pool.lease(capacity: bytes.count) else { throw OutOfMemory() }
    lease.withBytes { span in
      span.withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
    }
    return lease.seal(
      byteCount: bytes.count, camera: camera, sequence: sequence, time: MonotonicTime(seconds: seconds),
      format: format)
  }

  /// A grey frame of the picture, pixel for pixel.
  func frame(_ picture: LumaImage, camera: CameraPosition, sequence: UInt64, seconds: Double) throws -> Frame {
    try frame(
      picture.pixels, format: FrameFormat(width: picture.width, height: picture.height, pixelFormat: .grey),
      camera: camera, sequence: sequence, seconds: seconds)
  }

  /// A JPEG of `width` x `height` with these grey values.
  static func jpeg(width: Int, height: Int, _ value: (Int, Int) -> UInt8) throws -> [UInt8] {
    var grey = [UInt8](repeating: 0, count: width * height)
    for y in 0..<height { for x in 0..<width { grey[y * width + x] = value(x, y) } }
    let compressor = try #require(tjInitCompress())
    defer { tjDestroy(compressor) }
    var out: UnsafeMutablePointer<UInt8>?
    var size: UInt = 0
    let result = tjCompress2(
      compressor, grey, Int32(width), 0, Int32(height), Int32(TJPF_GRAY.rawValue), &out, &size,
      Int32(TJSAMP_GRAY.rawValue), 90, 0)
    defer { tjFree(out) }
    try #require(result == 0)
    return Array(UnsafeBufferPointer(start: out, count: Int(size)))
  }
}

extension DrawnVehicle {
  /// The same as a grey picture.
  var picture: LumaImage { LumaImage(width: width, height: height, pixels: pixels, scale: 1) }
}
