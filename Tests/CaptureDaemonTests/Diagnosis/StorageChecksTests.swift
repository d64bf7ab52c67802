import Foundation
import TestSupport
import Testing

@testable import CaptureDaemon
@testable import Uploader

@Suite("The storage checks")
struct StorageChecksTests {
  @Test("A folder that can be made is fine and is not made; a file in its place is not")
  func folder() throws {
    let temporary = try TemporaryDirectory()
    let wanted = temporary.file("state/deep")
    #expect(StorageChecks.folder(wanted).status == .pass)
    #expect(!FileManager.default.fileExists(atPath: wanted))
    try Data().write(to: URL(fileURLWithPath: temporary.file("file")))
    #expect(StorageChecks.folder(temporary.file("file")).status == .fail)
    #expect(StorageChecks.folder("/proc/capture").status == .fail)
  }

  @Test(
    "The backlog is judged by what waits for a person and by how long the rest has waited",
    arguments: [
      (0, 0, nil, Finding.Status.pass), (3, 0, 60, .pass), (3, 0, 7200, .warn), (0, 1, nil, .fail), (3, 1, 10, .fail),
    ] as [(Int, Int, Int64?, Finding.Status)])
  func backlog(pending: Int, quarantined: Int, oldest: Int64?, status: Finding.Status) {
    var books = OutboxBooks()
    books.pending = pending
    books.quarantined = quarantined
    let finding = StorageChecks.backlog(books, oldestSeconds: oldest)
    #expect(finding.status == status)
    #expect((finding.hint != nil) == (status != .pass))
  }

  @Test("Names pick checks by their beginning, at the dots")
  func picking() {
    #expect(Diagnosis.isAsked("camera.roofLeft.open", []))
    #expect(Diagnosis.isAsked("camera.roofLeft.open", ["camera.roofLeft"]))
    #expect(Diagnosis.isAsked("cloud.key", ["camera", "cloud.key"]))
    #expect(!Diagnosis.isAsked("cloud.key", ["cloud.k"]))
  }
}
