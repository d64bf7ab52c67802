import Foundation
import Testing

@testable import Uploader

@Suite struct GrowingImageSetTests {
  private func open(_ facts: PassageFacts, in bench: DeliveryBench) async throws -> ImageSet {
    guard case .opened(let set) = try await bench.open().begin(facts, at: bench.clock.nowMs()) else {
      throw StorageError.misuse(reason: "not opened")
    }
    return set
  }

  private func open(_ number: Int, in bench: DeliveryBench) async throws -> ImageSet {
    try await open(DeliveryBench.facts(number), in: bench)
  }

  private func group(_ range: Range<Int>, of number: Int) -> [ImageFile] {
    range.map { DeliveryBench.image($0, of: number) }
  }

  @Test(
    "What was added is in the cloud before more is; only what is closed is ever uploaded, and nothing is sent twice")
  func grows() async throws {
    let bench = try DeliveryBench()
    let set = try await open(1, in: bench)
    #expect(try await bench.open().list().isEmpty, "no row before the first group")
    for end in [2, 3, 5] {
      try await set.add(group((end == 2 ? 0 : end == 3 ? 2 : 3)..<end, of: 1))
      #expect(try await bench.deliverAll().ending == .nothingOwed)
      #expect(bench.cloud.sets.map(\.images.count) == [end])
      let row = try #require(try await bench.open().list().first)
      #expect(row.growing && row.state == .created && row.images == end && row.sent == end)
      #expect(row.folder == "tmp/\(set.id)" && row.notBeforeMs == nil)
      #expect(try await bench.open().books() == OutboxBooks(seen: 1, open: 1))
      #expect(try await bench.open().check(.hash).isEmpty)
      // A vehicle that stands there for hours.
      bench.clock.advance(5 * 3_600_000)
    }
    let second: Int64 = 1_790_000_060
    #expect(try await set.close(at: bench.clock.nowMs()) == .committed(recDate: second, state: .created))
    #expect(try await bench.open().books() == OutboxBooks(seen: 1, pending: 1))
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    try await bench.judge([1], images: 5)
    let row = try #require(try await bench.open().list().first)
    #expect(!row.growing && !row.partial && row.state == .verified && row.folder == "spool/20260921/\(set.id)")
    #expect(bench.cloud.count(.create) == 1)
    #expect(bench.cloud.sets[0].images.values.allSatisfy { $0.stores == 1 })
    #expect(try await bench.open().check(.hash).isEmpty)
  }

  /// Closes an image set, or adds to it, when the first of its images is on the line.
  private final class Meanwhile: HTTPTransport, @unchecked Sendable {
    private let cloud: LedgerCloud
    private let lock = NSLock()
    private var work: (@Sendable () async throws -> Void)?

    init(_ cloud: LedgerCloud, _ work: @escaping @Sendable () async throws -> Void) {
      self.cloud = cloud
      self.work = work
    }

    func send(_ request: HTTPRequest) async -> HTTPExchange {
      if LedgerCloud.operation(of: request) == .upload {
        let work = lock.withLock {
          defer { self.work = nil }
          return self.work
        }
        do { try await work?() } catch { Issue.record(error) }
      }
      return await cloud.send(request)
    }
  }

  @Test("The folder may move into the spool, and more may be added, while images of it are on the line")
  func renamedMeanwhile() async throws {
    let bench = try DeliveryBench()
    bench.settings.parallelImages = 1
    let set = try await open(1, in: bench)
    try await set.add(group(0..<3, of: 1))
    let now = bench.clock.nowMs()
    let more = group(3..<4, of: 1)
    let network = Meanwhile(bench.cloud) {
      try await set.add(more)
      _ = try await set.close(at: now)
    }
    #expect(try await bench.delivery(over: network).deliverAll().ending == .nothingOwed)
    try await bench.judge([1], images: 4)
    #expect(try await bench.open().show(set.id)?.images.map(\.state) == Array(repeating: .listed, count: 4))
  }

  @Test("The first image goes out with the creation, whoever else waits")
  func firstImageAtOnce() async throws {
    let bench = try DeliveryBench()
    bench.settings.newestEvery = 1
    for number in 1...3 { try await bench.record(number) }
    let set = try await open(9, in: bench)
    try await set.add(group(0..<2, of: 9))
    let start = bench.clock.nowMs()
    let created = Locked<Int64?>(nil)
    let stored = Locked<Int64?>(nil)
    let clock = bench.clock
    let network = Watching(bench.cloud) { operation in
      if operation == .upload { stored.with { $0 = $0 ?? clock.nowMs() } }
      if operation == .create { created.with { $0 = $0 ?? clock.nowMs() } }
    }
    _ = try await bench.delivery(over: network).deliverAll()
    #expect(bench.cloud.sets.first?.recDate == 1_790_000_540, "the newest came first")
    let pause = (stored.with { $0 } ?? .max) - (created.with { $0 } ?? start)
    #expect(pause <= 10 * bench.cloud.latencyMs)
  }

