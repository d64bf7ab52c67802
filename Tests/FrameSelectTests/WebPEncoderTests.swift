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
    "From method 2 on a picture is quantised alike everywhere",
    arguments: [(0, true), (1, true), (2, false), (4, false)])
  func segments(method: Int, hasSegments: Bool) throws {
    let file = try WebPEncoder(settings: WebPSettings(method: method)).encode(planes())
    // RFC 9649 and RFC 6386: 12 bytes of RIFF, 8 of the chunk, 10 of the frame; then two flags and, third, whether there are segments.
    #expect(file[12..<16] == Array("VP8 ".utf8)[...])
    #expect(try #require(FlagReader(file[30...])).flags(3)[2] == hasSegments)
  }

  @Test(
    "The quality of a picture quantised alike is that of as many bytes",
    arguments: [(100.0, 100.0), (80, 78), (50, 45), (5, 0), (0, 0)])
  func uniform(quality: Double, expected: Double) { #expect(WebPEncoder.uniform(quality) == expected) }

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
    let picture = PlanarPicture(width: 16384, height: 1) { $0.luma.update(repeating: 16, count: 16384) }
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

  private func selected() throws -> SelectedFrame {
    let frame = try TestFrames.frame(
      Scenes.texture(width: 320, height: 200).jpeg(TJSAMP_420),
      FrameFormat(width: 320, height: 200, pixelFormat: .mjpeg), camera: .backRight, sequence: 7, at: 1.5)
    return SelectedFrame(
      candidate: Candidate(
        frame: frame, score: FrameScore(sharpness: 0.81234, exposure: 0.9), displacement: 1.25, presence: 1),
      reason: "sharpest of 3 & \"only\" <one>")
  }

  @Test("A picture says in its own file what it is, and shows the same as without")
  func label() throws {
    let label = PictureLabel(
      wallMilliseconds: 1_767_268_813_860, clock: "ntp", unit: "49578ed9", passage: "0198", exposureSeconds: 0.002)
    let bare = try WebPEncoder().image(of: selected(), named: "a.webp").bytes
    let image = try WebPEncoder().image(of: selected(), named: "a.webp", label: label).bytes
    #expect(SeenPicture(webp: bare)?.rgb == SeenPicture(webp: image)?.rgb)
    let packet = try #require(Self.chunk("XMP ", in: image))
    for part in [
      "xmp:CreateDate=\"2026-01-01T12:00:13.860Z\"", "capture:clock=\"ntp\"", "capture:unit=\"49578ed9\"",
      "capture:passage=\"0198\"", "capture:camera=\"backRight\"", "capture:frame=\"7\"",
      "capture:displacement=\"1.25\"", "capture:sharpness=\"0.8123\"", "exif:ExposureTime=\"2000/1000000\"",
      "capture:reason=\"sharpest of 3 &amp; &quot;only&quot; &lt;one>\"",
    ] {
      #expect(packet.contains(part), "\(part) in \(packet)")
    }
    #expect(Self.chunk("XMP ", in: bare) == nil)
  }

  /// The text of a chunk, read by the container's own description.
  private static func chunk(_ name: String, in file: [UInt8]) -> String? {
    var at = 12
    while at + 8 <= file.count {
      let count = (0..<4).reduce(0) { $0 | Int(file[at + 4 + $1]) << (8 * $1) }
      if file[at..<(at + 4)].elementsEqual(name.utf8) {
        return String(decoding: file[(at + 8)..<(at + 8 + count)], as: UTF8.self)
      }
      at += 8 + count + count % 2
    }
    return nil
  }

  @Test(
    "Moments are those of the calendar",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (1_709_251_199_999, "2024-02-29T23:59:59.999Z"), (4_102_444_800_000, "2100-01-01T00:00:00.000Z"),
      (-1, "1969-12-31T23:59:59.999Z"),
    ])
  func moments(milliseconds: Int64, text: String) {
    #expect(PictureLabel.moment(milliseconds) == text)
  }

  @Test("What would be too large is made with less quality and says so; what cannot be made small is an error")
  func budget() throws {
    let free = try WebPEncoder(settings: WebPSettings(quality: 90)).image(of: selected(), named: "a.webp")
    let label = PictureLabel(unit: "49578ed9")
    for share in [0.9, 0.5, 0.3] {
      let bound = Int(Double(free.bytes.count) * share)
      let encoder = WebPEncoder(settings: WebPSettings(quality: 90, maximumBytes: bound))
      let image = try encoder.image(of: selected(), named: "a.webp", label: label)
      #expect(image.bytes.count <= bound && image.bytes.count > bound / 2)
      #expect(image.reason.contains("; quality "))
    }
    #expect(!free.reason.contains("; quality "))
    let tiny = WebPEncoder(settings: WebPSettings(maximumBytes: 500))
    let error = #expect(throws: PictureError.self) { try tiny.image(of: selected(), named: "a.webp") }
    #expect(error?.reason.contains("500 are allowed; raise webp.maximumSize") == true)
  }
}

/// VP8's boolean decoder (RFC 6386, section 7) for flags that are as likely set as not.
private struct FlagReader {
  private var bytes: ArraySlice<UInt8>
  private var value: UInt32
  private var range: UInt32 = 255
  private var shifted = 0

  init?(_ bytes: ArraySlice<UInt8>) {
    guard bytes.count > 2 else { return nil }
    value = bytes.prefix(2).reduce(0) { $0 << 8 | UInt32($1) }
    self.bytes = bytes.dropFirst(2)
  }

  mutating func flag() -> Bool {
    let split = 1 + ((range - 1) * 128) >> 8
    let isSet = value >= split << 8
    if isSet { value -= split << 8 }
    range = isSet ? range - split : split
    while range < 128 {
      (value, range, shifted) = (value << 1, range << 1, shifted + 1)
      if shifted == 8 { (value, shifted) = (value | UInt32(bytes.popFirst() ?? 0), 0) }
    }
    return isSet
  }

  func flags(_ count: Int) -> [Bool] {
    var reader = self
    return (0..<count).map { _ in reader.flag() }
  }
}
