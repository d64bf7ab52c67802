import CameraIO
import Testing

@testable import FrameSelect

@Suite("The inner loops of a look")
struct LookKernelTests {
  @Test(
    "Of raw frames at an eighth a pixel is the mean of the two middle rows of its block",
    arguments: FrameFormat.PixelFormat.allCases.filter { !$0.isCoded && $0.mosaic == nil }, [1920, 1850])
  func eighth(pixelFormat: FrameFormat.PixelFormat, width: Int) throws {
    let format = FrameFormat(width: width, height: 50, pixelFormat: pixelFormat)
    var dice = Scenes.Dice(6)
    // Chroma is noise too: none of it may come through.
    let bytes = (0..<(try #require(format.byteCount))).map { _ in UInt8(truncatingIfNeeded: dice.next() >> 16) }
    let small = try LumaDecoder().decode(TestFrames.frame(bytes, format))
    #expect(small.width == width / 8 && small.height == 6 && small.scale == 8)
    let step = pixelFormat == .yuyv || pixelFormat == .uyvy ? 2 : 1
    let line = format.planes[0].bytesPerLine
    let expected = (0..<(small.width * small.height)).map { index in
      let (x, y) = (index % small.width, index / small.width)
      var sum = 8
      for row in [3, 4] {
        for column in 0..<8 {
          sum += Int(bytes[(8 * y + row) * line + (8 * x + column) * step + (pixelFormat == .uyvy ? 1 : 0)])
        }
      }
      return UInt8(sum / 16)
    }
    #expect(small.pixels == expected)
  }

  @Test("A grey frame that is small already is taken as it is")
  func copied() throws {
    let format = FrameFormat(width: 241, height: 3, pixelFormat: .grey)
    let bytes = (0..<(241 * 3)).map { UInt8($0 % 251) }
    let small = try LumaDecoder().decode(TestFrames.frame(bytes, format))
    #expect(small == LumaImage(width: 241, height: 3, pixels: bytes, scale: 1))
  }

  @Test(
    "The background follows alike whether four pixels go at a time or one", arguments: [0, 1, 700, 32768, 65535, 65536])
  func blend(part: UInt32) {
    var dice = Scenes.Dice(9)
    for _ in 0..<300 {
      let old = (0..<4).map { _ in UInt16(truncatingIfNeeded: dice.next() >> 9) % 65281 }
      let pixels = (0..<4).map { _ in UInt8(truncatingIfNeeded: dice.next() >> 9) }
      var (together, single) = (old, old)
      together.withUnsafeMutableBufferPointer {
        BackgroundBlend.move($0.baseAddress!, toward: pixels, by: part, count: 4)
      }
      single.withUnsafeMutableBufferPointer { background in
        for at in 0..<4 {
          BackgroundBlend.move(background.baseAddress! + at, toward: Array(pixels[at...]), by: part, count: 1)
        }
      }
      #expect(together == single)
      if part == 65536 { #expect(together == pixels.map { UInt16($0) << 8 }) }
      if part == 0 { #expect(together == old) }
    }
  }
}
