import CameraIO
import Foundation

// What cameras send, over cables that wobble. Built by Tests/Fuzz/fuzz with the sources of FrameSelect as one module, on top of the modules of an
// ordinary build.

private let pool = FramePool(byteBudget: 1 << 28)
// One for all, as for a camera: what a picture left behind is there when the next one comes. libFuzzer has one thread.
nonisolated(unsafe) private let scan = BlockMeanScan()
nonisolated(unsafe) private let decoder = LumaDecoder()

/// A JPEG of any kind: a small grey picture, a picture to measure, a picture to encode, or an error in one line. What is scanned without libjpeg is
/// libjpeg's own picture to the last bit.
func fuzzPictures(_ bytes: [UInt8]) {
  let head = bytes.withUnsafeBytes { raw in JPEGHead(raw) }
  let size = (width: head?.width ?? 1280, height: head?.height ?? 16)
  // Larger ones only take longer.
  guard size.width * size.height <= 1 << 21 else { return }
  let scanned = bytes.withUnsafeBytes { raw in head.flatMap { scan.picture(of: raw, $0) } }
  if let scanned, let whole = LibjpegEighth.picture(bytes) { precondition(scanned == whole, "not libjpeg's picture") }

  let format = FrameFormat(width: size.width, height: size.height, pixelFormat: .mjpeg)
  guard let frame = frame(bytes, format) else { return }
  do throws(LumaError) {
    let small = try decoder.decode(frame)
    precondition(small.pixels.count == small.width * small.height)
    precondition(Int((Double(size.width) / small.scale).rounded(.up)) == small.width, "a picture of another size")
  } catch {
    check(error.description)
  }
  do throws(PictureError) {
    let half = try HalfLuma(frame)
    precondition(half.pixels.count == half.width * half.height)
  } catch {
    check(error.description)
  }
  do throws(PictureError) { _ = try FrameDecoder().decode(frame) } catch { check(error.description) }
}

private func check(_ line: String) {
  precondition(line.utf8.count < 4096 && !line.unicodeScalars.contains { $0.value < 0x20 }, "not one line")
}

private func frame(_ bytes: [UInt8], _ format: FrameFormat) -> Frame? {
  guard var lease = pool.lease(capacity: max(1, bytes.count)) else { return nil }
  lease.withBytes { span in span.withUnsafeMutableBytes { $0.copyBytes(from: bytes) } }
  return lease.seal(
    byteCount: bytes.count, camera: .roofLeft, sequence: 0, time: MonotonicTime(nanoseconds: 0), format: format)
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  // Exactly as large as it is, so that a byte too far is seen.
  fuzzPictures(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
