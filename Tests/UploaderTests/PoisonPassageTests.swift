import Foundation
import Testing

@testable import Uploader

extension DeliveryBench {
  fileprivate func path(_ words: String) -> String { state + "/" + words }

  /// A file that cannot be read any more, as a disk with a bad block has one: whoever reads it ends with 74.
  fileprivate func ruin(_ file: String) throws {
    let manager = FileManager.default
    if manager.fileExists(atPath: path(file)) {
      try manager.moveItem(atPath: path(file), toPath: path(file) + ".whole")
    }
    try manager.createDirectory(atPath: path(file), withIntermediateDirectories: false)
  }

  fileprivate func mend(_ file: String) throws {
    try FileManager.default.removeItem(atPath: path(file))
    if FileManager.default.fileExists(atPath: path(file) + ".whole") {
      try FileManager.default.moveItem(atPath: path(file) + ".whole", toPath: path(file))
    }
  }

  /// One life that ends in an error, or in order.
  fileprivate func live() async throws -> DeliveryEnding? {
    do { return try await deliverAll().ending } catch is StorageError {
      try await die()
      return nil
    }
  }
}

/// A passage that ends the process at every start does not keep the others from the cloud, and is not lost.
@Suite struct PoisonPassageTests {
  private func folder(_ number: Int) -> String {
    "spool/\(Outbox.day(of: 1_790_000_000 + Int64(number) * 60))/\(DeliveryBench.id(number))"
  }

  @Test(
    "A passage whose delivery ends the process is set aside at the fourth start, the others arrive, and a retry brings it back"
  )
  func delivery() async throws {
    let bench = try DeliveryBench()
    for number in 1...3 { try await bench.record(number) }
    let manifest = folder(1) + "/manifest.json"
    try bench.ruin(manifest)
    for _ in 1...3 { #expect(try await bench.live() == nil) }
    #expect(try await bench.live() == .quarantined(count: 1))
    try await bench.judge(2...3)
    let id = DeliveryBench.id(1)
    let shown = try #require(try await bench.open().show(id)?.passage)
    #expect(
      shown.state == .quarantined && shown.reason == "the process ended in the middle of its work 3 times in a row")
    #expect(bench.events.all.count { if case .quarantined(id, _) = $0 { true } else { false } } == 1)
    #expect(try await bench.open().check().map(\.passage) == [id])
    #expect(try await bench.open().books() == OutboxBooks(seen: 3, delivered: 2, quarantined: 1))
    // It stays so, whatever is started.
    try await bench.quit()
    #expect(try await bench.live() == .quarantined(count: 1))
    try bench.mend(manifest)
    #expect(try await bench.open().retry(id, at: bench.unitMs))
    #expect(try await bench.live() == .nothingOwed)
    try await bench.judge(1...3)
    #expect(try await bench.open().check(.hash).isEmpty)
  }

  /// What of an image set that was being filled cannot be read at the start.
  enum Unread: String, CaseIterable, Sendable { case trigger, manifest, journal }

