import Foundation
import TestSupport
import Testing

@testable import CameraIO

@Suite("Video files that are not what they should be")
struct DamagedRecordingTests {
  static func source(_ path: String) throws(CameraError) -> RecordingSource {
    try RecordingSource(path: path, camera: .roofLeft, timeOrigin: .firstFrame)
  }

  @Test(
    "A file that is cut off replays up to the cut, and says so",
    arguments: [
      ("mkv", "-c:v libx264 -bf 2 -g 10"), ("ts", "-c:v libx264 -bf 2 -g 10"), ("nut", "-c:v libx264 -bf 2 -g 10"),
      ("mkv", "-c:v mjpeg"), ("nut", "-c:v mjpeg"), ("avi", "-c:v mjpeg"), ("nut", "-c:v rawvideo"),
      ("avi", "-c:v rawvideo"),
    ])
  func replaysUpToTheCut(container: String, encoding: String) throws {
    let directory = try TemporaryDirectory()
    let whole = directory.file("whole.\(container)")
    let cut = directory.file("cut.\(container)")
    try Fixtures.video(whole, frames: 50, size: "160x120", encoding: encoding.split(separator: " ").map(String.init))
    try Fixtures.cut(whole, to: cut, fraction: 0.5)
    let all = try Played(Self.source(whole))
    let source = try Self.source(cut)
    let played = try Played(source)
    #expect((5..<45).contains(played.times.count), "\(played.times.count) of 50")
    // Of the last group some may be missing because they came later in the file, and the very last may be incomplete.
    let sure = played.times.count - 3
    #expect(played.times.prefix(sure) == all.times.prefix(sure))
    #expect(played.sums.prefix(sure) == all.sums.prefix(sure))
    #expect(Set(played.times).isSubset(of: all.times))
    #expect(played.times == played.times.sorted())
    #expect(source.damage.isCutOff || container == "ts", "\(source.damage)")
    #expect(source.damage.framesSkipped == played.dropped.count)
    #expect(try Played(Self.source(cut)).sums == played.sums, "the same again")
  }

