import Foundation
import GRDB
import Testing

@testable import Uploader

/// Deaths of a passage whose images are sent while it grows.
@Suite struct GrowingCrashTests {
  /// What the cloud does to the first creation, and the disk to the database, on top of the cut.
  enum Trouble: String, CaseIterable, Sendable {
    case none, answerLost, lateCommit, databaseLost, both

    var fault: LedgerCloud.Fault? {
      switch self {
      case .none, .databaseLost: nil
      case .answerLost, .both: .broken(commits: true)
      case .lateCommit: .late(25_000)
      }
    }

    var losesDatabase: Bool { self == .databaseLost || self == .both }
  }

  /// What the passage was promised before the cut.
  private struct Told {
    var images = 0
    var isClosed = false
  }

  private func life(_ bench: DeliveryBench, _ told: inout Told) async throws {
    guard case .opened(let set) = try await bench.open().begin(DeliveryBench.facts(1), at: bench.clock.nowMs())
    else { return }
    for group in 0..<3 {
      try await set.add((0..<2).map { DeliveryBench.image(group * 2 + $0, of: 1) })
      told.images = group * 2 + 2
      _ = try await bench.deliverAll()
    }
    _ = try await set.close(at: bench.clock.nowMs())
    told.isClosed = true
    _ = try await bench.deliverAll()
  }

  @Test(
    "Stopped at any durable step of a growing passage, all that was added is in the cloud, in one image set, once",
    arguments: Trouble.allCases)
  func everyStep(_ trouble: Trouble) async throws {
    var cuts: Set<String> = []
    for steps in 0... {
      let bench = try DeliveryBench()
      bench.settings.parallelImages = 1
      bench.cloud.fault = { operation, call in operation == .create && call == 1 ? trouble.fault : nil }
      let cut = PowerCut(after: steps)
      try await bench.open().cutPower { try cut.pass($0) }
      var told = Told()
      do { try await life(bench, &told) } catch is PowerCut {}
      guard cut.happened else { break }
      let step = cut.step ?? ""
      cuts.insert(step)
      try await bench.die()
      if trouble.losesDatabase {
        for name in ["/outbox.sqlite", "/outbox.sqlite-wal"] {
          try Data(repeating: 0x5a, count: 9000).write(to: URL(fileURLWithPath: bench.state + name))
        }
      }
      #expect(try await bench.deliverAll().ending == .nothingOwed, "after \(step)")
      bench.cloud.settle()
      let outbox = try await bench.open()
      let sets = bench.cloud.sets
      #expect(sets.count == (told.images > 0 ? 1 : sets.count) && sets.count <= 1, "\(sets.count) sets after \(step)")
      let images = sets.first?.images ?? [:]
      #expect(images.count >= told.images, "\(images.count) of \(told.images) images after \(step)")
      for (name, stored) in images {
        let index = Int(name.dropFirst("roofLeft_".count).dropLast(".webp".count)) ?? -1
        #expect(stored.md5 == Digest.md5(DeliveryBench.image(index, of: 1).bytes) && stored.keys.count == 1)
      }
      let books = try await outbox.books()
      #expect(
        books.isBalanced && books.pending == 0 && books.open == 0 && books.quarantined == 0, "\(books) after \(step)")
      #expect(books.delivered + books.interrupted <= 1 && books.delivered == sets.count, "\(books) after \(step)")
      #expect(try await outbox.check(.hash).isEmpty, "after \(step)")
      if told.isClosed { #expect(try await outbox.list().map(\.partial) == [false], "after \(step)") }
      #expect(try FileManager.default.contentsOfDirectory(atPath: bench.state + "/tmp").isEmpty, "after \(step)")
    }
    for step in ["after images", "before group", "after group", "after created", "after rename", "before commit"] {
      #expect(cuts.contains(step), "no cut at '\(step)'")
    }
  }

  @Test("A picture of a growing set that the disk did not keep is left out, and the set is marked as cut short")
  func tornPicture() async throws {
    let bench = try DeliveryBench()
    guard case .opened(let set) = try await bench.open().begin(DeliveryBench.facts(1), at: 0) else { return }
    try await set.add((0..<3).map { DeliveryBench.image($0, of: 1) })
    // Bytes that differ inside of a whole file: only the digest tells.
    let path = URL(fileURLWithPath: bench.state + "/tmp/\(set.id)/roofLeft_1.webp")
    var bytes = try Data(contentsOf: path)
    bytes[100] ^= 1
    try bytes.write(to: path)
    // And a line of the journal that was cut off.
    let journal = URL(fileURLWithPath: bench.state + "/tmp/\(set.id)/images.jsonl")
    try (Data(contentsOf: journal) + Data("{\"images\":[{\"at\":1".utf8)).write(to: journal)
    try await bench.die()
    let shown = try #require(try await bench.open().show(set.id))
    #expect(shown.images.map(\.fileName) == ["roofLeft_0.webp", "roofLeft_2.webp"] && shown.passage.partial)
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    #expect(bench.cloud.sets.map(\.images.count) == [2])
  }

  @Test("A growing set whose folder somebody removed is told of, not waited for")
  func folderGone() async throws {
    let bench = try DeliveryBench()
    guard case .opened(let set) = try await bench.open().begin(DeliveryBench.facts(1), at: 0) else { return }
    try await set.add((0..<3).map { DeliveryBench.image($0, of: 1) })
    try await bench.die()
    try FileManager.default.removeItem(atPath: bench.state + "/tmp/\(set.id)")
    #expect(try await bench.open().list().map(\.growing) == [false])
    _ = try await bench.deliverAll()
    let books = try await bench.open().books()
    #expect(books == OutboxBooks(seen: 1, quarantined: 1))
  }

  @Test(
    "A folder that the cut left under its old name and its new one is one image set: what is whole stays",
    arguments: [(false, false), (false, true), (true, false)])
  func bothNames(isRowless: Bool, isNewOneTorn: Bool) async throws {
    let bench = try DeliveryBench()
    let outbox = try await bench.open()
    guard case .opened(let set) = try await outbox.begin(DeliveryBench.facts(1), at: 0) else { return }
    try await set.add((0..<3).map { DeliveryBench.image($0, of: 1) })
    await outbox.cutPower { if $0 == "after rename" { throw PowerCut(after: 0) } }
    await #expect(throws: PowerCut.self) { try await set.close(at: 0) }
    try await bench.die()
    let files = FileManager.default
    let day = try #require(try files.contentsOfDirectory(atPath: bench.state + "/spool").first)
    let place = "\(bench.state)/spool/\(day)/\(set.id)"
    try files.copyItem(atPath: place, toPath: "\(bench.state)/tmp/\(set.id)")
    if isNewOneTorn { try files.removeItem(atPath: place + "/roofLeft_1.webp") }
    if isRowless {
      for name in ["/outbox.sqlite", "/outbox.sqlite-wal"] { try? files.removeItem(atPath: bench.state + name) }
    }

    #expect(try await bench.deliverAll().ending == .nothingOwed)
    #expect(bench.cloud.sets.map(\.images.count) == [3])
    #expect(try await bench.open().books() == OutboxBooks(seen: 1, delivered: 1))
    #expect(try files.contentsOfDirectory(atPath: bench.state + "/tmp").isEmpty)
  }
}
