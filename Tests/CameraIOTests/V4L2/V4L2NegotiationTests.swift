import Foundation
import Testing

@testable import CameraIO

@Suite("Negotiation of format, size and rate")
struct V4L2NegotiationTests {
  let node = ScriptedNode()

  func negotiate(_ wish: V4L2Wish = .small) throws(CameraError) -> V4L2Negotiation {
    try V4L2Negotiation(node, node.answer, wish, subject: "/dev/cam")
  }

  static func raw(_ name: String, _ width: Int, _ height: Int, _ planes: [(Int, Int)]) -> V4L2Format {
    V4L2Format(
      fourCC: FourCC(name), size: V4L2Size(width: width, height: height),
      planes: planes.map { V4L2Format.Plane(bytesPerLine: $0.0, sizeImage: $0.1) }, range: .limited, matrix: .bt709)
  }

  @Test("What is asked for and given as asked deviates from nothing")
  func asAsked() throws {
    let given = try negotiate()
    #expect(given.deviations.isEmpty)
    #expect(given.layout.isCompressed)
    #expect(given.layout.format == FrameFormat(width: 64, height: 48, pixelFormat: .mjpeg))
    #expect(given.rate == 30)
  }

  @Test("Another size, another format and another rate are taken and told, with what the camera has")
  func deviations() throws {
    node.offered = [
      FourCC("YUYV"): [V4L2Size(width: 640, height: 480), V4L2Size(width: 320, height: 240)],
      FourCC("H265"): [],
    ]
    node.grant = { _, _ in Self.raw("YUYV", 640, 480, [(1280, 614_400)]) }
    node.rate = { _ in 15 }
    let given = try negotiate(V4L2Wish(pixelFormat: .mjpeg, width: 1920, height: 1200, rate: 30))
    #expect(
      given.deviations == [
        "gives YUYV in place of MJPG; it offers YUYV 640x480 320x240 and 1 more",
        "gives 640x480 in place of 1920x1200; its sizes in YUYV are 640x480, 320x240",
        "promises 15 frames/s in place of 30",
      ])
    #expect(
      given.layout.format == FrameFormat(width: 640, height: 480, pixelFormat: .yuyv, range: .limited, matrix: .bt709))
  }

  @Test("A rate of 29.97 is 30, and a driver that does not tell a rate is believed to keep the wish")
  func rates() throws {
    node.rate = { _ in 29.97 }
    #expect(try negotiate().deviations.isEmpty)
    node.rate = { _ in nil }
    #expect(try negotiate().rate == nil)
    node.failures = ["S_PARM": [ENOTTY]]
    #expect(try negotiate().rate == nil)
  }

  @Test("A format that nobody here can read is refused with what the camera offers")
  func unreadable() {
    node.offered = [FourCC("H265"): [], FourCC("Y10 "): []]
    node.grant = { _, _ in Self.raw("H265", 64, 48, [(0, 1000)]) }
    #expect(
      throws: CameraError(
        .unreadable, "/dev/cam",
        "gives H265, which cannot be read, in place of MJPG; it offers only Y10, H265")
    ) { try negotiate() }
  }

  @Test(
    "What keeps a camera from being set up has its own kind and says so",
    arguments: [(EBUSY, CameraError.Kind.busy), (EINVAL, .unreadable), (ENODEV, .notFound), (EIO, .unreadable)])
  func refusals(code: Int32, kind: CameraError.Kind) {
    node.failures = ["S_FMT": [code]]
    do {
      _ = try negotiate()
      Issue.record("it was accepted")
    } catch {
      #expect(error.kind == kind)
      #expect(!error.reason.contains("\n"))
    }
  }

  @Test("A node that captures nothing or cannot stream is no camera")
  func noCamera() {
    node.answer.isCapture = false
    #expect(throws: CameraError.self) { try negotiate() }
    node.answer.isCapture = true
    node.answer.isStreaming = false
    #expect(throws: CameraError.self) { try negotiate() }
  }

  @Test("Of a multi-planar driver's formats the one with a plane of memory for each plane of picture is found")
  func multiPlanar() throws {
    node.answer.isCapture = false
    node.answer.isMultiPlanarCapture = true
    node.offered = [FourCC("NM12"): [], FourCC("YUYV"): []]
    node.grant = { format, size in
      #expect(format == FourCC("NM12"))
      return Self.raw("NM12", size.width, size.height, [(64, 3072), (64, 1536)])
    }
    let given = try negotiate(V4L2Wish(pixelFormat: .nv12, width: 64, height: 48, rate: 30))
    #expect(given.isMultiPlanar)
    #expect(given.deviations.isEmpty)
    #expect(given.driverFormat.planes.count == 2)
  }

  @Test("A driver whose rows are shorter than their picture is refused")
  func contradiction() {
    node.grant = { _, size in Self.raw("YUYV", size.width, size.height, [(100, 9600)]) }
    #expect(throws: CameraError.self) {
      try negotiate(V4L2Wish(pixelFormat: .yuyv, width: 64, height: 48, rate: 30))
    }
  }

  @Test("A driver whose buffers are smaller than their picture is refused; one that states no sizes is not")
  func smallBuffers() {
    #expect(V4L2PictureLayout(.yuyv, Self.raw("YUYV", 64, 48, [(128, 6143)])) == nil)
    #expect(V4L2PictureLayout(.yuyv, Self.raw("YUYV", 64, 48, [(128, 6144)])) != nil)
    #expect(V4L2PictureLayout(.yuyv, Self.raw("YUYV", 64, 48, [(128, 0)])) != nil)
    #expect(V4L2PictureLayout(.nv12, Self.raw("NM12", 64, 48, [(64, 3072), (64, 1535)])) == nil)
  }

  @Test("Grey pictures are full range unless the driver itself says otherwise")
  func greyRange() throws {
    var format = Self.raw("GREY", 64, 48, [(64, 3072)])
    #expect(try #require(V4L2PictureLayout(.grey, format)).format.range == .full)
    format.isLimitedStated = true
    #expect(try #require(V4L2PictureLayout(.grey, format)).format.range == .limited)
  }
}
