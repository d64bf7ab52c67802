import Foundation
import Testing

@testable import Uploader

@Suite struct PairingTests {
  private static let new = NewImageSet(
    tenantId: "tenant-1", deviceSetId: "set-1", recDate: 1000,
    plate: LicensePlate(registrationNo: "KL9802", countryCode: "DK"))

  private static func set(
    _ id: String, _ recDate: Int?, origin: String? = "set-1", plate: String? = nil, images: Bool = false
  ) -> RemoteImageSet {
    RemoteImageSet(
      id: id, recDate: recDate, createdAt: 1, prefixedPlate: plate, originId: origin, hasImages: images)
  }

  private static func pairing(_ role: UnitRole, grace: Double = 60) throws -> Pairing {
    var pairing = try #require(Pairing(role))
    pairing.graceSeconds = grace
    return pairing
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var listed: [RemoteImageSet]
    var owned: Set<String> = []
    var others: [Int] = []
    var expected: Reconciliation
  }

  @Test(
    "The same vehicle's image set is the nearest in time that fits, unless another passage of ours is nearer to it",
    arguments: [
      Case(testDescription: "nothing there", listed: [], expected: .none),
      Case(testDescription: "the same second", listed: [set("a", 1000)], expected: .found("a")),
      Case(testDescription: "at the window's end", listed: [set("a", 992)], expected: .found("a")),
      Case(testDescription: "beyond it", listed: [set("a", 1009)], expected: .none),
      Case(testDescription: "without a time", listed: [set("a", nil)], expected: .none),
      Case(testDescription: "another capture set", listed: [set("a", 1000, origin: "set-2")], expected: .none),
      Case(testDescription: "its origin is not told", listed: [set("a", 1000, origin: nil)], expected: .found("a")),
      Case(testDescription: "another plate", listed: [set("a", 1000, plate: "DK#AB12345")], expected: .none),
      Case(testDescription: "the same plate", listed: [set("a", 1003, plate: "DK#KL9802")], expected: .found("a")),
      Case(testDescription: "another passage's", listed: [set("a", 1000)], owned: ["a"], expected: .none),
      Case(testDescription: "ours is nearer", listed: [set("a", 1003)], others: [1007], expected: .found("a")),
      Case(testDescription: "our other is nearer", listed: [set("a", 1005)], others: [1006], expected: .none),
      Case(testDescription: "as near, and later", listed: [set("a", 1002)], others: [1004], expected: .found("a")),
      Case(testDescription: "as near, and earlier", listed: [set("a", 998)], others: [996], expected: .none),
      Case(
        testDescription: "two, each with a passage of its own", listed: [set("a", 1001), set("b", 1006)],
        others: [1007],
        expected: .found("a")),
      Case(
        testDescription: "two for one", listed: [set("a", 1003), set("b", 1001)],
        expected: .several("b", all: ["b", "a"])),
    ])
  func judged(_ example: Case) throws {
    let found = try Self.pairing(.follower).judge(
      example.listed, for: Self.new, owned: example.owned, others: example.others)
    #expect(found == example.expected)
  }

  @Test("A follower always looks first, a leader where the follower may have been quicker; one alone never asks")
  func looksFirst() throws {
    let leader = try Self.pairing(.leader)
    let follower = try Self.pairing(.follower)
    for (age, expected) in [(0.0, false), (30, false), (31, true), (86_400, true), (-31, true)] {
      #expect(leader.looksFirst(ageSeconds: age) == expected, "\(age)")
      #expect(follower.looksFirst(ageSeconds: age))
    }
    #expect(leader.looksFirst(ageSeconds: nil))
    #expect(Pairing(.alone) == nil)
  }

  @Test("A follower waits for the whole grace and not much longer, whatever the grace", arguments: [0.1, 5, 60, 3600])
  func patience(_ grace: Double) throws {
    let follower = try Self.pairing(.follower, grace: grace)
    var waited = 0.0
    var looks = 1
    while let pause = follower.pauseSeconds(afterLooks: looks) {
      #expect(pause > 0)
      waited += pause
      looks += 1
    }
    #expect(waited >= grace - 1e-9 && waited <= grace * 1.4 && looks <= 12)
    #expect(try Self.pairing(.leader).pauseSeconds(afterLooks: 1) == nil)
  }

  // MARK: two units, one cloud

