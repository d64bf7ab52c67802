import CTurboJPEG
import CameraIO

/// Planes to the bytes of a JPEG, as a camera's own encoder makes them: 4:2:2, full range. One per thread.
@safe final class JPEGEncoder {
  private let handle: tjhandle
  private let quality: Int32
  private let capacity: Int
  private let buffer: UnsafeMutablePointer<UInt8>

  init(width: Int, height: Int, quality: Int) throws {
    guard let handle = unsafe tjInitCompress() else {
      throw RenderError(reason: "libturbojpeg gives no encoder; is there memory left?")
    }
    unsafe self.handle = unsafe handle
    self.quality = Int32(quality)
    capacity = Int(tjBufSize(Int32(width), Int32(height), Int32(TJSAMP_422.rawValue)))
    unsafe buffer = .allocate(capacity: capacity)
  }

  deinit {
    unsafe tjDestroy(handle)
    unsafe buffer.deallocate()
  }

  /// Gives the compressed picture to `use`; the bytes are gone afterwards.
  func encode(_ planes: FramePlanes, _ use: (RawSpan) throws -> Void) throws {
    var size = UInt(capacity)
    var target: UnsafeMutablePointer<UInt8>? = unsafe buffer
    let strides = [Int32(planes.width), Int32(planes.chromaWidth), Int32(planes.chromaWidth)]
    let sources: [UnsafePointer<UInt8>?] = unsafe [
      UnsafePointer(planes.luma), UnsafePointer(planes.blue), UnsafePointer(planes.red),
    ]
    let result = unsafe sources.withUnsafeBufferPointer { sources in
      unsafe strides.withUnsafeBufferPointer { strides in
        unsafe tjCompressFromYUVPlanes(
          handle, UnsafeMutablePointer(mutating: sources.baseAddress), Int32(planes.width), strides.baseAddress,
          Int32(planes.height), Int32(TJSAMP_422.rawValue), &target, &size, quality, TJFLAG_NOREALLOC)
      }
    }
    guard result == 0 else {
      throw RenderError(reason: "a picture could not be compressed: \(unsafe String(cString: tjGetErrorStr2(handle)))")
    }
    try use(unsafe UnsafeRawBufferPointer(start: buffer, count: Int(size)).bytes)
  }
}

/// What went wrong while rendering, in one line for people.
package struct RenderError: Error, CustomStringConvertible {
  package let reason: String
  package var description: String { reason }
}