  private struct Watching: HTTPTransport {
    let cloud: LedgerCloud
    let saw: @Sendable (LedgerCloud.Operation) -> Void

    init(_ cloud: LedgerCloud, _ saw: @escaping @Sendable (LedgerCloud.Operation) -> Void) {
      self.cloud = cloud
      self.saw = saw
    }

    func send(_ request: HTTPRequest) async -> HTTPExchange {
      saw(LedgerCloud.operation(of: request))
      return await cloud.send(request)
    }
  }

  @Test(
    "Where owner or time are not known, and in a replay, nothing is sent before the closing; then it goes its usual way"
  )
  func notSentWhileGrowing() async throws {
    var doubtful = DeliveryBench.facts(1)
    doubtful.clock = .guess
    doubtful.bootId = "boot"
    let cases: [(PassageFacts, PassageState)] = [
      (DeliveryBench.facts(2, tenant: nil), .held), (DeliveryBench.facts(3, captureSet: nil), .held),
      (doubtful, .holdClock), (DeliveryBench.facts(4, isRepeatable: true), .queued),
    ]
    for (facts, expected) in cases {
      let bench = try DeliveryBench()
      let set = try await open(facts, in: bench)
      try await set.add(group(0..<2, of: 1))
      #expect(try await bench.open().list().isEmpty)
      #expect(try await bench.deliverAll().ending == .nothingOwed)
      #expect(bench.cloud.sets.isEmpty)
      #expect(try await bench.open().books() == OutboxBooks(seen: 1, open: 1))
      guard case .committed(_, expected) = try await set.close(at: bench.clock.nowMs()) else {
        Issue.record("\(facts)")
        continue
      }
      #expect(try await bench.open().show(facts.id)?.images.count == 2)
    }
  }

  /// How far delivery had come when it turned out to be no vehicle.
  enum Reached: String, CaseIterable, Sendable {
    case nothing, refused, answerLost, created
  }

  @Test(
    "What turns out to be no vehicle leaves no trace, or is closed with what there is once the cloud may know it",
    arguments: Reached.allCases)
  func abandoned(_ reached: Reached) async throws {
    let bench = try DeliveryBench()
    let set = try await open(1, in: bench)
    try await set.add(group(0..<2, of: 1))
    bench.cloud.fault = { operation, _ in
      guard operation == .create else { return nil }
      return switch reached {
      case .nothing, .created: nil
      case .refused: .status(429)
      case .answerLost: .broken(commits: true)
      }
    }
    bench.settings.patienceSeconds = 1
    if reached != .nothing { _ = try await bench.deliverAll() }
    let end = try await set.abandon()
    bench.cloud.fault = { _, _ in nil }
    bench.settings.patienceSeconds = 1000
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    let outbox = try await bench.open()
    switch reached {
    case .nothing, .refused:
      #expect(end == .dropped)
      #expect(try await outbox.books() == OutboxBooks())
      #expect(try await outbox.list(includingGone: true).isEmpty && bench.cloud.sets.isEmpty)
      #expect(try FileManager.default.contentsOfDirectory(atPath: bench.state + "/tmp").isEmpty)
    case .answerLost, .created:
      guard case .committed(1_790_000_060, _) = end else {
        Issue.record("\(end)")
        return
      }
      try await bench.judge([1], images: 2)
      #expect(try await outbox.show(set.id)?.passage.partial == true)
      let told = try await outbox.read { database in
        try String.fetchOne(database, sql: "SELECT detail FROM event WHERE kind = 'abandoned'")
      }
      #expect(told != nil)
    }
  }

  @Test(
    "A plate that was read late reaches the cloud if it was not asked yet; else the manifest has both what is true and what was told",
    arguments: [Reached.nothing, .answerLost, .created])
  func latePlate(_ reached: Reached) async throws {
    let bench = try DeliveryBench()
    let set = try await open(1, in: bench)
    try await set.add(group(0..<2, of: 1))
    bench.cloud.fault = { operation, _ in
      operation == .create && reached == .answerLost ? .broken(commits: true) : nil
    }
    bench.settings.patienceSeconds = 1
    if reached != .nothing { _ = try await bench.deliverAll() }
    _ = try await set.close(DeliveryBench.facts(1, plate: "KL9802"), at: bench.clock.nowMs())
    bench.cloud.fault = { _, _ in nil }
    bench.settings.patienceSeconds = 1000
    let place = try #require(try await bench.open().show(set.id)?.passage.folder)
    let data = try Data(contentsOf: URL(fileURLWithPath: bench.state + "/\(place)/manifest.json"))
    let manifest = try #require(ImageSetManifest.read(data))
    #expect(manifest.facts.plate == "KL9802" && (manifest.told == nil) == (reached == .nothing))
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    try await bench.judge([1], images: 2)
    #expect(bench.cloud.sets[0].plate == (reached == .nothing ? "DK#KL9802" : nil))
  }

