import Foundation
import TestSupport
import Testing

@testable import CameraIO

@Suite("Several cameras in one order")
struct FrameMergeTests {
  static func play(_ sources: [any FrameSource], budget: Int = 64 << 20) throws -> [String] {
    let merge = FrameMerge(sources)
    let pool = FramePool(byteBudget: budget)
    var seen: [String] = []
    while true {
      switch try merge.next(into: pool, waitingAtMost: 0) {
      case .frame(let frame): seen.append("\(frame.camera.rawValue) \(frame.time.nanoseconds / 1_000_000)")
      case .dropped(let camera, let reason): seen.append("\(camera.rawValue) \(reason.rawValue)")
      case .cameraEnded(let camera, let damage):
        seen.append("\(camera.rawValue) ended\(damage.isCutOff ? " cut" : "") \(damage.framesSkipped)")
      case .nothing: seen.append("nothing")
      case .endOfStream:
        #expect(pool.bytesInUse == 0)
        return seen
      }
    }
  }

  @Test("Frames come by time, and at the same time by camera position, whatever the order of the sources")
  func ordersFrames() throws {
    func sources() -> [any FrameSource] {
      [
        ScriptedSource(.topRight, [.frame(sequence: 0, milliseconds: 0), .frame(sequence: 1, milliseconds: 40)]),
        ScriptedSource(
          .backLeft,
          [
            .frame(sequence: 0, milliseconds: 10), .frame(sequence: 1, milliseconds: 40),
            .frame(sequence: 2, milliseconds: 90),
          ]),
        ScriptedSource(.frontLeft, [.frame(sequence: 0, milliseconds: 0)]),
      ]
    }
    let expected = [
      "frontLeft 0", "frontLeft ended 0", "topRight 0", "backLeft 10", "backLeft 40", "topRight 40", "topRight ended 0",
      "backLeft 90", "backLeft ended 0",
    ]
    #expect(try Self.play(sources()) == expected)
    #expect(try Self.play(sources().reversed()) == expected)
    #expect(FrameMerge(sources()).cameras == [.backLeft, .frontLeft, .topRight])
  }

  @Test("Drops are told and hold nothing up; no sources are an empty stream")
  func tellsDrops() throws {
    let seen = try Self.play([
      ScriptedSource(.backLeft, [.dropped(.damaged), .frame(sequence: 1, milliseconds: 5), .dropped(.pool)]),
      ScriptedSource(.topLeft, [.nothing, .frame(sequence: 0, milliseconds: 1)]),
    ])
    #expect(
      seen == [
        "backLeft damaged", "nothing", "topLeft 1", "topLeft ended 0", "backLeft 5", "backLeft pool",
        "backLeft ended 0",
      ])
    #expect(try Self.play([]).isEmpty)
  }

  @Test("A recording of three cameras, one of them cut off, plays the same way every time and tells the cut")
  func playsRecording() throws {
    let directory = try TemporaryDirectory()
    try Fixtures.video(directory.file("a.mp4"), frames: 10, encoding: ["-c:v", "libx264", "-bf", "2"])
    try Fixtures.video(directory.file("b.mkv"), frames: 10, encoding: ["-c:v", "mjpeg"])
    try Fixtures.video(directory.file("whole.nut"), frames: 10, encoding: ["-c:v", "rawvideo", "-pix_fmt", "yuyv422"])
    try Fixtures.cut(directory.file("whole.nut"), to: directory.file("c.nut"), fraction: 0.5)
    try RecordingManifest(
      nominalRate: 25,
      cameras: [.topLeft: .init(file: "a.mp4"), .backLeft: .init(file: "b.mkv"), .roofLeft: .init(file: "c.nut")]
    ).write(toFolder: directory.path)
    let recording = try Recording.open(path: directory.path)
    func play() throws -> [String] { try Self.play(recording.cameras.map { try recording.source(of: $0) }) }
    let seen = try play()
    #expect(seen.prefix(6) == ["backLeft 0", "roofLeft 0", "topLeft 0", "backLeft 40", "roofLeft 40", "topLeft 40"])
    #expect(seen.filter { $0.hasPrefix("backLeft") }.count == 11)
    #expect(seen.filter { $0.hasPrefix("topLeft") }.count == 11)
    #expect(seen.contains { $0.hasPrefix("roofLeft ended cut") })
    #expect(try play() == seen)
  }
}
