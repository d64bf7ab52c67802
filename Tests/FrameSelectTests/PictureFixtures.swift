import CTurboJPEG
import CWebP
import CameraIO
import Foundation

@testable import FrameSelect

/// A colour, 0...1 each.
struct TestColor: Sendable, Hashable {
  var red: Double
  var green: Double
  var blue: Double

  init(_ red: Int, _ green: Int, _ blue: Int) {
    self.red = Double(red) / 255
    self.green = Double(green) / 255
    self.blue = Double(blue) / 255
  }

  /// 8-bit RGB, rounded.
  var bytes: [UInt8] { [red, green, blue].map { UInt8(($0 * 255).rounded()) } }

  /// Y, Cb, Cr as codes, by the definition of the standards: nothing of the code under test is used.
  func codes(_ matrix: FrameFormat.ColorMatrix, _ range: FrameFormat.ColorRange) -> [Double] {
    let (kr, kb) = matrix == .bt601 ? (0.299, 0.114) : (0.2126, 0.0722)
    let luma = kr * red + (1 - kr - kb) * green + kb * blue
    let blueness = (blue - luma) / (2 * (1 - kb))
    let redness = (red - luma) / (2 * (1 - kr))
    switch range {
    case .full: return [255 * luma, 128 + 255 * blueness, 128 + 255 * redness].map { min(255, max(0, $0)) }
    case .limited: return [16 + 219 * luma, 128 + 224 * blueness, 128 + 224 * redness]
    }
  }
}

/// A picture that tests paint, and every way in which a camera could send it.
struct TestPicture: Sendable {
  let width: Int
  let height: Int
  var pixels: [TestColor]

  init(width: Int, height: Int, paint: (Int, Int) -> TestColor) {
    self.width = width
    self.height = height
    pixels = (0..<(width * height)).map { paint($0 % width, $0 / width) }
  }

  /// Eight patches, 4 across and 2 down: black, white, grey and five colours, none of them out of range.
  static let chartColors = [
    TestColor(0, 0, 0), TestColor(255, 255, 255), TestColor(128, 128, 128), TestColor(200, 40, 40),
    TestColor(40, 180, 60), TestColor(40, 60, 200), TestColor(220, 200, 30), TestColor(30, 160, 190),
  ]

  static func chart(patch: Int = 64) -> TestPicture {
    TestPicture(width: 4 * patch, height: 2 * patch) { x, y in chartColors[y / patch * 4 + x / patch] }
  }

  subscript(x: Int, y: Int) -> TestColor { pixels[min(y, height - 1) * width + min(x, width - 1)] }

  /// One sample of plane `component` that stands for `across` x `down` pixels, in the middle of them.
  private func sample(
    _ component: Int, _ x: Int, _ y: Int, _ across: Int, _ down: Int, _ format: FrameFormat
  ) -> UInt8 {
    var sum = 0.0
    for dy in 0..<down {
      for dx in 0..<across {
        sum += self[x * across + dx, y * down + dy].codes(format.matrix, format.range)[component]
      }
    }
    return UInt8(min(255, max(0, (sum / Double(across * down)).rounded())))
  }

  private func plane(_ component: Int, _ across: Int, _ down: Int, _ format: FrameFormat) -> [UInt8] {
    let columns = (width + across - 1) / across
    let rows = (height + down - 1) / down
    return (0..<(columns * rows)).map { sample(component, $0 % columns, $0 / columns, across, down, format) }
  }

  /// The bytes of a raw frame.
  func raw(_ format: FrameFormat) -> [UInt8] {
    let luma = plane(0, 1, 1, format)
    switch format.pixelFormat {
    case .grey, .mjpeg: return luma
    case .h264: return []
    case .bggr8: return mosaic("BGGR")
    case .gbrg8: return mosaic("GBRG")
    case .grbg8: return mosaic("GRBG")
    case .rggb8: return mosaic("RGGB")
    case .yuv420: return luma + plane(1, 2, 2, format) + plane(2, 2, 2, format)
    case .yuv422: return luma + plane(1, 2, 1, format) + plane(2, 2, 1, format)
    case .yuv444: return luma + plane(1, 1, 1, format) + plane(2, 1, 1, format)
    case .nv12: return luma + zip(plane(1, 2, 2, format), plane(2, 2, 2, format)).flatMap { [$0, $1] }
    case .yuyv, .uyvy:
      let pairs = (width + 1) / 2
      let blue = plane(1, 2, 1, format)
      let red = plane(2, 2, 1, format)
      return (0..<(pairs * height)).flatMap { pair -> [UInt8] in
        let row = pair / pairs
        let left = luma[row * width + 2 * (pair % pairs)]
        let right = luma[row * width + min(2 * (pair % pairs) + 1, width - 1)]
        return format.pixelFormat == .yuyv
          ? [left, blue[pair], right, red[pair]] : [blue[pair], left, red[pair], right]
      }
    }
  }

  /// What a sensor behind a colour filter sees: of each pixel the colour that `order` has for its place in two rows of two.
  private func mosaic(_ order: String) -> [UInt8] {
    let colors = order.map { Array("RGB").firstIndex(of: $0)! }
    return pixels.indices.map { pixels[$0].bytes[colors[$0 / width % 2 * 2 + $0 % width % 2]] }
  }

  /// The picture as a JPEG, made by libturbojpeg from RGB.
  func jpeg(_ subsampling: TJSAMP, quality: Int = 100) -> [UInt8] {
    TestFrames.jpeg(pixels.flatMap(\.bytes), TJPF_RGB, width: width, height: height, subsampling, quality: quality)
  }
}

