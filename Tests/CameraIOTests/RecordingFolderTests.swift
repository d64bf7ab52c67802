import CameraIO
import Foundation
import TestSupport
import Testing

@Suite("The folder of a recording that is made")
struct RecordingFolderTests {
  @Test("It is made with those above it, and goes without a trace when nothing was recorded")
  func comesAndGoes() throws {
    let directory = try TemporaryDirectory()
    let folder = try RecordingFolder(making: directory.file("a/b/c"))
    #expect(FileManager.default.fileExists(atPath: directory.file("a/b/c")))
    folder.removeIfEmpty()
    #expect(!FileManager.default.fileExists(atPath: directory.file("a")))
    #expect(FileManager.default.fileExists(atPath: directory.path))
  }

  @Test("An empty folder that was there is taken, and stays")
  func takesAnEmptyOne() throws {
    let directory = try TemporaryDirectory()
    try RecordingFolder(making: directory.path).removeIfEmpty()
    #expect(FileManager.default.fileExists(atPath: directory.path))
  }

  @Test("What is in it is never written over", arguments: ["recording.json", "notes.txt"])
  func refuses(name: String) throws {
    let directory = try TemporaryDirectory()
    try Data("x".utf8).write(to: URL(fileURLWithPath: directory.file(name)))
    let error = #expect(throws: CameraError.self) { _ = try RecordingFolder(making: directory.path) }
    #expect(
      error?.description.contains(name == "recording.json" ? "holds a recording already" : "is not empty") == true)
    #expect(throws: CameraError.self) { _ = try RecordingFolder(making: directory.file(name)) }
    #expect(try String(contentsOfFile: directory.file(name), encoding: .utf8) == "x")
  }

  @Test("A folder that cannot be made is named, and nothing of it stays")
  func cannotBeMade() {
    let error = #expect(throws: CameraError.self) { _ = try RecordingFolder(making: "/proc/recordings/one") }
    #expect(error?.description.hasPrefix("/proc/recordings: the folder cannot be made") == true)
  }

  @Test("recording.json is replaced as a whole")
  func replacesTheManifest() throws {
    let directory = try TemporaryDirectory()
    let folder = try RecordingFolder(making: directory.file("r"))
    for cameras in [[CameraPosition.roofLeft], [.roofLeft, .roofRight]] {
      let entries = cameras.map { ($0, RecordingManifest.Camera(file: "\($0.rawValue).mkv")) }
      let manifest = RecordingManifest(cameras: Dictionary(uniqueKeysWithValues: entries))
      try folder.write(manifest)
      let json = try Data(contentsOf: URL(fileURLWithPath: folder.file("recording.json")))
      #expect(try RecordingManifest(json: json, path: "recording.json") == manifest)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["recording.json"])
  }
}
