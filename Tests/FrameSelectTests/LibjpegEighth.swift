import CTurboJPEG

@testable import FrameSelect

/// libjpeg's own grey picture at an eighth of the size: what the scan is held against, here and by the fuzzer.
enum LibjpegEighth {
  /// The picture of a JPEG; nil when it is not whole.
  static func picture(_ bytes: [UInt8]) -> LumaImage? {
    let handle = tjInitDecompress()
    defer { tjDestroy(handle) }
    var (width, height, code, colors): (CInt, CInt, CInt, CInt) = (0, 0, 0, 0)
    guard tjDecompressHeader3(handle, bytes, UInt(bytes.count), &width, &height, &code, &colors) == 0 else {
      return nil
    }
    let size = (width: (Int(width) + 7) / 8, height: (Int(height) + 7) / 8)
    var pixels = [UInt8](repeating: 0, count: size.width * size.height)
    let answer = tjDecompress2(
      handle, bytes, UInt(bytes.count), &pixels, CInt(size.width), 0, CInt(size.height), CInt(TJPF_GRAY.rawValue), 0)
    guard answer == 0 || JPEGReader.isPadding(String(cString: tjGetErrorStr2(handle))) else { return nil }
    return LumaImage(width: size.width, height: size.height, pixels: pixels, scale: 8)
  }
}
