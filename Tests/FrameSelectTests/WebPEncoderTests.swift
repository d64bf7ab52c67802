import CTurboJPEG
import CameraIO
import Testing

@testable import FrameSelect

@Suite("Planes become WebP files")
struct WebPEncoderTests {
  private func planes() throws -> PlanarPicture {
    try FrameDecoder().decode(TestFrames.jpegFrame(Scenes.texture(width: 321, height: 203), TJSAMP_422, quality: 90))
  }

  @Test("The same frame gives the same bytes every time")
  func deterministic() throws {
    let once = try WebPEncoder().encode(planes())
    #expect(try once == WebPEncoder().encode(planes()))
    #expect(once.prefix(4) == Array("RIFF".utf8)[...])
  }

  @Test("A higher quality takes more bytes")
  func quality() throws {
    let picture = try planes()
    let sizes = try [60.0, 80, 95].map { try WebPEncoder(settings: WebPSettings(quality: $0)).encode(picture).count }
    #expect(sizes == sizes.sorted() && sizes[0] < sizes[2])
  }

  @Test(
    "Settings out of range are refused with the range",
    arguments: [
      WebPSettings(quality: 101), WebPSettings(quality: -1), WebPSettings(quality: .nan), WebPSettings(method: 7),
      WebPSettings(filterStrength: 101), WebPSettings(method: .max),
    ])
  func refused(settings: WebPSettings) throws {
    let picture = try planes()
    let error = #expect(throws: PictureError.self) { try WebPEncoder(settings: settings).encode(picture) }
    #expect(error?.kind == .encoder)
    #expect(error?.reason.contains("0...100, 0...6, 0...100") == true)
  }

  @Test("A picture that is too large for WebP is an error with libwebp's reason")
  func tooLarge() {
    let picture = PlanarPicture(width: 16384, height: 1, lumaStride: 16384, lumaBytes: 16384)
    let error = #expect(throws: PictureError.self) { try WebPEncoder().encode(picture) }
    #expect(error?.reason == "WebP of 16384x1 failed: libwebp takes 1 to 16383 pixels each way")
  }

  @Test("An image carries what is said about it")
  func image() throws {
    let frame = try TestFrames.frame(
      Scenes.texture(width: 64, height: 48).jpeg(TJSAMP_420),
      FrameFormat(width: 64, height: 48, pixelFormat: .mjpeg), camera: .backRight, at: 1.5)
    let selected = SelectedFrame(
      candidate: Candidate(
        frame: frame, score: FrameScore(sharpness: 0.8, exposure: 0.9), displacement: 1.25, presence: 1),
      reason: "sharpest of 3")
    let image = try WebPEncoder().image(of: selected, named: "backRight_45.webp")
    #expect(image.camera == .backRight && image.fileName == "backRight_45.webp" && image.reason == "sharpest of 3")
    #expect(image.time == MonotonicTime(seconds: 1.5) && image.sharpness == 0.8 && image.displacement == 1.25)
    #expect([image.width, image.height] == [64, 48])
    let seen = try #require(SeenPicture(webp: image.bytes))
    #expect([seen.width, seen.height] == [64, 48])
  }
}
