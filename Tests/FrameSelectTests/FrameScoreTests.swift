import CTurboJPEG
import CameraIO
import Testing

@testable import FrameSelect

@Suite("A score says how sharp and how well exposed a frame is")
struct FrameScoreTests {
  private let width = 320
  private let height = 240
  private static let scene = Scenes.blocks(width: 320, height: 240)
  private var scene: [Double] { Self.scene }

  private func score(_ pixels: [Double]) throws -> FrameScore {
    // Grey at the encoder's input, colour in the file: a grey picture as a colour camera sends it.
    let rgb = Scenes.bytes(pixels).flatMap { [$0, $0, $0] }
    let jpeg = TestFrames.jpeg(rgb, TJPF_RGB, width: width, height: height, TJSAMP_422, quality: 90)
    let format = FrameFormat(width: width, height: height, pixelFormat: .mjpeg)
    return try FrameScore.measure(TestFrames.frame(jpeg, format))
  }

  @Test(
    "The more a picture is smeared, the lower its sharpness", arguments: [[1, 0], [0, 1], [1, 1]], [0.0, 2.0])
  func smeared(direction: [Int], noise: Double) throws {
    var last = 1.0
    for length in [1, 2, 3, 4, 6, 8, 12, 16, 24, 32] {
      let across = direction[0] == 1 ? length : 1
      let down = direction[1] == 1 ? length : 1
      let blurred = Scenes.smeared(scene, width: width, across: across, down: down)
      // Noise comes after the blur: the sensor adds it.
      let sharpness = try score(Scenes.noisy(blurred, deviation: noise)).sharpness
      #expect(sharpness < last, "\(length) pixels: \(sharpness), before \(last)")
      #expect(sharpness > 0)
      last = sharpness
    }
  }

  @Test("Half the contrast or other light is no blur")
  func contrast() throws {
    let whole = try score(scene).sharpness
    for (contrast, brightness) in [(0.5, 0.0), (0.5, 40), (0.5, -40), (0.75, 10)] {
      let other = try score(Scenes.blocks(width: width, height: height, contrast: contrast, brightness: brightness))
      #expect(abs(other.sharpness - whole) < 0.03, "\(contrast), \(brightness): \(other.sharpness), not \(whole)")
      #expect(other.exposure > 0.95)
    }
    #expect(try score(Scenes.smeared(scene, width: width, across: 6)).sharpness < whole - 0.05)
  }

  @Test("Sharpness of sharp and of smeared pictures makes use of the range from 0 to 1")
  func range() throws {
    #expect(try score(scene).sharpness > 0.5)
    #expect(try score(Scenes.smeared(scene, width: width, across: 40, down: 40)).sharpness < 0.2)
    #expect(try score([Double](repeating: 90, count: 320 * 240)).sharpness == 0)
  }

  @Test("A raw frame scores like its JPEG", arguments: [FrameFormat.PixelFormat.yuyv, .uyvy, .nv12, .grey])
  func raw(pixelFormat: FrameFormat.PixelFormat) throws {
    let bytes = Scenes.bytes(scene)
    let picture = TestPicture(width: width, height: height) { x, y in
      TestColor(Int(bytes[y * 320 + x]), Int(bytes[y * 320 + x]), Int(bytes[y * 320 + x]))
    }
    let jpeg = try score(scene)
    for range in [FrameFormat.ColorRange.full, .limited] {
      let raw = try FrameScore.measure(TestFrames.rawFrame(picture, pixelFormat, range))
      #expect(abs(raw.sharpness - jpeg.sharpness) < 0.03, "\(raw), \(jpeg)")
      #expect(abs(raw.exposure - jpeg.exposure) < 0.03)
    }
  }

  @Test(
    "Burnt-out and black pixels lower the exposure by their share",
    arguments: [(0.0, 0.0, 1.0), (0.5, 0, 0.5), (0, 0.5, 0.5), (1, 0, 0), (0, 1, 0), (0.25, 0.25, 0.5625)])
  func exposure(black: Double, white: Double, expected: Double) throws {
    let picture = TestPicture(width: 320, height: 64) { x, _ in
      let place = Double(x) / 320
      let value = place < black ? 0 : place >= 1 - white ? 255 : 120
      return TestColor(value, value, value)
    }
    let full = try FrameScore.measure(TestFrames.rawFrame(picture, .yuyv, .full)).exposure
    let limited = try FrameScore.measure(TestFrames.rawFrame(picture, .nv12, .limited)).exposure
    #expect(abs(full - expected) < 0.01 && full == limited)
  }

  @Test("The same frame scores the same, bit for bit")
  func deterministic() throws {
    #expect(try score(scene) == score(scene))
  }

  @Test("Small pictures have a score, too", arguments: [[1, 1], [2, 2], [3, 1], [5, 7], [40, 70]])
  func small(size: [Int]) throws {
    let picture = TestPicture(width: size[0], height: size[1]) { x, y in TestColor(40 * (x % 5), 30 * (y % 4), 90) }
    let score = try FrameScore.measure(TestFrames.rawFrame(picture, .grey, .full))
    #expect((0...1).contains(score.sharpness) && (0...1).contains(score.exposure))
  }
}
