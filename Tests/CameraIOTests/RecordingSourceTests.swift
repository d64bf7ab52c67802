import Foundation
import TestSupport
import Testing

@testable import CameraIO

/// Everything a source gave.
struct Played {
  var times: [Int64] = []
  var sequences: [UInt64] = []
  var formats: [FrameFormat] = []
  var sums: [Int] = []
  var bytes: [[UInt8]] = []
  var dropped: [DropReason] = []

  /// Plays a source to its end; frames are given back at once.
  init(_ source: any FrameSource, keepBytes: Bool = false, budget: Int = 32 << 20) throws {
    let pool = FramePool(byteBudget: budget)
    while true {
      switch try source.next(into: pool, waitingAtMost: 60) {
      case .frame(let frame):
        times.append(frame.time.nanoseconds)
        sequences.append(frame.sequence)
        formats.append(frame.format)
        let content = frame.withBytes { $0.withUnsafeBytes { Array($0) } }
        sums.append(content.reduce(0) { ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF })
        if keepBytes { bytes.append(content) }
      case .dropped(let reason): dropped.append(reason)
      case .nothing: Issue.record("the source waited in vain")
      case .endOfStream:
        #expect(pool.bytesInUse == 0)
        return
      }
    }
  }

  var milliseconds: [Double] { times.map { (Double($0) / 1e5).rounded() / 10 } }
}

@Suite("Frames out of video files")
struct RecordingSourceTests {
  static func source(_ path: String, origin: RecordingSource.TimeOrigin = .firstFrame) throws -> RecordingSource {
    try RecordingSource(path: path, camera: .roofLeft, timeOrigin: origin)
  }

  struct Case: CustomTestStringConvertible, Sendable {
    let file: String
    let encoding: [String]
    let format: FrameFormat
    var testDescription: String { file + " " + encoding.joined(separator: " ") }

    init(_ file: String, _ encoding: String, _ pixelFormat: FrameFormat.PixelFormat, _ range: FrameFormat.ColorRange) {
      self.file = file
      self.encoding = encoding.split(separator: " ").map(String.init)
      // H.264 and MPEG-4 have their chroma at the left of each pair, as their standards say where a stream does not.
      let isLeft = encoding.contains("libx264") || encoding.contains("mpeg4")
      format = FrameFormat(
        width: 64, height: 48, pixelFormat: pixelFormat, range: range, matrix: .bt601, siting: isLeft ? .left : .middle)
    }
  }

