import Foundation
import TestSupport
import Testing

@testable import CameraIO

@Suite("Pictures of a camera that delivers H.264")
struct H264StreamTests {
  /// What came of pushing units, one every 40 ms.
  struct Decoded {
    var times: [Int] = []
    var formats: Set<FrameFormat> = []
    var pictures: [[UInt8]] = []
    /// Pictures that came with each unit, one letter each: f frame, d damaged, p no room.
    var story: [String] = []

    init(
      _ units: [(bytes: [UInt8], at: Int)], forgettingBefore gaps: Set<Int> = [], budget: Int = 32 << 20,
      keeping: Bool = false
    ) throws {
      let stream = try H264Stream(subject: "/dev/video9")
      let pool = FramePool(byteBudget: budget)
      var kept: [Frame] = []
      for (index, unit) in units.enumerated() {
        if gaps.contains(index) { stream.forget() }
        stream.push(unit.bytes, at: MonotonicTime(nanoseconds: Int64(unit.at) * 40_000_000))
        var came = ""
        asking: while true {
          switch stream.next(into: pool, camera: .topLeft, sequence: UInt64(times.count)) {
          case .frame(let frame):
            came += "f"
            times.append(Int(frame.time.nanoseconds / 40_000_000))
            formats.insert(frame.format)
            pictures.append(frame.withBytes { $0.withUnsafeBytes { Array($0) } })
            if keeping { kept.append(frame) }
          case .dropped(.damaged): came += "d"
          case .dropped: came += "p"
          case .needsMore: break asking
          }
        }
        story.append(came)
      }
      kept.removeAll()
      #expect(pool.bytesInUse == 0)
    }
  }

  private func inOrder(_ units: [[UInt8]]) -> [(bytes: [UInt8], at: Int)] { units.enumerated().map { ($1, $0) } }