  private func pair(_ roles: (UnitRole, UnitRole) = (.leader, .follower)) throws -> (DeliveryBench, DeliveryBench) {
    let one = try DeliveryBench()
    let other = try DeliveryBench(beside: one)
    one.settings.pairing = Pairing(roles.0)
    other.settings.pairing = Pairing(roles.1)
    one.camera = "roofLeft"
    other.camera = "roofRight"
    return (one, other)
  }

  private func second(_ number: Int, in bench: DeliveryBench) -> Int64 { bench.clock.nowMs() / 1000 + Int64(number) }

  @Test("Both fill one image set, each its own pictures, whoever comes first and however their clocks differ")
  func oneImageSet() async throws {
    for skew in [-7, -2, 0, 3, 8] {
      let (leader, follower) = try pair()
      let now = second(0, in: leader)
      _ = try await leader.deliverAll()
      try await follower.record(1, second: now + Int64(skew))
      // It looks, finds nothing, and waits.
      follower.settings.patienceSeconds = 1
      _ = try await follower.deliverAll()
      #expect(leader.cloud.sets.isEmpty)
      try await leader.record(1, second: now)
      #expect(try await leader.deliverAll().ending == .nothingOwed)
      follower.settings.patienceSeconds = 1000
      #expect(try await follower.deliverAll().ending == .nothingOwed)
      #expect(leader.cloud.sets.map(\.images.count) == [6], "skew \(skew)")
      #expect(leader.cloud.sets.map(\.recDate) == [Int(now)])
      #expect(leader.cloud.count(.create) == 1)
      #expect(try await follower.open().list().map(\.state) == [.verified])
    }
  }

  @Test("A follower whose leader is down makes the image set after the grace; the leader finds it when it comes back")
  func leaderDown() async throws {
    let (leader, follower) = try pair()
    let start = follower.clock.nowMs()
    let now = second(0, in: leader)
    try await follower.record(1, second: now)
    #expect(try await follower.deliverAll().ending == .nothingOwed)
    #expect(follower.clock.nowMs() - start >= 60_000)
    #expect(follower.cloud.sets.map(\.images.count) == [3])
    try await leader.record(1, second: now + 2)
    #expect(try await leader.deliverAll().ending == .nothingOwed)
    #expect(leader.cloud.sets.map(\.images.count) == [6] && leader.cloud.count(.create) == 1)
  }

  @Test("After a day without a line both come back with the same ten passages, and make ten image sets")
  func bothBacklogs() async throws {
    let (leader, follower) = try pair()
    let now = second(0, in: leader)
    for number in 0..<10 {
      try await leader.record(number, second: now + Int64(number) * 20)
      try await follower.record(number, second: now + Int64(number) * 20 + 3)
    }
    leader.clock.advance(86_400_000)
    // By turns, a little at a time.
    for bench in [leader, follower] { bench.settings.patienceSeconds = 1 }
    for _ in 0..<40 {
      _ = try await follower.deliverAll()
      leader.clock.advance(3000)
      _ = try await leader.deliverAll()
    }
    for bench in [leader, follower] {
      bench.settings.patienceSeconds = 1000
      #expect(try await bench.deliverAll().ending == .nothingOwed)
    }
    #expect(leader.cloud.sets.map(\.images.count) == Array(repeating: 6, count: 10))
  }

  @Test("Two that were made all the same, because the list was late, are told of")
  func lateList() async throws {
    let (leader, follower) = try pair()
    let now = second(0, in: leader)
    leader.cloud.setLagMs = 200_000
    try await follower.record(1, second: now)
    #expect(try await follower.deliverAll().ending == .nothingOwed)
    try await leader.record(1, second: now + 1)
    #expect(try await leader.deliverAll().ending == .nothingOwed)
    #expect(leader.cloud.sets.count == 2)
    leader.clock.advance(2 * 86_400_000)
    for bench in [leader, follower] { _ = try await bench.deliverAll() }
    let reports = (leader.events.all + follower.events.all).filter { event in
      if case .duplicateRemote = event { true } else { false }
    }
    #expect(!reports.isEmpty)
  }

  @Test("Control: two units that each think they are alone make two image sets")
  func control() async throws {
    let (one, other) = try pair((.alone, .alone))
    let now = second(0, in: one)
    for (bench, skew) in [(one, 0), (other, 2)] {
      try await bench.record(1, second: now + Int64(skew))
      #expect(try await bench.deliverAll().ending == .nothingOwed)
    }
    #expect(one.cloud.sets.count == 2)
  }
}