/// Frames as a camera would send them.
enum TestFrames {
  /// A JPEG made by libturbojpeg.
  static func jpeg(
    _ pixels: [UInt8], _ layout: TJPF, width: Int, height: Int, _ subsampling: TJSAMP, quality: Int
  ) -> [UInt8] {
    let handle = tjInitCompress()
    defer { tjDestroy(handle) }
    var out: UnsafeMutablePointer<UInt8>?
    var size: UInt = 0
    let answer = tjCompress2(
      handle, pixels, CInt(width), 0, CInt(height), CInt(layout.rawValue), &out, &size,
      CInt(bitPattern: subsampling.rawValue), CInt(quality), 0)
    defer { tjFree(out) }
    precondition(answer == 0, String(cString: tjGetErrorStr2(handle)))
    return [UInt8](UnsafeBufferPointer(start: out, count: Int(size)))
  }

  static func frame(
    _ bytes: [UInt8], _ format: FrameFormat, camera: CameraPosition = .roofLeft, sequence: UInt64 = 0,
    at seconds: Double = 0, pool: FramePool = FramePool(byteBudget: 1 << 28)
  ) throws -> Frame {
    guard var lease = pool.lease(capacity: max(1, bytes.count)) else { throw PoolIsFull() }
    lease.withBytes { span in
      span.withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
    }
    return lease.seal(
      byteCount: bytes.count, camera: camera, sequence: sequence, time: MonotonicTime(seconds: seconds), format: format)
  }

  static func jpegFrame(_ picture: TestPicture, _ subsampling: TJSAMP, quality: Int = 100) throws -> Frame {
    try frame(
      picture.jpeg(subsampling, quality: quality),
      FrameFormat(width: picture.width, height: picture.height, pixelFormat: .mjpeg))
  }

  static func rawFrame(
    _ picture: TestPicture, _ pixelFormat: FrameFormat.PixelFormat, _ range: FrameFormat.ColorRange,
    _ matrix: FrameFormat.ColorMatrix = .bt601
  ) throws -> Frame {
    let format = FrameFormat(
      width: picture.width, height: picture.height, pixelFormat: pixelFormat, range: range, matrix: matrix)
    return try frame(picture.raw(format), format)
  }
}

struct PoolIsFull: Error {}

/// What a viewer of the WebP sees.
struct SeenPicture {
  let width: Int
  let height: Int
  let rgb: [UInt8]

  init?(webp bytes: [UInt8]) {
    var width: CInt = 0
    var height: CInt = 0
    guard let pixels = WebPDecodeRGB(bytes, bytes.count, &width, &height) else { return nil }
    defer { WebPFree(pixels) }
    self.width = Int(width)
    self.height = Int(height)
    rgb = [UInt8](UnsafeBufferPointer(start: pixels, count: Int(width) * Int(height) * 3))
  }

  /// Mean colour of a rectangle, 0...255 each.
  func mean(x: Range<Int>, y: Range<Int>) -> [Double] {
    var sums = [0.0, 0.0, 0.0]
    for row in y {
      for column in x {
        for component in 0..<3 { sums[component] += Double(rgb[(row * width + column) * 3 + component]) }
      }
    }
    return sums.map { $0 / Double(x.count * y.count) }
  }
}

/// Every way in which a chart can arrive, by name.
enum ChartArrival: CustomStringConvertible, Sendable, CaseIterable {
  static let allCases: [ChartArrival] =
    [TJSAMP_444, TJSAMP_422, TJSAMP_440, TJSAMP_420, TJSAMP_411, TJSAMP_GRAY].map { .jpeg($0.rawValue) }
    + mosaics.map { .raw($0, .full, .bt601) }
    + FrameFormat.PixelFormat.allCases.filter { !$0.isCoded && !mosaics.contains($0) }.flatMap { format in
      [FrameFormat.ColorRange.full, .limited].flatMap { range in
        [FrameFormat.ColorMatrix.bt601, .bt709].map { .raw(format, range, $0) }
      }
    }

  static let mosaics: [FrameFormat.PixelFormat] = [.bggr8, .gbrg8, .grbg8, .rggb8]
  /// The ways in which every pixel has a colour of its own, or shares it with its neighbours.
  static let withoutMosaics = allCases.filter { arrival in
    if case .raw(let format, _, _) = arrival { !mosaics.contains(format) } else { true }
  }

  case jpeg(UInt32)
  case raw(FrameFormat.PixelFormat, FrameFormat.ColorRange, FrameFormat.ColorMatrix)

  var description: String {
    switch self {
    case .jpeg(let code): "JPEG subsampling \(code)"
    case .raw(let format, let range, let matrix): "\(format.rawValue) \(range) \(matrix)"
    }
  }

  func frame(of picture: TestPicture) throws -> Frame {
    switch self {
    case .jpeg(let code): try TestFrames.jpegFrame(picture, TJSAMP(code))
    case .raw(let format, let range, let matrix): try TestFrames.rawFrame(picture, format, range, matrix)
    }
  }

  /// Whether colour is lost on the way in.
  var isGrey: Bool {
    switch self {
    case .jpeg(let code): code == TJSAMP_GRAY.rawValue
    case .raw(let format, _, _): format == .grey
    }
  }

  /// The matrix whose luma a grey picture shows.
  var matrix: FrameFormat.ColorMatrix {
    if case .raw(_, _, let matrix) = self { matrix } else { .bt601 }
  }
}
