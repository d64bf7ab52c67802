import Foundation
import GRDB
import Testing

@testable import Uploader

@Suite struct DiskLadderTests {
  private static let giB: Int64 = 1 << 30

  @Test(
    "The rung follows from bytes and files, of the smaller of disk and budget",
    arguments: [
      (DiskRoom(freeBytes: 10 * giB, bytes: 100 * giB), .ample),
      (DiskRoom(freeBytes: 3900 << 20, bytes: 100 * giB), .short),
      (DiskRoom(freeBytes: 2400 << 20, bytes: 100 * giB), .scarce),
      (DiskRoom(freeBytes: 2047 << 20, bytes: 100 * giB), .full),
      (DiskRoom(freeBytes: 3 * giB, bytes: 14 * giB), .ample),
      (DiskRoom(freeBytes: 50 * giB, bytes: 100 * giB, freeFiles: 19, files: 100), .short),
      (DiskRoom(freeBytes: 50 * giB, bytes: 100 * giB, freeFiles: 11, files: 100), .scarce),
      (DiskRoom(freeBytes: 50 * giB, bytes: 100 * giB, freeFiles: 5, files: 100), .full),
      (DiskRoom(freeBytes: 50 * giB, bytes: 100 * giB, freeFiles: 0, files: 0), .ample),
      (nil, .ample),
    ] as [(DiskRoom?, DiskLadder.Rung)])
  func rung(_ room: DiskRoom?, _ rung: DiskLadder.Rung) {
    #expect(DiskLadder(OutboxSettings()).rung(room) == rung)
  }

  @Test("Short of room, what is delivered goes before a new passage is refused; what is not delivered stays")
  func deliveredGoesFirst() async throws {
    let bench = try DeliveryBench()
    try await bench.record(1)
    _ = try await bench.deliverAll()
    try await bench.record(2)
    try await bench.open().fillDisk(DiskRoom(freeBytes: 3 << 30, bytes: 20 << 30))
    try await bench.record(3)
    #expect(try await bench.open().list(includingGone: true).map(\.state) == [.done, .queued, .queued])
    #expect(try await bench.open().books() == OutboxBooks(seen: 3, delivered: 1, pending: 2))
  }

  @Test("Shorter of room, half of each camera's frames have to do, no camera goes blind, and the manifest says so")
  func reduced() async throws {
    let bench = try DeliveryBench()
    let outbox = try await bench.open()
    await outbox.fillDisk(DiskRoom(freeBytes: 2 << 30, bytes: 20 << 30))
    guard case .opened(let set) = try await outbox.begin(DeliveryBench.facts(1), at: 0) else {
      Issue.record("not opened")
      return
    }
    #expect(set.isReduced)
    var images = (0..<5).map { DeliveryBench.image($0, of: 1) }
    images.append(
      ImageFile(fileName: "backLeft_9.webp", camera: "backLeft", width: 1, height: 1, bytes: Data([1]), at: 2.5))
    let kept = ImageFile.thinned(images)
    #expect(
      kept.map(\.fileName) == ["roofLeft_0.webp", "roofLeft_2.webp", "backLeft_9.webp", "roofLeft_4.webp"])
    try await set.add(kept)
    // What is known at the end does not know how full the disk was at the beginning.
    _ = try await set.close(DeliveryBench.facts(1), at: 0)
    let place = try #require(try await outbox.list().first?.folder)
    let data = try Data(contentsOf: URL(fileURLWithPath: bench.state + "/\(place)/manifest.json"))
    #expect(ImageSetManifest.read(data)?.facts.isReduced == true)
  }

  @Test("Without files left a passage is refused and counted, whatever the bytes say")
  func files() async throws {
    let bench = try DeliveryBench()
    let outbox = try await bench.open()
    await outbox.fillDisk(DiskRoom(freeBytes: 15 << 30, bytes: 20 << 30, freeFiles: 3, files: 1000))
    guard case .refused(let reason) = try await outbox.begin(DeliveryBench.facts(1), at: 0) else {
      Issue.record("not refused")
      return
    }
    #expect(reason == "3 of 1000 files left on the disk")
    #expect(try await outbox.books() == OutboxBooks(seen: 1, refused: 1))
  }

  @Test("The ballast is really taken, goes when the database finds the disk full, and comes back when there is room")
  func ballast() async throws {
    let bench = try DeliveryBench()
    bench.outboxSettings.ballastBytes = 64 << 10
    let outbox = try await bench.open()
    let path = bench.state + "/ballast"
    var status = stat()
    #expect(stat(path, &status) == 0 && Int(status.st_blocks) * 512 >= 64 << 10)
    #expect(try await outbox.commitOnFullDisk(failures: 1) == 2)
    #expect(!FileManager.default.fileExists(atPath: path))
    await #expect(throws: DatabaseError.self) { try await outbox.commitOnFullDisk(failures: 1) }
    await outbox.fillDisk(DiskRoom(freeBytes: 1 << 30, bytes: 20 << 30))
    try await outbox.purge(at: 0)
    #expect(!FileManager.default.fileExists(atPath: path))
    await outbox.fillDisk(DiskRoom(freeBytes: 10 << 30, bytes: 20 << 30))
    try await outbox.purge(at: 0)
    #expect(DurableFiles.size(path) == 64 << 10)
  }
}

extension Outbox {
  /// How often a transaction ran that finds the disk full so many times.
  func commitOnFullDisk(failures: Int) throws -> Int {
    var runs = 0
    try withBallast {
      runs += 1
      if runs <= failures { throw DatabaseError(resultCode: .SQLITE_FULL) }
    }
    return runs
  }
}
