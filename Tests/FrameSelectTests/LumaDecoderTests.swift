import CameraIO
import Testing

@testable import FrameSelect

@Suite("Small grey pictures")
struct LumaDecoderTests {
  private let maker = FrameMaker()

  @Test(
    "Every size becomes a picture of 160 to 320 pixels where it can",
    arguments: [(1920, 1200), (1280, 720), (960, 540), (960, 1080), (768, 432), (640, 480), (320, 176), (176, 144)])
  func sizes(width: Int, height: Int) throws {
    let grey = FrameFormat(width: width, height: height, pixelFormat: .grey)
    let raw = try LumaDecoder().decode(
      maker.frame([UInt8](repeating: 90, count: width * height), format: grey))
    #expect(raw.width <= 320 && raw.width >= min(width, 160))
    #expect(Double(raw.width) * raw.scale <= Double(width))
    #expect(raw.pixels.allSatisfy { $0 == 90 })
    let jpeg = try FrameMaker.jpeg(width: width, height: height) { _, _ in 90 }
    let small = try LumaDecoder().decode(
      maker.frame(jpeg, format: FrameFormat(width: width, height: height, pixelFormat: .mjpeg)))
    #expect(small.width <= 320 && small.width >= min(width, 160))
    #expect(small.pixels.allSatisfy { abs(Int($0) - 90) <= 1 })
  }

  @Test(
    "All formats of the same picture give nearly the same small picture",
    arguments: FrameFormat.PixelFormat.allCases.filter { $0 != .h264 })
  func formats(pixelFormat: FrameFormat.PixelFormat) throws {
    let width = 960
    let height = 600
    // A slope to the right with a dark square: orientation and place are seen.
    func value(_ x: Int, _ y: Int) -> UInt8 {
      x >= 400 && x < 560 && y >= 100 && y < 300 ? 20 : UInt8(60 + x * 150 / width)
    }
    let format = FrameFormat(width: width, height: height, pixelFormat: pixelFormat)
    var bytes: [UInt8]
    if pixelFormat == .mjpeg {
      bytes = try FrameMaker.jpeg(width: width, height: height, value)
    } else {
      bytes = [UInt8](repeating: 200, count: try #require(format.byteCount))
      let step = pixelFormat == .yuyv || pixelFormat == .uyvy ? 2 : 1
      let offset = pixelFormat == .uyvy ? 1 : 0
      for y in 0..<height {
        for x in 0..<width { bytes[y * format.planes[0].bytesPerLine + x * step + offset] = value(x, y) }
      }
    }
    let picture = try LumaDecoder().decode(maker.frame(bytes, format: format))
    #expect(picture.width == 240 && picture.height == 150 && picture.scale == 4)
    for (x, y) in [(10, 10), (120, 50), (120, 140), (230, 30)] {
      let expected = Int(value(x * 4 + 2, y * 4 + 2))
      #expect(abs(Int(picture.pixels[y * 240 + x]) - expected) <= 3, "at \(x),\(y)")
    }
  }

  @Test("Padding before the end marker, as some cameras send it, is no damage")
  func padding() throws {
    let whole = try FrameMaker.jpeg(width: 640, height: 480) { x, y in UInt8((x * 7 + y * 13) % 256) }
    let format = FrameFormat(width: 640, height: 480, pixelFormat: .mjpeg)
    let padded = whole.dropLast(2) + [0, 0, 0, 0] + whole.suffix(2)
    let decoder = LumaDecoder()
    let small = try decoder.decode(maker.frame(Array(padded), format: format))
    #expect(try small == decoder.decode(maker.frame(whole, format: format)))
  }

  @Test("A damaged frame is refused in one line that names it")
  func damaged() throws {
    let whole = try FrameMaker.jpeg(width: 640, height: 480) { x, y in UInt8((x * 7 + y * 13) % 256) }
    let format = FrameFormat(width: 640, height: 480, pixelFormat: .mjpeg)
    let decoder = LumaDecoder()
    for bytes in [Array(whole.prefix(whole.count / 2)), Array(whole.dropFirst(100)), [0xFF, 0xD8, 0xFF]] {
      let frame = try maker.frame(bytes, format: format, sequence: 42, seconds: 1.5)
      do throws(LumaError) {
        _ = try decoder.decode(frame)
        Issue.record("\(bytes.count) bytes were accepted")
      } catch {
        #expect(error.description.contains("frame 42 of frontLeft"))
        #expect(!error.description.contains("\n"))
      }
    }
    // And the decoder goes on.
    #expect(try decoder.decode(maker.frame(whole, format: format)).width == 160)
    let short = try maker.frame([1, 2, 3], format: FrameFormat(width: 640, height: 480, pixelFormat: .yuyv))
    #expect(throws: LumaError.self) { try decoder.decode(short) }
  }

  @Test(
    "A JPEG that says another size than the camera's is damaged: taken for a picture it would make the lane forget its place",
    arguments: [(640, 480), (1920, 1200)], [(0, -16), (0, 16), (-16, 0), (0, 20_000)])
  func straySize(size: (Int, Int), change: (Int, Int)) throws {
    var bytes = try FrameMaker.jpeg(width: size.0, height: size.1) { x, y in UInt8((x * 7 + y * 13) % 256) }
    let header = try #require(bytes.indices.dropLast(9).first { bytes[$0] == 0xff && bytes[$0 + 1] == 0xc0 })
    let (width, height) = (size.0 + change.0, size.1 + change.1)
    bytes.replaceSubrange(
      (header + 5)..<(header + 9),
      with: [UInt8(height >> 8), UInt8(height & 255), UInt8(width >> 8), UInt8(width & 255)])
    let frame = try maker.frame(bytes, format: FrameFormat(width: size.0, height: size.1, pixelFormat: .mjpeg))
    let error = #expect(throws: LumaError.self) { try LumaDecoder().decode(frame) }
    #expect(error?.description.contains("the JPEG says \(width)x\(height)") == true)
  }
}