  static let cases: [Case] = [
    Case("a.mov", "-c:v mjpeg -q:v 3", .mjpeg, .full),
    Case("a.avi", "-c:v mjpeg -q:v 3", .mjpeg, .full),
    Case("a.mkv", "-c:v mjpeg -q:v 3", .mjpeg, .full),
    Case("a.nut", "-c:v mjpeg -q:v 3", .mjpeg, .full),
    Case("a.nut", "-c:v rawvideo -pix_fmt yuyv422", .yuyv, .limited),
    Case("a.avi", "-c:v rawvideo -pix_fmt yuyv422", .yuyv, .limited),
    Case("a.mov", "-c:v rawvideo -pix_fmt yuyv422", .yuyv, .limited),
    Case("a.mov", "-c:v rawvideo -pix_fmt uyvy422", .uyvy, .limited),
    Case("a.mkv", "-c:v rawvideo -pix_fmt uyvy422", .uyvy, .limited),
    Case("a.nut", "-c:v rawvideo -pix_fmt nv12", .nv12, .limited),
    Case("a.nut", "-c:v rawvideo -pix_fmt yuv420p", .yuv420, .limited),
    Case("a.avi", "-c:v rawvideo -pix_fmt yuv420p", .yuv420, .limited),
    Case("a.avi", "-c:v rawvideo -pix_fmt yuv420p -vtag YV12", .yuv420, .limited),
    Case("a.nut", "-c:v rawvideo -pix_fmt yuv422p", .yuv422, .limited),
    Case("a.nut", "-c:v rawvideo -pix_fmt yuv444p", .yuv444, .limited),
    Case("a.nut", "-c:v rawvideo -pix_fmt gray", .grey, .full),
    Case("a.nut", "-c:v rawvideo -pix_fmt yuv422p10le", .yuv422, .limited),
    Case("a.mp4", "-c:v libx264 -bf 3 -g 10 -pix_fmt yuv420p", .yuv420, .limited),
    Case("a.mkv", "-c:v libx264 -bf 3 -g 10 -pix_fmt yuv420p", .yuv420, .limited),
    Case("a.ts", "-c:v libx264 -bf 3 -g 10 -pix_fmt yuv420p", .yuv420, .limited),
    Case("a.mp4", "-c:v libx264 -pix_fmt yuvj420p", .yuv420, .full),
    Case("a.mp4", "-c:v libx264 -pix_fmt yuv422p", .yuv422, .limited),
    Case("a.mp4", "-c:v libx264 -pix_fmt yuv444p", .yuv444, .limited),
    Case("a.mp4", "-c:v libx264 -pix_fmt yuv420p10le", .yuv420, .limited),
    Case("a.mp4", "-c:v mpeg4 -bf 2 -q:v 3", .yuv420, .limited),
    Case("a.webm", "-c:v libvpx-vp9 -pix_fmt yuv420p", .yuv420, .limited),
    Case("a.mkv", "-c:v ffv1 -pix_fmt yuv420p16le", .yuv420, .limited),
    Case("a.avi", "-c:v huffyuv -pix_fmt yuv422p", .yuv422, .limited),
  ]