  @Test("A recording that was never finished replays whole", arguments: ["mkv", "nut"])
  func replaysUnfinished(container: String) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.\(container)")
    let pictures = try Fixtures.jpegs(6, in: directory)
    var writer: RecordingWriter? = try RecordingWriter(
      path: path, width: 64, height: 48, pixelFormat: .mjpeg, nominalRate: 30)
    for (index, picture) in pictures.enumerated() {
      try writer?.append(picture, at: MonotonicTime(nanoseconds: Int64(index) * 33_333_000))
    }
    writer = nil
    let source = try RecordingSource(path: path, camera: .topLeft, timeOrigin: .recordingStart)
    let played = try Played(source, keepBytes: true)
    let isSame = played.bytes == pictures
    #expect(isSame)
    #expect(played.times == (0..<6).map { $0 * 33_333_000 })
    #expect(source.damage.isCutOff == (container == "mkv"), "NUT does not tell whether it was finished")
  }

  @Test("An MP4 whose index was cut off cannot be read, and a text, an empty file, a folder or a missing file neither")
  func refusesUnreadable() throws {
    let directory = try TemporaryDirectory()
    try Fixtures.video(directory.file("whole.mp4"), frames: 20, encoding: ["-c:v", "libx264"])
    try Fixtures.cut(directory.file("whole.mp4"), to: directory.file("cut.mp4"), fraction: 0.5)
    try Data("This is not a video.\nIt is a text.\n".utf8).write(to: directory.url.appendingPathComponent("text.mp4"))
    try Data("ffconcat version 1.0\nfile whole.mp4\n".utf8).write(to: directory.url.appendingPathComponent("list.txt"))
    try Data("hello\n".utf8).write(to: directory.url.appendingPathComponent("hello.txt"))
    try Data("#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:1,\nwhole.mp4\n".utf8).write(
      to: directory.url.appendingPathComponent("list.m3u8"))
    try Data().write(to: directory.url.appendingPathComponent("empty.mkv"))
    try Data((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 73 >> 3) }).write(
      to: directory.url.appendingPathComponent("noise.mkv"))
    try Fixtures.tool(
      "ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "sine=duration=1", directory.file("sound.wav")])
    let expected: [(String, CameraError.Kind, String)] = [
      ("cut.mp4", .unreadable, "is not a video that can be read ("),
      ("text.mp4", .unreadable, "is not a video that can be read ("),
      ("list.txt", .unreadable, "is not a video that can be read ("),
      ("hello.txt", .unreadable, "is not a video that can be read ("),
      ("list.m3u8", .unreadable, "is not a video that can be read ("),
      ("noise.mkv", .unreadable, "is not a video that can be read ("),
      ("empty.mkv", .unreadable, "is not a video that can be read (it is empty)"),
      ("sound.wav", .unreadable, "is not a video that can be read (there is no picture in it)"),
      (".", .unreadable, "is not a video that can be read (it is a folder)"),
      ("missing.mkv", .notFound, "there is no such file"),
    ]
    for (name, kind, reason) in expected {
      let error = #expect(throws: CameraError.self, "\(name)") { _ = try Self.source(directory.file(name)) }
      #expect(error?.kind == kind, "\(name)")
      #expect(error?.reason.hasPrefix(reason) == true, "\(name): \(error?.reason ?? "")")
      #expect(error?.subject == directory.file(name))
      #expect(error?.description.contains("\n") == false)
    }
  }

  @Test("A pixel format the pool does not know is named", arguments: ["rgb24", "yuv411p", "gbrp", "nv21"])
  func refusesPixelFormats(pixels: String) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.nut")
    try Fixtures.video(path, frames: 2, encoding: ["-c:v", "rawvideo", "-pix_fmt", pixels])
    let error = #expect(throws: CameraError.self) { _ = try Self.source(path) }
    #expect(error?.reason.hasPrefix("its pixel format \(pixels) is not supported") == true)
  }

  @Test("Damaged pictures in the middle are skipped and counted, the others keep their times and numbers")
  func skipsDamaged() throws {
    let directory = try TemporaryDirectory()
    var pictures = try Fixtures.jpegs(6, in: directory)
    pictures[1] = Array(pictures[1].prefix(pictures[1].count / 2))
    pictures[4] = [UInt8](repeating: 0x55, count: 900)
    let path = directory.file("a.nut")
    let writer = try RecordingWriter(path: path, width: 64, height: 48, pixelFormat: .mjpeg, nominalRate: 10)
    for (index, picture) in pictures.enumerated() {
      try writer.append(picture, at: MonotonicTime(nanoseconds: Int64(index) * 100_000_000))
    }
    try writer.finish()
    let source = try Self.source(path)
    let played = try Played(source, keepBytes: true)
    #expect(played.sequences == [0, 2, 3, 5])
    #expect(played.milliseconds == [0, 200, 300, 500])
    #expect(played.dropped == [.damaged, .damaged])
    #expect(source.damage.framesSkipped == 2)
    #expect(!source.damage.isCutOff)
  }

  @Test("A frame larger than the whole pool is an error and no endless wait")
  func refusesFramesThatNeverFit() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.nut")
    try Fixtures.video(path, frames: 2, size: "320x240", encoding: ["-c:v", "rawvideo", "-pix_fmt", "yuyv422"])
    let source = try Self.source(path)
    let pool = FramePool(byteBudget: FramePool.pageBytes)
    let error = #expect(throws: CameraError.self) { _ = try source.next(into: pool, waitingAtMost: 600) }
    #expect(error?.reason.contains("153600 bytes") == true)
  }

  @Test("A full pool drops frames, or makes them wait without losing one")
  func respectsThePool() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.mp4")
    try Fixtures.video(path, frames: 5, encoding: ["-c:v", "libx264", "-bf", "2"])
    func arrivals(_ policy: RecordingSource.PoolPolicy) throws -> [String] {
      let source = try RecordingSource(path: path, camera: .topLeft, timeOrigin: .firstFrame, whenPoolIsFull: policy)
      let pool = FramePool(byteBudget: 2 * 2 * FramePool.pageBytes)  // two pages hold a frame, and two frames fit
      var kept: [Frame] = []
      var seen: [String] = []
      while true {
        switch try source.next(into: pool, waitingAtMost: 0) {
        case .frame(let frame):
          seen.append("\(frame.sequence)")
          kept.append(frame)
        case .dropped(let reason): seen.append(reason.rawValue)
        case .nothing:
          seen.append("nothing")
          kept.removeFirst()
        case .endOfStream: return seen
        }
      }
    }
    #expect(try arrivals(.drop) == ["0", "1", "pool", "pool", "pool"])
    #expect(try arrivals(.wait) == ["0", "1", "nothing", "2", "nothing", "3", "nothing", "4"])
  }

  @Test("Opening and leaving two hundred sources leaves no file open")
  func closesFiles() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.mp4")
    try Fixtures.video(path, frames: 3, encoding: ["-c:v", "libx264"])
    try Data("text".utf8).write(to: directory.url.appendingPathComponent("b.mp4"))
    func openHere() throws -> Int {
      let links = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
      return links.filter {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + $0))?.hasPrefix(directory.path)
          == true
      }.count
    }
    let pool = FramePool(byteBudget: 1 << 20)
    for _ in 0..<200 {
      let source = try Self.source(path)
      _ = try source.next(into: pool, waitingAtMost: 0)
      #expect(throws: CameraError.self) { _ = try Self.source(directory.file("b.mp4")) }
    }
    #expect(try openHere() == 0)
    #expect(pool.bytesInUse == 0)
  }
}
