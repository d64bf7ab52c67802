import Foundation
import TestSupport
import Testing

@testable import CameraIO

@Suite("Recordings of what cameras deliver, and back")
struct RecordedStreamTests {
  static func times(_ count: Int) -> [Int64] {
    (0..<Int64(count)).map { 250_001_000 + $0 * 33_333_000 + $0 % 3 * 7_000 }
  }

  private func writeH264(
    _ units: [[UInt8]], to path: String, size: (width: Int, height: Int) = (64, 48), isFinished: Bool = true
  ) throws {
    var gate = KeyFrameGate()
    _ = gate.admit(units[0])
    let writer = try RecordingWriter(
      path: path, width: size.width, height: size.height, pixelFormat: .h264, nominalRate: 30,
      parameterSets: gate.parameterSets)
    for (unit, time) in zip(units, Self.times(units.count)) {
      try writer.append(unit, at: MonotonicTime(nanoseconds: time))
    }
    if isFinished { try writer.finish() }
  }

  /// What a live camera's stream gives of the same units.
  private func live(_ units: [[UInt8]]) throws -> [[UInt8]] {
    try H264StreamTests.Decoded(units.enumerated().map { ($1, $0) }).pictures
  }

  @Test(
    "Bayer pictures come back byte for byte, at their times",
    arguments: [FrameFormat.PixelFormat.bggr8, .gbrg8, .grbg8, .rggb8],
    [("mkv", 64, 48), ("nut", 64, 48), ("mkv", 62, 722)])
  func bayer(format: FrameFormat.PixelFormat, file: (container: String, width: Int, height: Int)) throws {
    let (container, size) = (file.container, (file.width, file.height))
    let directory = try TemporaryDirectory()
    let path = directory.file("a.\(container)")
    let shape = FrameFormat(width: size.0, height: size.1, pixelFormat: format)
    let pictures = (0..<5).map { number in
      (0..<(size.0 * size.1)).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 / 64 + number) }
    }
    let writer = try RecordingWriter(
      path: path, width: size.0, height: size.1, pixelFormat: format, nominalRate: 30)
    for (picture, time) in zip(pictures, Self.times(5)) {
      try writer.append(picture, at: MonotonicTime(nanoseconds: time))
    }
    try writer.finish()
    let source = try RecordingSource(path: path, camera: .topLeft, timeOrigin: .recordingStart)
    let played = try Played(source, keepBytes: true)
    #expect(Set(played.formats) == [shape])
    #expect(played.times == Self.times(5))
    #expect(source.damage.isNone, "\(source.damage)")
    let isSame = played.bytes == pictures
    #expect(isSame)
    let order = ["BA81": "bggr", "GBRG": "gbrg", "GRBG": "grbg", "RGGB": "rggb"][format.rawValue]!
    let probed = try Fixtures.tool(
      "ffprobe",
      ["-v", "error", "-count_frames", "-show_entries", "stream=pix_fmt,nb_read_frames", "-of", "csv=p=0", path])
    #expect(probed.hasPrefix("bayer_\(order)8,5"))
  }

  @Test(
    "H.264 is muxed as it is and comes back as the pictures that the live stream gives, at their times",
    arguments: ["mkv", "nut", "mov", "mp4"], ["", ":fullrange=on:colormatrix=bt709"])
  func h264(container: String, colors: String) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.\(container)")
    let units = try AccessUnits(25, options: AccessUnits.camera + colors).units
    try writeH264(units, to: path)
    let source = try RecordingSource(path: path, camera: .topLeft, timeOrigin: .recordingStart)
    let played = try Played(source, keepBytes: true)
    #expect(played.times == Self.times(25))
    #expect(played.dropped.isEmpty && source.damage.isNone, "\(source.damage)")
    let isSame = try played.bytes == live(units)
    #expect(isSame)
    let expected = FrameFormat(
      width: 64, height: 48, pixelFormat: .yuv420, range: colors.isEmpty ? .limited : .full,
      matrix: colors.isEmpty ? .bt601 : .bt709, siting: .left)
    #expect(Set(played.formats) == [expected])

    let flags = try Fixtures.tool(
      "ffprobe", ["-v", "error", "-show_entries", "packet=flags", "-of", "csv=p=0", path])
    #expect(flags.split(separator: "\n").map { $0.first == "K" } == (0..<25).map { $0 % 10 == 0 })
    #expect(try Fixtures.tool("ffmpeg", ["-v", "error", "-i", path, "-f", "null", "-"]) == "")
    if container != "nut" {
      let header = try Fixtures.tool(
        "ffprobe", ["-v", "error", "-show_entries", "stream=is_avc", "-of", "csv=p=0", path])
      #expect(header.hasPrefix("true"), "the parameter sets are in the container's header")
    }
  }

  @Test("A recording begins with a key frame and with the stream's parameter sets, or not at all")
  func beginsWithKeyFrame() throws {
    let directory = try TemporaryDirectory()
    let units = try AccessUnits(12, options: AccessUnits.camera).units
    var gate = KeyFrameGate()
    _ = gate.admit(units[0])
    let writer = try RecordingWriter(
      path: directory.file("a.mkv"), width: 64, height: 48, pixelFormat: .h264, nominalRate: 30,
      parameterSets: gate.parameterSets)
    let error = #expect(throws: CameraError.self) { try writer.append(units[9], at: MonotonicTime(nanoseconds: 0)) }
    #expect(error?.reason.contains("key frame") == true)
    try writer.append(units[10], at: MonotonicTime(nanoseconds: 0))
    try writer.append(units[11], at: MonotonicTime(nanoseconds: 40_000_000))
    #expect(writer.frameCount == 2)
    #expect(throws: CameraError.self) {
      _ = try RecordingWriter(
        path: directory.file("b.mkv"), width: 64, height: 48, pixelFormat: .h264, nominalRate: 30)
    }
    #expect(throws: CameraError.self) {
      _ = try RecordingWriter(
        path: directory.file("c.mkv"), width: 64, height: 48, pixelFormat: .mjpeg, nominalRate: 30,
        parameterSets: gate.parameterSets)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["a.mkv"])
  }

  @Test("Cut off anywhere, a recording plays up to the cut", arguments: ["mkv", "nut"], ["H264", "RGGB"])
  func cutAnywhere(container: String, format: String) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("whole.\(container)")
    let count = 12
    var ends: [Int] = []
    let pictures: [[UInt8]]
    if format == "H264" {
      let units = try AccessUnits(count, options: AccessUnits.camera).units
      try writeH264(units, to: path, isFinished: false)
      pictures = try live(units)
      // A picture is in the file when the bytes of its slice are: nothing else in these files looks like them.
      let file = try Data(contentsOf: URL(fileURLWithPath: path))
      ends = try units.map { try #require(file.range(of: Data($0.suffix(12)))).upperBound }
    } else {
      pictures = (0..<count).map { number in
        (0..<(32 * 16)).map { UInt8(truncatingIfNeeded: $0 * 3 + $0 / 32 + number) }
      }
      let writer = try RecordingWriter(path: path, width: 32, height: 16, pixelFormat: .rggb8, nominalRate: 30)
      for (picture, time) in zip(pictures, Self.times(count)) {
        try writer.append(picture, at: MonotonicTime(nanoseconds: time))
      }
      let file = try Data(contentsOf: URL(fileURLWithPath: path))
      ends = try pictures.map { try #require(file.range(of: Data($0))).upperBound }
    }
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    let cut = directory.file("cut.\(container)")
    for length in stride(from: ends[0], to: whole.count, by: 23) {
      try whole.prefix(length).write(to: URL(fileURLWithPath: cut))
      let played = try Played(
        RecordingSource(path: cut, camera: .topLeft, timeOrigin: .recordingStart), keepBytes: true)
      let inFile = ends.filter { $0 <= length }.count
      #expect(played.bytes.count >= inFile, "cut at \(length) of \(whole.count): \(played.bytes.count), not \(inFile)")
      let isSame = played.bytes.prefix(inFile).elementsEqual(pictures.prefix(inFile))
      #expect(isSame, "cut at \(length)")
    }
  }
}