  @Test("Every frame comes once, in order, at index / rate, in the format of its source", arguments: cases)
  func playsFormats(file: Case) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file(file.file)
    try Fixtures.video(path, frames: 12, encoding: file.encoding)
    let source = try Self.source(path)
    let played = try Played(source)
    #expect(played.milliseconds == (0..<12).map { Double($0) * 40 })
    #expect(played.sequences == Array(0..<12))
    #expect(Set(played.formats) == [file.format])
    #expect(Set(played.sums).count == 12, "every frame is another picture")
    #expect(played.dropped.isEmpty)
    #expect(source.damage.isNone, "\(source.damage)")
    #expect(abs(source.nominalRate - 25) < 0.01)
  }

  @Test(
    "Pictures are the ones that ffmpeg decodes, byte for byte",
    arguments: [
      ("a.mp4", "-c:v libx264 -bf 3", "yuv420p"), ("a.avi", "-c:v rawvideo -pix_fmt yuyv422", "yuyv422"),
      ("a.mov", "-c:v rawvideo -pix_fmt yuyv422", "yuyv422"), ("a.avi", "-c:v rawvideo -vtag YV12", "yuv420p"),
      ("a.nut", "-c:v rawvideo -pix_fmt nv12", "nv12"), ("a.nut", "-c:v rawvideo -pix_fmt gray", "gray"),
      ("a.mp4", "-c:v libx264 -pix_fmt yuv444p", "yuv444p"),
    ], ["64x48", "66x50"])
  func playsTheSamePictures(file: (name: String, encoding: String, pixels: String), size: String) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file(file.name)
    try Fixtures.video(path, frames: 5, size: size, encoding: file.encoding.split(separator: " ").map(String.init))
    let decoded = directory.file("decoded.raw")
    try Fixtures.tool("ffmpeg", ["-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", file.pixels, decoded])
    let played = try Played(Self.source(path), keepBytes: true)
    #expect(played.bytes.count == 5)
    let isSame = Array(played.bytes.joined()) == [UInt8](try Data(contentsOf: URL(fileURLWithPath: decoded)))
    #expect(isSame)
  }

  @Test("Odd sizes keep their last column and row", arguments: ["yuv420p", "yuyv422", "nv12", "gray", "yuv444p"])
  func playsOddSizes(pixels: String) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.nut")
    try Fixtures.video(path, frames: 2, size: "65x49", encoding: ["-c:v", "rawvideo", "-pix_fmt", pixels])
    let decoded = directory.file("decoded.raw")
    try Fixtures.tool("ffmpeg", ["-v", "error", "-i", path, "-f", "rawvideo", "-c", "copy", decoded])
    let played = try Played(Self.source(path), keepBytes: true)
    #expect(played.formats.first?.width == 65)
    let isSame = Array(played.bytes.joined()) == [UInt8](try Data(contentsOf: URL(fileURLWithPath: decoded)))
    #expect(isSame)
  }

  @Test("Ten bits become eight by leaving the lowest out")
  func shiftsTenBits() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.nut")
    try Fixtures.video(path, frames: 1, encoding: ["-c:v", "rawvideo", "-pix_fmt", "yuv422p10le"])
    let decoded = directory.file("decoded.raw")
    try Fixtures.tool("ffmpeg", ["-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "yuv422p10le", decoded])
    let samples = [UInt8](try Data(contentsOf: URL(fileURLWithPath: decoded)))
    let expected = stride(from: 0, to: samples.count, by: 2).map {
      UInt8((Int(samples[$0]) | Int(samples[$0 + 1]) << 8) >> 2)
    }
    let isSame = try Played(Self.source(path), keepBytes: true).bytes.first == expected
    #expect(isSame)
  }

  @Test("High-definition video is BT.709, and a file that says otherwise is believed")
  func knowsMatrix() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.mp4")
    try Fixtures.video(path, frames: 1, size: "960x720", encoding: ["-c:v", "libx264", "-preset", "ultrafast"])
    #expect(try Played(Self.source(path)).formats.first?.matrix == .bt709)
    let other = directory.file("b.mp4")
    try Fixtures.video(
      other, frames: 1, size: "960x720",
      encoding: ["-c:v", "libx264", "-preset", "ultrafast", "-colorspace", "smpte170m", "-color_range", "pc"])
    let format = try Played(Self.source(other)).formats.first
    #expect(format?.matrix == .bt601)
    #expect(format?.range == .full)
  }

  @Test("Frames at irregular times keep them")
  func keepsIrregularTimes() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.mp4")
    try Fixtures.video(
      path, frames: 8, filter: "select='not(mod(n,3))+eq(n,7)',setpts=PTS+0.6/TB",
      encoding: ["-c:v", "libx264", "-bf", "2", "-vsync", "vfr", "-video_track_timescale", "100000"])
    // Frames 0 3 6 7 9 12 15 18 of 25 a second.
    let times = [0.0, 120, 240, 280, 360, 480, 600, 720]
    #expect(try Played(Self.source(path)).milliseconds == times)
    #expect(try Played(Self.source(path, origin: .recordingStart)).milliseconds == times.map { $0 + 600 })
  }

  @Test("What the writer wrote comes back with the recording's times and bytes", arguments: ["mkv", "nut", "mov"])
  func playsWritten(container: String) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.\(container)")
    let pictures = try Fixtures.jpegs(4, in: directory)
    let times: [Int64] = [250_001, 283_335, 316_667, 1_350_000].map { $0 * 1000 }
    let writer = try RecordingWriter(path: path, width: 64, height: 48, pixelFormat: .mjpeg, nominalRate: 30)
    for (picture, time) in zip(pictures, times) { try writer.append(picture, at: MonotonicTime(nanoseconds: time)) }
    try writer.finish()
    let source = try Self.source(path, origin: .recordingStart)
    let played = try Played(source, keepBytes: true)
    #expect(played.times == times)
    let isSame = played.bytes == pictures
    #expect(isSame)
    #expect(source.damage.isNone, "\(source.damage)")
    #expect(try Played(Self.source(path)).times == times.map { $0 - times[0] })
  }
}
