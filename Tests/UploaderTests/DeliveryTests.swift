import Foundation
import GRDB
import Testing

@testable import Uploader

@Suite struct DeliveryTests {
  @Test("Three passages arrive once each, with every image listed, and the books say so")
  func happyPath() async throws {
    let bench = try DeliveryBench()
    for number in 1...3 { try await bench.record(number) }
    let summary = try await bench.deliverAll()
    #expect(summary == DeliverySummary(ending: .nothingOwed, passages: 3, images: 9, bytes: 1800))
    try await bench.judge(1...3)
    #expect(bench.cloud.count(.create) == 3)
    #expect(bench.cloud.count(.upload) == 9)
    let books = try await bench.open().books()
    #expect(books == OutboxBooks(seen: 3, delivered: 3))
    #expect(try await bench.open().depth() == OutboxDepth(byState: [.verified: 3], oldestRecDate: nil, bytes: 1800))
    #expect(
      bench.events.contains {
        $0 == .delivered(passage: DeliveryBench.id(1), imageSetId: "remote-1", listed: 3, images: 3)
      })
    // Secrets of the forms are wiped once they are used.
    let forms = try await bench.open().read {
      try Int.fetchOne($0, sql: "SELECT count(*) FROM image WHERE signed IS NOT NULL")
    }
    #expect(forms == 0)
  }

  @Test("A refused key parks everything, fails nothing, and a new key delivers it")
  func newKey() async throws {
    let bench = try DeliveryBench()
    for number in 1...4 { try await bench.record(number) }
    bench.cloud.key = "another-key"
    let parked = try await bench.deliverAll()
    #expect(parked.ending == .keyRefused(message: "401 unknown key"))
    #expect(bench.cloud.count(.create) == 1, "one request was enough to know")
    #expect(try await bench.open().books() == OutboxBooks(seen: 4, pending: 4))
    try bench.writeKey("another-key")
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    try await bench.judge(1...4)
  }

  @Test("While the key is refused the daemon asks every five minutes, and goes on by itself")
  func keyProbes() async throws {
    let bench = try DeliveryBench()
    try await bench.record(1)
    let start = bench.clock.nowMs()
    bench.cloud.fault = { [unowned cloud = bench.cloud] operation, _ in
      operation == .upload ? nil : cloud.clock.nowMs() - start < 3_600_000 ? .status(401) : nil
    }
    let delivery = try await bench.delivery()
    let runner = Task { try await delivery.run() }
    while !bench.events.contains({ if case .delivered = $0 { true } else { false } }) { await Task.yield() }
    await delivery.stop()
    try await runner.value
    let asked = bench.cloud.count(.units)
    #expect((11...14).contains(asked), "\(asked) probes in an hour")
    #expect(bench.events.contains { $0 == .keyAccepted })
    try await bench.judge([1])
  }

  @Test(
    "A creation without a clear answer ends in exactly one image set",
    arguments: [
      LedgerCloud.Fault.status(500), .status(500, commits: true), .status(504, commits: true),
      .broken(commits: false),
      .broken(commits: true), .late(20_000), .html(commits: true), .html(commits: false), .notSent,
      .status(429, headers: ["Retry-After": "7"]),
    ])
  func ambiguousCreation(_ fault: LedgerCloud.Fault) async throws {
    let bench = try DeliveryBench()
    for number in 1...2 { try await bench.record(number) }
    bench.cloud.fault = { operation, call in operation == .create && call == 1 ? fault : nil }
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    try await bench.judge(1...2)
  }

  @Test(
    "The grace is kept before a creation in doubt is looked for, and it is looked for twice before it is made again")
  func grace() async throws {
    let bench = try DeliveryBench()
    try await bench.record(1)
    bench.cloud.fault = { operation, call in operation == .create && call == 1 ? .broken(commits: false) : nil }
    let start = bench.clock.nowMs()
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    #expect(bench.cloud.count(.find) == 2)
    #expect(bench.cloud.count(.create) == 2)
    #expect(bench.clock.nowMs() - start >= 240_000)
  }

  @Test("A failed look-up leaves the creation in doubt")
  func lookUpFails() async throws {
    let bench = try DeliveryBench()
    try await bench.record(1)
    bench.cloud.fault = { operation, call in
      switch operation {
      case .create where call == 1: .broken(commits: true)
      case .find where call <= 3: .status(503)
      default: nil
      }
    }
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    #expect(bench.cloud.count(.create) == 1)
    try await bench.judge([1])
  }

  @Test("Two image sets for one creation are reported, and one of them is used")
  func duplicateRemote() async throws {
    let bench = try DeliveryBench()
    let id = try await bench.record(1)
    bench.cloud.fault = { operation, call in operation == .create && call == 1 ? .status(502, commits: true) : nil }
    bench.cloud.seed(tenant: "tenant-1", deviceSet: "set-1", recDate: 1_790_000_060)
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    #expect(bench.events.contains { $0 == .duplicateRemote(passage: id, imageSetIds: ["seeded", "remote-1"]) })
    #expect(bench.cloud.sets.filter { !$0.images.isEmpty }.count == 1)
  }

  @Test("The id of another passage's image set is refused and told of")
  func foreignID() async throws {
    let bench = try DeliveryBench()
    try await bench.record(1)
    _ = try await bench.deliverAll()
    try await bench.record(2)
    bench.cloud.fault = { operation, _ in
      operation == .create
        ? .status(201, body: #"{"success":true,"data":{"items":[{"id":"remote-1"}]}}"#) : nil
    }
    #expect(try await bench.deliverAll().ending == .quarantined(count: 1))
    let row = try await bench.open().show(DeliveryBench.id(2))?.passage
    #expect(row?.state == .quarantined)
    #expect(row?.reason?.contains("belongs to another passage") == true)
    try await bench.judge([1])
  }

  @Test("A form that expired is replaced; a form that is refused once is replaced once")
  func forms() async throws {
    let bench = try DeliveryBench()
    try await bench.record(1)
    bench.cloud.fault = { operation, call in
      guard operation == .upload else { return nil }
      if call == 1 { return .expiredForm }
      return call == 2 ? .status(403, body: "<Error><Code>SignatureDoesNotMatch</Code></Error>") : nil
    }
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    #expect(bench.cloud.count(.announce) == 5)
    try await bench.judge([1])
  }

  @Test("An image that the storage will not have is set aside; the rest of the passage goes on")
  func deadImage() async throws {
    let bench = try DeliveryBench()
    bench.settings.parallelImages = 1
    let id = try await bench.record(1)
    bench.cloud.fault = { operation, call in operation == .upload && call <= 2 ? .status(403) : nil }
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    let shown = try #require(try await bench.open().show(id))
    #expect(shown.images.map(\.state) == [.dead, .listed, .listed])
    #expect(shown.passage.reason == "1 of 3 images set aside")
  }

  @Test("An image set that was removed in the cloud waits for a person, and others go on")
  func removedSet() async throws {
    let bench = try DeliveryBench()
    bench.settings.newestEvery = 0
    for number in 1...2 { try await bench.record(number) }
    bench.cloud.fault = { [unowned cloud = bench.cloud] operation, call in
      if operation == .announce && call == 1 { cloud.remove(set: "remote-1") }
      return nil
    }
    #expect(try await bench.deliverAll().ending == .quarantined(count: 1))
    try await bench.judge([2])
    #expect(try await bench.open().retry(DeliveryBench.id(1), anew: true, at: bench.clock.nowMs()))
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    try await bench.judge(1...2)
  }

  @Test("A gateway's page is not taken for the storage's receipt")
  func uploadHTML() async throws {
    let bench = try DeliveryBench()
    try await bench.record(1)
    bench.cloud.fault = { operation, call in operation == .upload && call <= 2 ? .html(commits: false) : nil }
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    #expect(bench.cloud.count(.upload) == 5)
    try await bench.judge([1])
  }

  @Test("A list that lags is asked again before anything is called lost")
  func listingLag() async throws {
    let bench = try DeliveryBench()
    try await bench.record(1)
    bench.cloud.listLagMs = 50_000
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    #expect(bench.cloud.count(.list) > 2)
    #expect(bench.cloud.count(.upload) == 3, "nothing is sent again for a list that lags")
  }

  @Test("An image that is never listed is not forgotten: the passage waits for a person")
  func neverListed() async throws {
    let bench = try DeliveryBench()
    bench.settings.patienceSeconds = 200_000
    let id = try await bench.record(1)
    bench.cloud.listLagMs = 10_000_000_000
    #expect(try await bench.deliverAll().ending == .quarantined(count: 1))
    #expect(try await bench.open().show(id)?.passage.reason == "not listed: 0 of 3 images listed")
    #expect(try await bench.open().check(.hash).isEmpty)
  }

  @Test("A file that changed on the disk is never sent, a missing one is told of, the rest goes on")
  func damagedFiles() async throws {
    let bench = try DeliveryBench()
    let id = try await bench.record(1)
    let folder = bench.state + "/" + (try #require(try await bench.open().show(id)?.passage.folder))
    var bytes = try Data(contentsOf: URL(fileURLWithPath: folder + "/roofLeft_0.webp"))
    bytes[100] ^= 1
    try bytes.write(to: URL(fileURLWithPath: folder + "/roofLeft_0.webp"))
    try FileManager.default.removeItem(atPath: folder + "/roofLeft_1.webp")
    #expect(try await bench.open().check(.size).map(\.problem) == ["is gone"])
    #expect(try await bench.open().check(.hash).map(\.problem) == ["its SHA-256 differs", "is gone"])
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    #expect(try await bench.open().show(id)?.images.map(\.state) == [.localCorrupt, .localMissing, .listed])
    #expect(bench.cloud.sets.first?.images.keys.sorted() == ["roofLeft_2.webp"])
  }

  @Test("A cloud that does not answer is probed, not flooded, and deliverAll says that it is unreachable")
  func unreachable() async throws {
    let bench = try DeliveryBench()
    for number in 1...40 { try await bench.record(number, images: 1) }
    bench.cloud.fault = { _, _ in .notSent }
    #expect(try await bench.deliverAll().ending == .unreachable(reason: "connection refused"))
    let asked = bench.cloud.count(.create) + bench.cloud.count(.units)
    #expect(asked <= 10, "\(asked) requests for 40 passages")
    bench.cloud.fault = { _, _ in nil }
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    try await bench.judge(1...40, images: 1)
  }

  @Test("A passage that nobody owns is held until the settings name an owner")
  func held() async throws {
    let bench = try DeliveryBench()
    try await bench.record(1)
    try await bench.record(2, tenant: nil, captureSet: nil)
    let ending = try await bench.deliverAll().ending
    #expect(ending == .heldBack(count: 1, reason: Outbox.heldReason))
    #expect(bench.cloud.count(.create) == 1)
    #expect(
      try await bench.open().releaseHeld(tenantId: "tenant-1", captureSetId: "set-1", at: bench.clock.nowMs()) == 1)
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    try await bench.judge(1...2)
  }

  @Test("A tenant that the key may not write for stops nobody else")
  func forbiddenTenant() async throws {
    let bench = try DeliveryBench()
    try await bench.record(1, tenant: "forbidden")
    try await bench.record(2, tenant: "forbidden")
    try await bench.record(3)
    bench.settings.newestEvery = 0
    bench.cloud.fault = { operation, call in operation == .create && call == 1 ? .status(403) : nil }
    #expect(try await bench.deliverAll().ending == .heldBack(count: 2, reason: "403"))
    #expect(bench.cloud.count(.create) == 2)
    try await bench.judge([3])
  }

  @Test("What the cloud calls wrong three times waits for a person")
  func wrongRequest() async throws {
    let bench = try DeliveryBench()
    bench.settings.patienceSeconds = 4000
    try await bench.record(1)
    bench.cloud.fault = { operation, _ in operation == .create ? .status(422) : nil }
    #expect(try await bench.deliverAll().ending == .quarantined(count: 1))
    #expect(bench.cloud.count(.create) == 3)
    bench.cloud.fault = { _, _ in nil }
    #expect(try await bench.open().retry(DeliveryBench.id(1), at: bench.clock.nowMs()))
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    try await bench.judge([1])
  }

  @Test(
    "When the unit gets another tenant or capture set, what was recorded before keeps its own, with or without the database",
    arguments: [false, true])
  func ownerChanges(_ losesDatabase: Bool) async throws {
    let bench = try DeliveryBench()
    try await bench.record(1)
    try await bench.record(2, tenant: nil, captureSet: nil)
    try await bench.quit()
    if losesDatabase { try FileManager.default.removeItem(atPath: bench.state + "/outbox.sqlite") }
    try await bench.record(3, tenant: "tenant-2", captureSet: "set-2")
    #expect(try await bench.open().releaseHeld(tenantId: "tenant-2", captureSetId: "set-2", at: bench.unitMs) == 1)
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    let owners = bench.cloud.sets.sorted { $0.recDate < $1.recDate }.map { "\($0.tenant) \($0.deviceSet)" }
    #expect(owners == ["tenant-1 set-1", "tenant-2 set-2", "tenant-2 set-2"])
    try await bench.judge(1...3)
  }

  @Test("A network that leads every upload to its sign-in page costs time, not images")
  func signInPage() async throws {
    let bench = try DeliveryBench()
    bench.settings.patienceSeconds = 100_000
    bench.settings.probesBeforeGivingUp = 1000
    bench.cloud.fault = { operation, number in
      operation == .upload && number <= 8 ? .status(302, headers: ["Location": "https://elsewhere.example/"]) : nil
    }
    try await bench.record(1, images: 1)
    #expect(try await bench.deliverAll().ending == .nothingOwed)
    try await bench.judge([1], images: 1)
  }

  @Test("The manifest decides what is sent: a row that says otherwise sends nothing")
  func flippedRow() async throws {
    let bench = try DeliveryBench()
    let id = try await bench.record(1, plate: "KL9802")
    try await bench.open().write("flip") { try $0.execute(sql: "UPDATE passage SET plate = 'KL9803'") }
    #expect(try await bench.deliverAll().ending == .quarantined(count: 1))
    #expect(bench.cloud.count(.create) == 0)
    #expect(try await bench.open().show(id)?.passage.reason?.contains("manifest") == true)
  }
}