  @Test(
    "An image set that ends every start is set aside with or without its rows, and a retry brings it back",
    arguments: Unread.allCases, [false, true])
  func recovery(_ unread: Unread, _ grows: Bool) async throws {
    let bench = try DeliveryBench()
    try await bench.record(1)
    guard
      case .opened(let set) = try await bench.open().begin(
        DeliveryBench.facts(2, tenant: grows ? "tenant-1" : nil), at: 0)
    else { return }
    try await set.add((0..<3).map { DeliveryBench.image($0, of: 2) })
    try await bench.die()
    let name =
      ["trigger": "trigger.json", "manifest": "manifest.json", "journal": "images.jsonl"][unread.rawValue] ?? ""
    try bench.ruin("tmp/\(set.id)/\(name)")
    for _ in 1...3 {
      await #expect(throws: StorageError.self) { try await bench.open() }
    }
    #expect(try await bench.live() == .quarantined(count: 1))
    try await bench.judge([1])
    let books = try await bench.open().books()
    #expect(books == OutboxBooks(seen: 2, delivered: 1, quarantined: 1))
    let place = try #require(try await bench.open().show(set.id)?.passage.folder)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: bench.state + "/" + place).count { $0.hasSuffix(".webp") }
        == 3)
    try await bench.quit()
    try await bench.open()
    try bench.mend("\(place)/\(name)")
    #expect(try await bench.open().retry(set.id, at: bench.unitMs))
    if !grows { _ = try await bench.open().releaseHeld(tenantId: "tenant-1", captureSetId: "set-1", at: bench.unitMs) }
    #expect(try await bench.live() == .nothingOwed)
    try await bench.judge(1...2)
    #expect(try await bench.open().books() == OutboxBooks(seen: 2, delivered: 2))
    #expect(try await bench.open().check(.hash).isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: bench.state + "/tmp").isEmpty)
  }

  @Test(
    "A retry that a power cut ends, wherever, leaves it set aside or takes it up: the next one brings it back",
    arguments: ["spool", "growing", "rowless"])
  func retryCutShort(_ place: String) async throws {
    var cuts = 0
    while true {
      let bench = try DeliveryBench()
      try await bench.record(1)
      let id = DeliveryBench.id(2)
      if place == "spool" {
        try await bench.record(2)
      } else {
        let facts = DeliveryBench.facts(2, tenant: place == "growing" ? "tenant-1" : nil)
        guard case .opened(let set) = try await bench.open().begin(facts, at: 0) else { return }
        try await set.add((0..<3).map { DeliveryBench.image($0, of: 2) })
        try await bench.die()
      }
      let folder = place == "spool" ? folder(2) : "tmp/\(id)"
      try bench.ruin(folder + "/manifest.json")
      while try await bench.live() == nil {}
      let shown = try #require(try await bench.open().show(id)?.passage)
      #expect(shown.state == .quarantined)
      try bench.mend((shown.folder ?? "") + "/manifest.json")
      let cut = PowerCut(after: cuts)
      await (try await bench.open()).cutPower { try cut.pass($0) }
      do { _ = try await bench.open().retry(id, at: bench.unitMs) } catch is PowerCut { try await bench.die() }
      await (try await bench.open()).cutPower(nil)
      _ = try await bench.takeUpAgain()
      _ = try await bench.open().releaseHeld(tenantId: "tenant-1", captureSetId: "set-1", at: bench.unitMs)
      let step = cut.step ?? "the end"
      #expect(try await bench.live() == .nothingOwed, "cut at \(step)")
      try await bench.judge(1...2)
      #expect(try await bench.open().books() == OutboxBooks(seen: 2, delivered: 2), "cut at \(step)")
      if !cut.happened { break }
      cuts += 1
    }
    #expect(cuts > 1)
  }

  @Test("Set aside without rows, it is still set aside when the database is lost")
  func databaseLost() async throws {
    let bench = try DeliveryBench()
    guard case .opened(let set) = try await bench.open().begin(DeliveryBench.facts(1, tenant: nil), at: 0) else {
      return
    }
    try await set.add([DeliveryBench.image(0, of: 1)])
    try await bench.die()
    try bench.ruin("tmp/\(set.id)/trigger.json")
    for _ in 1...3 { await #expect(throws: StorageError.self) { try await bench.open() } }
    try await bench.open()
    try await bench.quit()
    try FileManager.default.removeItem(atPath: bench.state + "/outbox.sqlite")
    #expect(try await bench.open().show(set.id)?.passage.state == .quarantined)
    #expect(try await bench.open().books() == OutboxBooks(seen: 1, quarantined: 1))
  }

  @Test("Work that came to its end in between begins the count anew")
  func notInARow() async throws {
    let bench = try DeliveryBench()
    let id = try await bench.record(1)
    let manifest = folder(1) + "/manifest.json"
    for _ in 1...3 {
      for _ in 1...2 {
        try bench.ruin(manifest)
        #expect(try await bench.live() == nil)
        try bench.mend(manifest)
      }
      // The cloud does not answer: that is no fault of the passage.
      bench.cloud.fault = { _, _ in .notSent }
      _ = try await bench.live()
      #expect(try await bench.open().show(id)?.passage.state == .queued)
    }
    bench.cloud.fault = { _, _ in nil }
    bench.clock.advance(3_600_000)
    #expect(try await bench.live() == .nothingOwed)
    try await bench.judge([1])
  }

  @Test("An image that arrives begins the count anew, for a slow line is no fault of the passage")
  func progress() async throws {
    let bench = try DeliveryBench()
    bench.settings.parallelImages = 1
    let id = try await bench.record(1, images: 8)
    for life in 0..<8 {
      let outbox = try await bench.open()
      let arrived = Counter()
      bench.cloud.fault = { operation, _ in
        if operation == .upload { arrived.add() }
        return nil
      }
      // It dies when the third image of its life is announced.
      let cut = PowerCut(after: 0)
      await outbox.cutPower { step in
        if cut.happened || (arrived.value > 1 && step == "before signed") { try cut.pass(step) }
      }
      do { _ = try await bench.deliverAll() } catch is PowerCut { try await bench.die() }
      #expect(try await bench.open().show(id)?.passage.state != .quarantined, "life \(life)")
    }
  }

  @Test("When everything ends it, it is not the passages: three are set aside, the rest is left alone")
  func notThePassages() async throws {
    let bench = try DeliveryBench()
    for number in 1...6 {
      try await bench.record(number)
      try bench.ruin(folder(number) + "/manifest.json")
    }
    for _ in 1...16 { #expect(try await bench.live() == nil) }
    #expect(try await bench.open().books() == OutboxBooks(seen: 6, pending: 3, quarantined: 3))
    for number in 1...6 { try bench.mend(folder(number) + "/manifest.json") }
    #expect(try await bench.live() == .quarantined(count: 3))
    #expect(try await bench.takeUpAgain() == 3)
    #expect(try await bench.live() == .nothingOwed)
    try await bench.judge(1...6)
  }

  @Test("A delivered image set whose removal ends the process stays where it is, and a person may discard it")
  func removal() async throws {
    let bench = try DeliveryBench()
    for number in 1...2 { try await bench.record(number) }
    _ = try await bench.deliverAll()
    bench.clock.advance(49 * 3600 * 1000)
    // A folder in the trash that is none, in the place of this one's.
    let blocked = bench.state + "/trash/\(DeliveryBench.id(1))"
    try FileManager.default.createSymbolicLink(atPath: blocked, withDestinationPath: "/dev/null")
    await #expect(throws: StorageError.self) { try await bench.open().purge(at: bench.unitMs) }
    try await bench.die()
    for _ in 2...3 { await #expect(throws: StorageError.self) { try await bench.open() } }
    #expect(try await bench.open().purge(at: bench.unitMs) == 1)
    #expect(try await bench.open().list().map(\.passage) == [DeliveryBench.id(1)])
    try FileManager.default.removeItem(atPath: bench.state + "/trash/\(DeliveryBench.id(1))")
    #expect(try await bench.open().discard(DeliveryBench.id(1), at: bench.unitMs) == .discarded)
    #expect(try await bench.open().books().isBalanced)
  }
}