  /// What ffmpeg makes of the same stream, picture by picture.
  private func reference(_ units: [[UInt8]], pixels: String, byteCount: Int) throws -> [[UInt8]] {
    let directory = try TemporaryDirectory()
    let (stream, raw) = (directory.file("a.h264"), directory.file("a.raw"))
    try Data(units.joined()).write(to: URL(fileURLWithPath: stream))
    try Fixtures.tool(
      "ffmpeg", ["-v", "error", "-i", stream, "-vsync", "0", "-f", "rawvideo", "-pix_fmt", pixels, raw])
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: raw)))
    return stride(from: 0, to: bytes.count, by: byteCount).map { Array(bytes[$0..<($0 + byteCount)]) }
  }

  @Test(
    "Every unit gives its picture at once, the one that ffmpeg decodes, byte for byte",
    arguments: [
      (AccessUnits.camera, "yuv420p"), (AccessUnits.camera + ":profile=baseline", "yuv420p"),
      (AccessUnits.camera + ":slices=4", "yuv420p"), (AccessUnits.camera, "yuv422p"), (AccessUnits.camera, "yuv444p"),
    ])
  func decodes(options: String, pixels: String) throws {
    let units = try AccessUnits(25, size: "66x50", options: options, pixels: pixels).units
    let decoded = try Decoded(inOrder(units))
    #expect(decoded.story == Array(repeating: "f", count: 25))
    #expect(decoded.times == Array(0..<25))
    let format = try #require(decoded.formats.first)
    #expect(decoded.formats.count == 1 && format.width == 66 && format.height == 50 && format.range == .limited)
    let isSame = try decoded.pictures == reference(units, pixels: pixels, byteCount: #require(format.byteCount))
    #expect(isSame)
  }

  @Test(
    "Range and matrix are the stream's own; a stream that says nothing is limited, and BT.709 from 720 rows up",
    arguments: [
      ("64x48", "", FrameFormat.ColorRange.limited, FrameFormat.ColorMatrix.bt601),
      ("64x720", "", .limited, .bt709),
      ("64x48", ":fullrange=on:colormatrix=bt709", .full, .bt709),
      ("64x720", ":fullrange=on:colormatrix=smpte170m", .full, .bt601),
    ])
  func colors(size: String, options: String, range: FrameFormat.ColorRange, matrix: FrameFormat.ColorMatrix) throws {
    let decoded = try Decoded(inOrder(AccessUnits(2, size: size, options: AccessUnits.camera + options).units))
    #expect(decoded.formats.map(\.range) == [range])
    #expect(decoded.formats.map(\.matrix) == [matrix])
  }

  @Test("A stream with reordered pictures loses none, in the order in which they are shown", arguments: [true, false])
  func reordered(isStampedAsShown: Bool) throws {
    // One group of pictures: x264 begins with the key frame, and the others come as their numbers in display order say.
    let options = "bframes=2:b-adapt=0:b-pyramid=none:keyint=60:min-keyint=60:scenecut=0"
    let units = try AccessUnits(31, options: options).units
    var stamped = inOrder(units)
    if isStampedAsShown {
      // I0 P3 B1 B2 P6 B4 B5 ...
      for index in 1..<31 { stamped[index].at = index % 3 == 1 ? index + 2 : index - 1 }
    }
    let decoded = try Decoded(stamped)
    #expect(!decoded.story.joined().contains("d"))
    // Two at most are still in the decoder: it does not know that nothing follows.
    let count = decoded.pictures.count
    #expect(count >= 29)
    #expect(decoded.times == Array(0..<count))
    let expected = try reference(units, pixels: "yuv420p", byteCount: 64 * 48 * 3 / 2)
    let isSame = decoded.pictures == Array(expected.prefix(count))
    #expect(isSame)
  }

  @Test("After a lost unit no picture is handed out before the next key frame", arguments: [1, 5, 10, 14])
  func lost(unit: Int) throws {
    let units = try AccessUnits(25, options: AccessUnits.camera).units
    let whole = try Decoded(inOrder(units))
    var some = inOrder(units)
    some.remove(at: unit)
    let decoded = try Decoded(some)
    let missing = unit..<(unit / 10 * 10 + 10)
    #expect(decoded.times == (0..<25).filter { !missing.contains($0) })
    #expect(decoded.story.joined().filter { $0 == "d" }.count == missing.count - 1)
    let isSame = decoded.pictures == decoded.times.map { whole.pictures[$0] }
    #expect(isSame)
  }

  @Test("A gap that the source saw counts like one that the numbers show")
  func forgets() throws {
    let units = try AccessUnits(25, options: AccessUnits.camera).units
    let decoded = try Decoded(inOrder(units), forgettingBefore: [3, 12])
    #expect(decoded.story.joined() == "fffdddddddffdddddddd" + "fffff")
  }

  @Test("Before the first key frame nothing is handed out")
  func begins() throws {
    let units = try AccessUnits(25, options: AccessUnits.camera).units
    let decoded = try Decoded(Array(inOrder(units)[4...]))
    #expect(decoded.story.joined() == "dddddd" + String(repeating: "f", count: 15))
    #expect(decoded.times == Array(10..<25))
  }

  @Test(
    "A unit that is cut short or wrong inside is damaged, and so is all that builds on it",
    arguments: [0.2, 0.5, 0.9], ["", ":slices=4", ":profile=baseline"])
  func damaged(fraction: Double, options: String) throws {
    var units = try AccessUnits(25, size: "160x120", options: AccessUnits.camera + options).units
    let whole = try Decoded(inOrder(units))
    for index in [4, 10] { units[index] = Array(units[index].prefix(Int(Double(units[index].count) * fraction))) }
    let decoded = try Decoded(inOrder(units))
    #expect(decoded.times == Array(0..<4) + Array(20..<25), "\(decoded.story)")
    #expect(decoded.story.joined().count == 25, "every unit is accounted for")
    let isSame = decoded.pictures == decoded.times.map { whole.pictures[$0] }
    #expect(isSame)
  }

  @Test(
    "A damaged unit takes none with it that came before, and all that may build on it, where pictures are reordered")
  func damagedAndReordered() throws {
    let options = "bframes=2:b-adapt=0:b-pyramid=none:keyint=10:min-keyint=10:scenecut=0:open-gop=0"
    var units = try AccessUnits(40, size: "160x120", options: options).units
    let whole = try Decoded(inOrder(units))
    units[13] = Array(units[13].prefix(units[13].count / 2))
    let decoded = try Decoded(inOrder(units))
    #expect(decoded.times.starts(with: 0..<10))
    #expect(Array(decoded.times.suffix(15)) == Array(whole.times.suffix(15)))
    #expect(decoded.times.count < whole.times.count - 5)
    let isSame = decoded.pictures == decoded.times.map { whole.pictures[$0] }
    #expect(isSame, "\(decoded.story)")
  }

  @Test("Parameter sets may come in a buffer of their own")
  func separateParameterSets() throws {
    var stamped = try inOrder(AccessUnits(25, options: AccessUnits.camera).units)
    for index in [20, 10, 0] {
      let unit = stamped[index].bytes
      let key = try #require(unit.indices.dropLast(3).first { unit[$0...].prefix(4) == [0, 0, 1, 0x65] })
      stamped[index].bytes = Array(unit[key...])
      stamped.insert((Array(unit[..<key]), index), at: index)
    }
    let decoded = try Decoded(stamped)
    #expect(decoded.times == Array(0..<25))
    #expect(decoded.story.joined() == String(repeating: "f", count: 25))
  }

  @Test("Wrong bytes anywhere never crash it, and every unit is accounted for")
  func wrongBytes() throws {
    let units = try AccessUnits(25, options: AccessUnits.camera).units
    var numbers = CorruptedRecordingTests.Numbers(state: 11)
    for _ in 0..<40 {
      var wrong = units
      for _ in 0..<6 {
        let unit = Int.random(in: 0..<25, using: &numbers)
        wrong[unit][Int.random(in: 0..<wrong[unit].count, using: &numbers)] = .random(in: 0...255, using: &numbers)
      }
      let decoded = try Decoded(inOrder(wrong))
      #expect(decoded.times == decoded.times.sorted())
      #expect(decoded.story.joined().count <= 25)
    }
  }

  @Test("A full pool drops the picture and not the stream")
  func fullPool() throws {
    let units = try AccessUnits(6, options: AccessUnits.camera).units
    let decoded = try Decoded(inOrder(units), budget: 2 * 2 * FramePool.pageBytes, keeping: true)
    #expect(decoded.story.joined() == "ffpppp")
  }
}
