import Foundation
import GRDB
import Testing

@testable import Uploader

@Suite struct ImageSetTests {
  @Test("A closed image set describes itself, and no byte of its manifest can change unseen")
  func manifest() async throws {
    let bench = try DeliveryBench()
    let id = try await bench.record(1, plate: "KL9802")
    let folder = try #require(try await bench.open().show(id)?.passage.folder)
    #expect(folder == "spool/20260921/\(id)")
    let data = try Data(contentsOf: URL(fileURLWithPath: bench.state + "/" + folder + "/manifest.json"))
    let manifest = try #require(ImageSetManifest.read(data))
    #expect(manifest.facts == DeliveryBench.facts(1, plate: "KL9802"))
    #expect(manifest.recDate == 1_790_000_060)
    #expect(manifest.images.map(\.fileName) == ["roofLeft_0.webp", "roofLeft_1.webp", "roofLeft_2.webp"])
    #expect(manifest.images[1].sha256 == Digest.sha256(DeliveryBench.image(1, of: 1).bytes))
    for index in stride(from: 0, to: data.count, by: 7) {
      var changed = data
      changed[index] ^= 4
      #expect(ImageSetManifest.read(changed) == nil, "byte \(index)")
    }
    #expect(ImageSetManifest.read(data.dropLast(20)) == nil)
  }

  @Test("A passage that was kept once is never kept again, whatever became of it")
  func alreadyKept() async throws {
    let bench = try DeliveryBench()
    let facts = DeliveryBench.facts(1)
    try await bench.record(1)
    func begin() async throws -> PassageState? {
      if case .alreadyKept(let state) = try await bench.open().begin(facts, at: bench.clock.nowMs()) {
        state
      } else {
        nil
      }
    }
    #expect(try await begin() == .queued)
    _ = try await bench.deliverAll()
    #expect(try await begin() == .verified)
    bench.clock.advance(49 * 3600 * 1000)
    #expect(try await bench.open().purge(at: bench.clock.nowMs()) == 1)
    #expect(try await begin() == .done)
    try await bench.die()
    #expect(try await begin() == .done)
    #expect(try FileManager.default.contentsOfDirectory(atPath: bench.state + "/tmp").isEmpty)
  }

  @Test("Passages of the same second get seconds of their own; their true times stay in the manifest")
  func sameSecond() async throws {
    let bench = try DeliveryBench()
    for number in 1...3 { try await bench.record(number, second: 1_790_000_000) }
    try await bench.record(4, captureSet: "set-2", second: 1_790_000_000)
    #expect(
      try await bench.open().list().map(\.recDate) == [1_790_000_000, 1_790_000_000, 1_790_000_001, 1_790_000_002])
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    #expect(bench.cloud.sets.count == 4)
  }

  @Test("Names that could leave the folder, empty pictures and doubled names are refused")
  func unfitImages() async throws {
    let bench = try DeliveryBench()
    guard case .opened(let set) = try await bench.open().begin(DeliveryBench.facts(1), at: 0) else {
      Issue.record("not opened")
      return
    }
    for name in [
      "../x.webp", "a/b.webp", "x.jpg", ".webp", "trigger.json", String(repeating: "a", count: 41) + ".webp", "ä.webp",
    ] {
      var image = DeliveryBench.image(0, of: 1)
      image.fileName = name
      await #expect(throws: StorageError.self, "\(name)") { try await set.add([image]) }
    }
    var empty = DeliveryBench.image(0, of: 1)
    empty.bytes = Data()
    await #expect(throws: StorageError.self) { try await set.add([empty]) }
    try await set.add([DeliveryBench.image(0, of: 1)])
    await #expect(throws: StorageError.self) { try await set.add([DeliveryBench.image(0, of: 1)]) }
    guard case .committed = try await set.close(at: 0) else {
      Issue.record("not committed")
      return
    }
    #expect(try await bench.open().show(DeliveryBench.id(1))?.images.count == 1)
  }

  @Test("A disk that is too full refuses new passages, counts them, and takes them again when there is room")
  func diskFull() async throws {
    let bench = try DeliveryBench()
    bench.outboxSettings.freeSpaceFloor = 1 << 30
    try await bench.open().fillDisk(free: 1 << 20)
    guard case .refused(let reason) = try await bench.open().begin(DeliveryBench.facts(1), at: 0) else {
      Issue.record("not refused")
      return
    }
    #expect(reason == "1 MiB free, 1024 MiB are kept clear")
    #expect(try await bench.open().books() == OutboxBooks(seen: 1, refused: 1))
    try await bench.open().fillDisk(free: 1 << 40)
    try await bench.record(2)
    #expect(try await bench.open().books() == OutboxBooks(seen: 2, pending: 1, refused: 1))
  }

  @Test("An abandoned image set leaves nothing; one without pictures is told of as interrupted")
  func abandoned() async throws {
    let bench = try DeliveryBench()
    let outbox = try await bench.open()
    guard case .opened(let first) = try await outbox.begin(DeliveryBench.facts(1), at: 0),
      case .opened(let second) = try await outbox.begin(DeliveryBench.facts(2), at: 0)
    else {
      Issue.record("not opened")
      return
    }
    try await first.add([DeliveryBench.image(0, of: 1)])
    #expect(try await outbox.books() == OutboxBooks(seen: 2, open: 2))
    try await first.abandon()
    #expect(try await second.close(at: 0) == .interrupted(reason: "no image"))
    #expect(try await outbox.books() == OutboxBooks(seen: 1, interrupted: 1))
    for name in ["tmp", "trash", "spool"] {
      #expect(try FileManager.default.contentsOfDirectory(atPath: bench.state + "/" + name).isEmpty)
    }
  }

  @Test(
    "Days are named as the calendar has them",
    arguments: [
      (0, "19700101"), (951_782_399, "20000228"), (951_782_400, "20000229"), (1_798_761_599, "20261231"),
      (1_798_761_600, "20270101"), (4_107_542_400, "21000301"),
    ] as [(Int64, String)])
  func days(_ second: Int64, _ day: String) {
    #expect(Outbox.day(of: second) == day)
  }
}
