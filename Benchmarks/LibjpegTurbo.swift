import CTurboJPEG
import CameraIO

/// The peer for JPEGs: libjpeg-turbo with nothing around it.
@safe final class LibjpegTurbo {
  private let handle: tjhandle
  private let scratch: UnsafeMutablePointer<UInt8>
  private let planeBytes: Int

  init(width: Int, height: Int) throws {
    guard let handle = unsafe tjInitDecompress() else {
      throw BenchmarkError(description: "libturbojpeg gives no decoder; is there memory left?")
    }
    unsafe self.handle = handle
    planeBytes = (width + 16) * (height + 16)
    unsafe scratch = .allocate(capacity: 3 * planeBytes)
  }

  deinit {
    unsafe tjDestroy(handle)
    unsafe scratch.deallocate()
  }

  /// Luma alone at an eighth of the size.
  func greyEighth(_ frame: Frame) throws {
    try unsafe decode(frame) { start, count in
      let (width, height) = (Int32(frame.format.width + 7) / 8, Int32(frame.format.height + 7) / 8)
      return unsafe tjDecompress2(
        handle, start, count, scratch, width, 0, height, Int32(TJPF_GRAY.rawValue), TJFLAG_FASTDCT)
    }
  }

  /// All planes, whole.
  func planes(_ frame: Frame) throws {
    try unsafe decode(frame) { start, count in
      var planes: [UnsafeMutablePointer<UInt8>?] = unsafe [scratch, scratch + planeBytes, scratch + 2 * planeBytes]
      return unsafe tjDecompressToYUVPlanes(
        handle, start, count, &planes, Int32(frame.format.width), nil, Int32(frame.format.height), 0)
    }
  }

  private func decode(_ frame: Frame, _ body: (UnsafePointer<UInt8>?, UInt) -> Int32) throws {
    let answer = frame.withBytes { bytes in
      unsafe bytes.withUnsafeBytes { raw in
        // The header is read each time, as for every frame of a camera.
        var (width, height, code, colors): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        let start = unsafe raw.baseAddress?.assumingMemoryBound(to: UInt8.self)
        guard unsafe tjDecompressHeader3(handle, start, UInt(raw.count), &width, &height, &code, &colors) == 0 else {
          return Int32(-1)
        }
        return unsafe body(start, UInt(raw.count))
      }
    }
    guard answer == 0 else {
      throw BenchmarkError(
        description: "libjpeg-turbo refuses a picture: \(unsafe String(cString: tjGetErrorStr2(handle)))")
    }
  }
}
