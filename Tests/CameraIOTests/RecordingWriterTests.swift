import CameraIO
import Foundation
import TestSupport
import Testing

@Suite("Writing recordings")
struct RecordingWriterTests {
  /// Irregular on purpose, and finer than a millisecond.
  static let microseconds: [Int64] = [500_003, 533_340, 566_671, 600_017, 740_001, 2_000_000, 2_033_333, 9_999_999]

  @Test(
    "A container keeps every JPEG byte for byte, and its time to the microsecond",
    arguments: ["mkv", "nut", "mov", "mp4"])
  func keepsTimes(container: String) throws {
    let directory = try TemporaryDirectory()
    let pictures = try Fixtures.jpegs(Self.microseconds.count, in: directory)
    let path = directory.file("frontLeft.\(container)")
    let writer = try RecordingWriter(path: path, width: 64, height: 48, pixelFormat: .mjpeg, nominalRate: 30)
    for (picture, time) in zip(pictures, Self.microseconds) {
      try writer.append(picture, at: MonotonicTime(nanoseconds: time * 1000))
    }
    try writer.finish()
    #expect(writer.frameCount == Self.microseconds.count)

    let lines = try Fixtures.tool(
      "ffprobe", ["-v", "error", "-show_entries", "packet=pts_time,size", "-of", "csv=p=0", path])
    let packets = lines.split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    #expect(
      packets.compactMap { $0.first.flatMap(Double.init) }.map { Int64(($0 * 1e6).rounded()) } == Self.microseconds)
    #expect(packets.compactMap { Int($0[1]) } == pictures.map(\.count))
  }

  @Test(
    "Raw pictures are kept as they are", arguments: FrameFormat.PixelFormat.allCases.filter { !$0.isCoded },
    ["mkv", "nut"])
  func keepsRaw(format: FrameFormat.PixelFormat, container: String) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("raw.\(container)")
    let byteCount = try #require(FrameFormat(width: 32, height: 16, pixelFormat: format).byteCount)
    let writer = try RecordingWriter(path: path, width: 32, height: 16, pixelFormat: format, nominalRate: 30)
    let bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try writer.append(bytes, at: MonotonicTime(nanoseconds: 0))
    try writer.append(bytes.reversed(), at: MonotonicTime(nanoseconds: 33_333_000))
    try writer.finish()
    let back = directory.file("back.raw")
    try Fixtures.tool("ffmpeg", ["-v", "error", "-i", path, "-c", "copy", "-f", "data", "-map", "0", back])
    #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: back))) == bytes + bytes.reversed())
  }

  @Test(
    "A container that cannot keep the times is refused with one line", arguments: ["avi", "ts", "flv", "xyz", "jpg"])
  func refusesCoarseContainers(container: String) throws {
    let directory = try TemporaryDirectory()
    let error = #expect(throws: CameraError.self) {
      _ = try RecordingWriter(
        path: directory.file("a.\(container)"), width: 64, height: 48, pixelFormat: .mjpeg, nominalRate: 30)
    }
    #expect(error?.reason.contains(".mkv") == true)
    #expect(error?.description.contains("\n") == false)
  }

  @Test("A folder that is not there is named in the error")
  func refusesMissingFolder() throws {
    let error = #expect(throws: CameraError.self) {
      _ = try RecordingWriter(
        path: "/nowhere/at/all.mkv", width: 64, height: 48, pixelFormat: .mjpeg, nominalRate: 30)
    }
    #expect(error?.description == "/nowhere/at/all.mkv: cannot be written (No such file or directory)")
  }

  @Test("Times that do not increase, wrong sizes and pictures after the end are refused")
  func refusesWrongUse() throws {
    let directory = try TemporaryDirectory()
    let writer = try RecordingWriter(
      path: directory.file("a.nut"), width: 32, height: 16, pixelFormat: .grey, nominalRate: 30)
    let picture = [UInt8](repeating: 7, count: 512)
    try writer.append(picture, at: MonotonicTime(nanoseconds: 1_000_000))
    #expect(throws: CameraError.self) { try writer.append(picture, at: MonotonicTime(nanoseconds: 1_000_000)) }
    #expect(throws: CameraError.self) { try writer.append(picture, at: MonotonicTime(nanoseconds: -5_000_000)) }
    #expect(throws: CameraError.self) { try writer.append([1, 2, 3], at: MonotonicTime(nanoseconds: 9_000_000)) }
    try writer.finish()
    #expect(throws: CameraError.self) { try writer.append(picture, at: MonotonicTime(nanoseconds: 9_000_000)) }
    #expect(writer.frameCount == 1)
  }

  @Test(
    "How large a file will be is known before it is finished, to within its index", arguments: ["mkv", "nut", "mov"])
  func knowsItsSize(container: String) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.\(container)")
    let pictures = try Fixtures.jpegs(40, in: directory)
    let writer = try RecordingWriter(path: path, width: 64, height: 48, pixelFormat: .mjpeg, nominalRate: 30)
    for index in 0..<2000 {
      try writer.append(pictures[index % 40], at: MonotonicTime(nanoseconds: Int64(index) * 33_333_333))
    }
    let expected = writer.byteCount
    try writer.finish()
    try FileSync(path: path).sync()
    let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
    #expect(size <= expected && size > expected - 2000 * 48 - 4096, "\(size) of \(expected)")
    #expect(writer.byteCount == size)
  }
}