  @Test("Two that are open at once in the same second are promised different ones, and keep them")
  func sameSecond() async throws {
    let bench = try DeliveryBench()
    let first = try await open(DeliveryBench.facts(1, second: 1_790_000_000), in: bench)
    let second = try await open(DeliveryBench.facts(2, second: 1_790_000_000), in: bench)
    try await second.add(group(0..<1, of: 2))
    try await first.add(group(0..<1, of: 1))
    #expect(try await second.close(at: 0) == .committed(recDate: 1_790_000_001, state: .queued))
    #expect(try await first.close(at: 0) == .committed(recDate: 1_790_000_000, state: .queued))
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    #expect(bench.cloud.sets.count == 2)
  }

  @Test(
    "Without room for the manifest, or for its place, the passage is kept all the same, delivered, and closed when there is room again",
    arguments: ["before manifest", "before rename"])
  func noRoomToClose(_ full: String) async throws {
    let bench = try DeliveryBench()
    let set = try await open(1, in: bench)
    try await set.add(group(0..<3, of: 1))
    let outbox = try await bench.open()
    await outbox.cutPower { step in
      if step == full { throw StorageError.disk(operation: "write", path: step, code: ENOSPC) }
    }
    #expect(try await set.close(at: 0) == .committed(recDate: 1_790_000_060, state: .queued))
    _ = try await bench.deliverAll()
    // The next removal round, and the disk is as full as before.
    try await outbox.purge(at: bench.clock.nowMs())
    #expect(try await outbox.list().map(\.growing) == [true])
    #expect(try await outbox.books() == OutboxBooks(seen: 1, open: 1))
    await outbox.cutPower(nil)
    try await outbox.purge(at: bench.clock.nowMs())
    #expect(try await outbox.list().map(\.growing) == [false])
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    try await bench.judge([1])
  }

  @Test("A plate that found no room at the closing was not told: the image set is looked for without it, and found")
  func plateWithoutRoom() async throws {
    let bench = try DeliveryBench()
    let set = try await open(1, in: bench)
    try await set.add(group(0..<2, of: 1))
    try await bench.open().cutPower { step in
      if step == "before rename" { throw StorageError.disk(operation: "mkdir", path: step, code: ENOSPC) }
    }
    _ = try await set.close(DeliveryBench.facts(1, plate: "KL9802"), at: bench.clock.nowMs())
    bench.cloud.fault = { operation, call in operation == .create && call == 1 ? .broken(commits: true) : nil }
    bench.settings.patienceSeconds = 1
    _ = try await bench.deliverAll()
    try await bench.die()
    bench.settings.patienceSeconds = 1000
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    try await bench.judge([1], images: 2)
  }

  @Test("A full disk takes back the group that did not fit, and its line of the journal; what was added before stays")
  func groupThatDoesNotFit() async throws {
    let bench = try DeliveryBench()
    let set = try await open(1, in: bench)
    try await set.add(group(0..<2, of: 1))
    let folder = bench.state + "/tmp/\(set.id)"
    func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder).sorted() }
    func journal() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: folder + "/images.jsonl")) }
    let before = (try names(), try journal())
    let outbox = try await bench.open()
    await outbox.cutPower { step in
      if step == "before sync" { throw StorageError.disk(operation: "write", path: step, code: ENOSPC) }
    }
    await #expect(throws: StorageError.self) { try await set.add(group(2..<4, of: 1)) }
    await outbox.cutPower(nil)
    #expect(try names() == before.0 && journal() == before.1)
    try await set.add(group(2..<3, of: 1))
    _ = try await set.close(at: 0)
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    try await bench.judge([1])
  }

  @Test("A person cannot discard what is still being recorded, nor retry it")
  func leftAlone() async throws {
    let bench = try DeliveryBench()
    let set = try await open(1, in: bench)
    try await set.add(group(0..<2, of: 1))
    #expect(try await bench.open().discard(set.id, at: 0) == .busy)
    #expect(try await !bench.open().retry(set.id, at: 0))
    _ = try await set.close(at: 0)
    #expect(try await bench.open().discard(set.id, at: 0) == .discarded)
    #expect(try await bench.open().books() == OutboxBooks(seen: 1, discarded: 1))
  }
}
