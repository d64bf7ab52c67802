import Foundation
import TestSupport
import Testing

@testable import Uploader

@Suite struct StateFolderTests {
  @Test("A new state folder is for its owner alone, and keeps its name for life")
  func new() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("deep/state")
    let folder = try StateFolder.open(path)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o700)
    for name in ["tmp", "spool", "trash", "corrupt", "meta.json", "lock"] {
      #expect(DurableFiles.exists(path + "/" + name))
    }
    folder.release()
    #expect(try StateFolder.open(path).uuid == folder.uuid)
  }

  @Test("A link to the folder is the folder, as systemd lays it out for a user that exists while the service runs")
  func link() throws {
    let directory = try TemporaryDirectory()
    let real = directory.file("private")
    try FileManager.default.createDirectory(atPath: real, withIntermediateDirectories: false)
    try FileManager.default.createSymbolicLink(atPath: directory.file("state"), withDestinationPath: "private")
    let folder = try StateFolder.open(directory.file("state"))
    #expect(FileManager.default.fileExists(atPath: real + "/meta.json"))
    let error = #expect(throws: StorageError.self) { try StateFolder.open(real) }
    #expect(error?.exitCode == 75)
    folder.release()
  }

  @Test("A second holder is refused with the first one's process id, and exit code 75")
  func second() throws {
    let directory = try TemporaryDirectory()
    let first = try StateFolder.open(directory.file("state"))
    let error = #expect(throws: StorageError.self) { try StateFolder.open(directory.file("state")) }
    #expect(error == .inUse(path: directory.file("state"), holder: getpid()))
    #expect(error?.exitCode == 75)
    first.release()
    _ = try StateFolder.open(directory.file("state"))
  }

  @Test(
    "A folder that cannot be written to gets one clear line and exit code 74", arguments: ["under a file", "/proc"])
  func unwritable(_ place: String) throws {
    let directory = try TemporaryDirectory()
    try Data("x".utf8).write(to: URL(fileURLWithPath: directory.file("plain")))
    // Permissions mean nothing to root, so places are used where nobody can make a folder.
    let path = place == "/proc" ? "/proc/capture-state" : directory.file("plain") + "/state"
    let error = #expect(throws: StorageError.self) { try StateFolder.open(path) }
    guard case .unwritable = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(error?.exitCode == 74)
    #expect(error?.description.contains("\n") == false)
    #expect(error?.description.contains(path) == true)
  }

  @Test("A folder that holds something else, or a newer format, is left alone with exit code 78")
  func foreign() throws {
    let directory = try TemporaryDirectory()
    let other = directory.file("other")
    try FileManager.default.createDirectory(atPath: other + "/photos", withIntermediateDirectories: true)
    #expect(throws: StorageError.foreign(path: other, reason: "it holds photos, but no meta.json")) {
      try StateFolder.open(other)
    }
    let newer = directory.file("newer")
    try FileManager.default.createDirectory(atPath: newer, withIntermediateDirectories: true)
    try Data(#"{"format":"capture-state/9","uuid":"x"}"#.utf8).write(to: URL(fileURLWithPath: newer + "/meta.json"))
    let error = #expect(throws: StorageError.self) { try StateFolder.open(newer) }
    #expect(error?.exitCode == 78)
  }

  @Test("Where one folder is meant, no other is taken for it, and an empty mount point is not filled")
  func meant() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("state")
    let folder = try StateFolder.open(path)
    folder.release()
    _ = try StateFolder.open(path, uuid: folder.uuid.uppercased())
    let mountPoint = directory.file("mount")
    try FileManager.default.createDirectory(atPath: mountPoint, withIntermediateDirectories: false)
    for other in [mountPoint, directory.file("nowhere")] {
      let error = #expect(throws: StorageError.self) { try StateFolder.open(other, uuid: folder.uuid) }
      #expect(error?.exitCode == 78)
      #expect(error?.description.contains("is the right disk mounted?") == true)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: mountPoint).isEmpty)
    #expect(!FileManager.default.fileExists(atPath: directory.file("nowhere")))
    let error = #expect(throws: StorageError.self) {
      try StateFolder.open(path, uuid: "49578ed9-2ea7-42b4-9d2b-79a098265197")
    }
    #expect(error?.exitCode == 78)
  }

  @Test("Digests are those that everybody computes")
  func digests() {
    let digest = Digest(of: Data("abc".utf8))
    #expect(digest.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(digest.md5 == "900150983cd24fb0d6963f7d28e17f72")
    #expect(Digest(of: Data()).md5 == "d41d8cd98f00b204e9800998ecf8427e")
  }
}
