import Foundation
import TestSupport
import Testing

@testable import CameraIO

@Suite("Opening recordings")
struct RecordingTests {
  static func folder() throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    try Fixtures.video(directory.file("a.mkv"), frames: 5, encoding: ["-c:v", "mjpeg"])
    try Fixtures.video(directory.file("b.mp4"), frames: 10, encoding: ["-c:v", "libx264"])
    try RecordingManifest(
      startedAtMs: 1_795_435_200_000, nominalRate: 25,
      cameras: [
        .topRight: .init(file: "a.mkv", lens: "lens0"),
        .backLeft: .init(file: "b.mp4", zone: [ZonePoint(x: 0, y: 0), ZonePoint(x: 9, y: 0), ZonePoint(x: 9, y: 9)]),
      ],
      captureSet: CaptureSetOverrides(minLicensePlateArea: 400)
    ).write(toFolder: directory.path)
    return directory
  }

  @Test("A folder says who its cameras are, in the order of positions")
  func opensFolder() throws {
    let directory = try Self.folder()
    let recording = try Recording.open(path: directory.path)
    #expect(recording.isFolder)
    #expect(recording.cameras.map(\.position) == [.backLeft, .topRight])
    #expect(recording.cameras.map(\.path) == [directory.file("b.mp4"), directory.file("a.mkv")])
    #expect(recording.cameras[0].zone?.count == 3)
    #expect(recording.cameras[1].lens == "lens0")
    #expect(recording.nominalRate == 25)
    #expect(recording.startedAtMs == 1_795_435_200_000)
    #expect(recording.captureSet.minLicensePlateArea == 400)
    #expect(abs((recording.statedSeconds ?? 0) - 0.4) < 0.001)
    let slash = try Recording.open(path: directory.path + "/")
    #expect(slash.cameras == recording.cameras)
    #expect(try recording.source(of: recording.cameras[1]).nominalRate == 25)
  }

  @Test("One camera of a folder can be picked, and its zone replaced")
  func picksCamera() throws {
    let directory = try Self.folder()
    let zone = [ZonePoint(x: 1, y: 1), ZonePoint(x: 2, y: 1), ZonePoint(x: 2, y: 2)]
    let picked = try Recording.open(path: directory.path, camera: .topRight, zone: zone)
    #expect(picked.cameras.map(\.position) == [.topRight])
    #expect(picked.cameras.first?.zone == zone)
    let other = #expect(throws: CameraError.self) { _ = try Recording.open(path: directory.path, camera: .roofLeft) }
    #expect(other?.reason == "has no camera roofLeft; it has backLeft, topRight")
    let both = #expect(throws: CameraError.self) { _ = try Recording.open(path: directory.path, zone: zone) }
    #expect(both?.reason == "has 2 cameras: say which one the zone is for")
  }

  @Test("A single file is one camera with the rate and the start that the file states")
  func opensFile() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("a.mp4")
    try Fixtures.video(
      path, frames: 5, rate: 20, encoding: ["-c:v", "libx264", "-metadata", "creation_time=2026-11-23T12:00:00.5Z"])
    let recording = try Recording.open(path: path)
    #expect(!recording.isFolder)
    #expect(recording.cameras == [.init(position: .frontLeft, path: path, lens: nil, zone: nil)])
    #expect(recording.nominalRate == 20)
    #expect(recording.startedAtMs.map { $0 / 1000 } == 1_795_435_200)
    #expect(recording.captureSet.isEmpty)
    #expect(try Recording.open(path: path, camera: .topLeft).cameras.first?.position == .topLeft)
    try Fixtures.video(directory.file("b.nut"), frames: 5, encoding: ["-c:v", "mjpeg"])
    #expect(try Recording.open(path: directory.file("b.nut")).startedAtMs == nil)
  }

  @Test("The identity is that of the content, wherever it lies")
  func hasIdentity() throws {
    let directory = try Self.folder()
    let moved = try TemporaryDirectory()
    for name in ["a.mkv", "b.mp4", "recording.json"] {
      try FileManager.default.copyItem(atPath: directory.file(name), toPath: moved.file(name))
    }
    let identity = try Recording.open(path: directory.path).identity
    let isSame = try Recording.open(path: moved.path).identity == identity
    #expect(isSame)
    try FileManager.default.copyItem(atPath: directory.file("a.mkv"), toPath: moved.file("other name.mkv"))
    let file = try Recording.open(path: directory.file("a.mkv")).identity
    let isSameFile = try Recording.open(path: moved.file("other name.mkv")).identity == file
    #expect(isSameFile)
    try Fixtures.cut(directory.file("a.mkv"), to: moved.file("a.mkv"), fraction: 0.9)
    let isOther = try Recording.open(path: moved.path).identity != identity
    #expect(isOther)
    #expect(file.count <= 8 + Recording.identityBytes)
  }

  @Test("What is no recording is refused with one line")
  func refuses() throws {
    let directory = try Self.folder()
    let empty = try TemporaryDirectory()
    let missing = #expect(throws: CameraError.self) { _ = try Recording.open(path: "/nowhere") }
    #expect(missing?.kind == .notFound)
    #expect(missing?.description == "/nowhere: there is no such file or folder")
    let bare = #expect(throws: CameraError.self) { _ = try Recording.open(path: empty.path) }
    #expect(bare?.kind == .notFound)
    #expect(bare?.reason == "is no recording: the folder has no recording.json")
    try FileManager.default.removeItem(atPath: directory.file("a.mkv"))
    let gone = #expect(throws: CameraError.self) { _ = try Recording.open(path: directory.path) }
    #expect(gone?.kind == .notFound)
    #expect(gone?.subject == directory.file("a.mkv"))
    try Data("{}".utf8).write(to: empty.url.appendingPathComponent("recording.json"))
    let broken = #expect(throws: CameraError.self) { _ = try Recording.open(path: empty.path) }
    #expect(broken?.kind == .unreadable)
    #expect(broken?.subject == empty.file("recording.json"))
  }
}
