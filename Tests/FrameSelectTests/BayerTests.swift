import CameraIO
import Testing

@testable import FrameSelect

@Suite("Pictures as a sensor behind a Bayer filter has them")
struct BayerTests {
  typealias Format = FrameFormat.PixelFormat

  private static func plain(_ color: TestColor) -> TestPicture { TestPicture(width: 768, height: 24) { _, _ in color } }

  @Test(
    "Luma of every colour is BT.601's, in the small picture and in the one that is scored, whatever the order",
    arguments: ChartArrival.mosaics, TestPicture.chartColors)
  func luma(format: Format, color: TestColor) throws {
    let frame = try TestFrames.rawFrame(Self.plain(color), format, .full)
    let expected = color.codes(.bt601, .full)[0]
    for (name, pixels) in try [("small", LumaDecoder().decode(frame).pixels), ("half", HalfLuma(frame).pixels)] {
      #expect(pixels.allSatisfy { abs(Double($0) - expected) <= 1 }, "\(name): \(pixels[0]), not \(expected)")
    }
  }

  @Test("A mosaic read in the order of another one has wrong colours", arguments: ChartArrival.mosaics)
  func wrongOrder(format: Format) throws {
    let picture = TestPicture.chart()
    for other in ChartArrival.mosaics {
      let readAs = FrameFormat(width: picture.width, height: picture.height, pixelFormat: other)
      let bytes = picture.raw(FrameFormat(width: picture.width, height: picture.height, pixelFormat: format))
      let planes = try FrameDecoder().decode(TestFrames.frame(bytes, readAs))
      // In the middle of every patch.
      let worst = TestPicture.chartColors.enumerated().map { number, color in
        let at = (y: number / 4 * 32 + 16, x: number % 4 * 32 + 16)
        let codes = color.codes(.bt601, .limited)
        let (blue, red) = (
          planes.blue[at.y * planes.chromaStride + at.x], planes.red[at.y * planes.chromaStride + at.x]
        )
        return max(abs(Double(blue) - codes[1]), abs(Double(red) - codes[2]))
      }.max()!
      #expect(other == format ? worst <= 1 : worst > 20, "\(format) read as \(other): off by \(worst)")
    }
  }

  @Test("A border between two colours is where it was, to a pixel", arguments: ChartArrival.mosaics)
  func edge(format: Format) throws {
    let left = TestColor(200, 40, 40)
    let right = TestColor(40, 60, 200)
    let picture = TestPicture(width: 64, height: 64) { x, _ in x < 32 ? left : right }
    let planes = try FrameDecoder().decode(TestFrames.rawFrame(picture, format, .full))
    let (one, other) = (left.codes(.bt601, .limited), right.codes(.bt601, .limited))
    for (position, codes) in [(14, one), (17, other)] {
      #expect(abs(Double(planes.blue[7 * planes.chromaStride + position]) - codes[1]) <= 1)
      #expect(abs(Double(planes.red[7 * planes.chromaStride + position]) - codes[2]) <= 1)
    }
    #expect(abs(Double(planes.luma[20 * planes.lumaStride + 30]) - one[0]) <= 1)
    #expect(abs(Double(planes.luma[20 * planes.lumaStride + 33]) - other[0]) <= 1)
  }

  @Test("A plain wall has nothing sharp in it, however colourful it is", arguments: ChartArrival.mosaics)
  func wall(format: Format) throws {
    for color in TestPicture.chartColors {
      #expect(try FrameScore.measure(TestFrames.rawFrame(Self.plain(color), format, .full)).sharpness == 0)
    }
  }

  @Test(
    "A coloured scene scores as it does with a colour for every pixel, sharp or smeared",
    arguments: ChartArrival.mosaics)
  func score(format: Format) throws {
    let scene = Scenes.blocks(width: 320, height: 240)
    for smear in [1, 4, 12] {
      let bytes = Scenes.bytes(Scenes.smeared(scene, width: 320, across: smear, down: smear)).map(Int.init)
      let picture = TestPicture(width: 320, height: 240) { x, y in
        let value = bytes[y * 320 + x]
        return TestColor(value, value * 6 / 10 + 20, 230 - value * 8 / 10)
      }
      let whole = try FrameScore.measure(TestFrames.rawFrame(picture, .yuv444, .full))
      let mosaic = try FrameScore.measure(TestFrames.rawFrame(picture, format, .full))
      #expect(abs(mosaic.sharpness - whole.sharpness) < 0.04, "smeared by \(smear): \(mosaic), \(whole)")
      #expect(abs(mosaic.exposure - whole.exposure) < 0.03)
    }
  }

  @Test(
    "Small pictures keep their size and colour", arguments: ChartArrival.mosaics,
    [[2, 2], [2, 6], [6, 2], [34, 18]])
  func small(format: Format, size: [Int]) throws {
    let color = TestColor(40, 180, 60)
    let picture = TestPicture(width: size[0], height: size[1]) { _, _ in color }
    let frame = try TestFrames.rawFrame(picture, format, .full)
    let planes = try FrameDecoder().decode(frame)
    #expect([planes.width, planes.height] == size)
    let codes = color.codes(.bt601, .limited)
    #expect(planes.luma.prefix(size[0] * size[1]).allSatisfy { abs(Double($0) - codes[0]) <= 1 })
    #expect(planes.blue.prefix(size[0] * size[1] / 4).allSatisfy { abs(Double($0) - codes[1]) <= 1 })
    #expect(planes.red.prefix(size[0] * size[1] / 4).allSatisfy { abs(Double($0) - codes[2]) <= 1 })
    let seen = try #require(SeenPicture(webp: WebPEncoder().encode(planes)))
    #expect([seen.width, seen.height] == size)
    #expect(try LumaDecoder().decode(frame).pixels.allSatisfy { abs(Double($0) - color.codes(.bt601, .full)[0]) <= 1 })
  }

  /// What each of the three readers says.
  private func complaints(_ frame: Frame) -> [String] {
    var found: [String] = []
    do throws(LumaError) { _ = try LumaDecoder().decode(frame) } catch { found.append(error.description) }
    do throws(PictureError) { _ = try FrameDecoder().decode(frame) } catch { found.append("\(error.kind): \(error)") }
    do throws(PictureError) { _ = try FrameScore.measure(frame) } catch { found.append("\(error.kind): \(error)") }
    return found
  }

  @Test("Odd sizes, too few bytes and H.264 are refused by every reader, in one line", arguments: ChartArrival.mosaics)
  func refused(format: Format) throws {
    let cases: [(FrameFormat, Int, String, String)] = [
      (FrameFormat(width: 33, height: 18, pixelFormat: format), 33 * 18, "unsupported", "even sizes"),
      (FrameFormat(width: 34, height: 17, pixelFormat: format), 34 * 17, "unsupported", "even sizes"),
      (FrameFormat(width: 34, height: 18, pixelFormat: format), 34 * 18 - 1, "damaged", "611 bytes of 612"),
      (FrameFormat(width: 34, height: 18, pixelFormat: format), 0, "damaged", "0 bytes of 612"),
      (FrameFormat(width: 34, height: 18, pixelFormat: .h264), 500, "unsupported", "H"),
    ]
    for (shape, count, kind, words) in cases {
      let found = try complaints(TestFrames.frame([UInt8](repeating: 90, count: count), shape))
      #expect(found.count == 3 && found.allSatisfy { $0.contains(words) && !$0.contains("\n") }, "\(found)")
      #expect(found.dropFirst().allSatisfy { $0.hasPrefix(kind) }, "\(found)")
    }
  }
}
