import CTurboJPEG
import CWebP

/// What others do with a JPEG, on memory that is there already.
@safe final class Peers {
  private let handle: tjhandle
  private let width: Int
  private let height: Int
  private var grey: [UInt8]
  private var blue: [UInt8]
  private var red: [UInt8]
  private var rgb: [UInt8]

  init(width: Int, height: Int) throws {
    guard let handle = unsafe tjInitDecompress() else { throw PictureBench.Failure("libturbojpeg gives no decoder") }
    unsafe self.handle = unsafe handle
    self.width = width
    self.height = height
    grey = [UInt8](repeating: 0, count: width * height)
    blue = [UInt8](repeating: 0, count: width * height / 2)
    red = blue
    rgb = [UInt8](repeating: 0, count: width * height * 3)
  }

  deinit { unsafe _ = tjDestroy(handle) }

  /// To the planes that are in the file, and nothing more.
  func decode(_ jpeg: [UInt8]) throws {
    let answer = unsafe grey.withUnsafeMutableBufferPointer { luma in
      unsafe blue.withUnsafeMutableBufferPointer { blue in
        unsafe red.withUnsafeMutableBufferPointer { red in
          var targets: [UnsafeMutablePointer<UInt8>?] = unsafe [luma.baseAddress, blue.baseAddress, red.baseAddress]
          return unsafe tjDecompressToYUVPlanes(
            handle, jpeg, UInt(jpeg.count), &targets, CInt(width), nil, CInt(height), 0)
        }
      }
    }
    try check(answer)
  }

  /// The camera's luma.
  func luma(_ jpeg: [UInt8]) throws -> [UInt8] {
    try decode(jpeg)
    return grey
  }

  /// A WebP file as `cwebp -q` makes it.
  func webp(_ jpeg: [UInt8], quality: Int) throws -> [UInt8] {
    try check(
      unsafe tjDecompress2(
        handle, jpeg, UInt(jpeg.count), &rgb, CInt(width), 0, CInt(height), CInt(TJPF_RGB.rawValue), 0))
    var config = WebPConfig()
    var picture = unsafe WebPPicture()
    guard unsafe WebPConfigInit(&config) != 0, unsafe WebPPictureInit(&picture) != 0 else {
      throw PictureBench.Failure("libwebp is of another version than this program was built for")
    }
    defer { unsafe WebPPictureFree(&picture) }
    config.quality = Float(quality)
    unsafe (picture.width, picture.height) = (CInt(width), CInt(height))
    var writer = unsafe WebPMemoryWriter()
    unsafe WebPMemoryWriterInit(&writer)
    defer { unsafe WebPMemoryWriterClear(&writer) }
    let isDone = unsafe withUnsafeMutablePointer(to: &writer) { writer in
      unsafe picture.writer = WebPMemoryWrite
      unsafe picture.custom_ptr = UnsafeMutableRawPointer(writer)
      return unsafe WebPPictureImportRGB(&picture, rgb, CInt(width * 3)) != 0 && WebPEncode(&config, &picture) != 0
    }
    guard isDone else { throw PictureBench.Failure("libwebp failed with \(unsafe picture.error_code.rawValue)") }
    return unsafe Array(UnsafeBufferPointer(start: writer.mem, count: writer.size))
  }

  /// What a viewer sees of a WebP file, as full-range luma.
  func seen(_ file: [UInt8]) throws -> [UInt8] {
    guard unsafe WebPDecodeRGBInto(file, file.count, &rgb, rgb.count, CInt(width * 3)) != nil else {
      throw PictureBench.Failure("libwebp cannot read its own file")
    }
    return (0..<(width * height)).map { pixel in
      let (red, green, blue) = (Float(rgb[3 * pixel]), Float(rgb[3 * pixel + 1]), Float(rgb[3 * pixel + 2]))
      return UInt8((0.299 * red + 0.587 * green + 0.114 * blue).rounded())
    }
  }

  private func check(_ answer: CInt) throws {
    guard answer != 0 else { return }
    throw PictureBench.Failure("libturbojpeg: \(unsafe String(cString: tjGetErrorStr2(handle)))")
  }
}
