import CameraIO
import FrameSelect
import Foundation
import TestSupport
import Testing
import Uploader

@testable import CaptureDaemon

@Suite("Passages into the outbox")
struct PassageKeepingTests {
  static let passage = Passage(
    number: 1, from: MonotonicTime(seconds: 2), to: MonotonicTime(seconds: 5), direction: .forward, trigger: "motion",
    plateArea: nil, cameras: [.roofLeft], evidence: [:])

  static func images(_ count: Int) -> [EncodedImage] {
    (0..<count).map { index in
      EncodedImage(
        camera: .roofLeft, fileName: "roofLeft_\(index).webp", time: MonotonicTime(seconds: 2 + Double(index) / 30),
        width: 4, height: 4, bytes: Array(repeating: UInt8(index), count: 100), sharpness: 0.5, displacement: nil,
        reason: "the only one")
    }
  }

  static func outbox(in folder: TemporaryDirectory) async throws -> Outbox {
    var settings = OutboxSettings()
    settings.freeSpaceFloor = 0
    return try await Outbox.open(StateFolder.open(folder.file("state")), settings: settings, at: 1_000_000)
  }

  static func keeping(_ outbox: Outbox, tenant: String?) -> PassageKeeping {
    PassageKeeping(
      outbox: outbox,
      calendar: LaneCalendar(
        wallMilliseconds: { 1_767_225_600_000 + $0.nanoseconds / 1_000_000 }, trust: { .ntp }),
      isRepeatable: true,
      addressee: { Addressee(unitId: "unit", captureSetId: "set", tenantId: tenant) })
  }

  @Test("A passage is in the books from the moment it is certain, committed when it is finished, and never kept twice")
  func lifecycle() async throws {
    let folder = try TemporaryDirectory()
    let outbox = try await Self.outbox(in: folder)
    let keeping = Self.keeping(outbox, tenant: "tenant")
    let id = PassageIdentity.replayed(recording: [1], unit: "unit").passageID(
      from: Self.passage.from, wallMilliseconds: 0)
    #expect(try await keeping.begin(id, from: Self.passage.from) == nil)
    #expect(try await outbox.books().open == 1)
    // More than one group, so that more than one wait for the disk is gone through.
    let result = try await keeping.finish(id, Self.passage, Self.images(PassageKeeping.groupSize + 3))
    #expect(result.state == .queued)
    let row = try #require(try await outbox.list().first)
    #expect(row.images == PassageKeeping.groupSize + 3)
    #expect(row.recDate == 1_767_225_602)
    let again = try await keeping.finish(id, Self.passage, Self.images(1))
    #expect(again.state == .queued)
    #expect(try await outbox.list().map(\.images) == [PassageKeeping.groupSize + 3])
    #expect(try await outbox.check(.hash).isEmpty)
    try await outbox.close()
  }

  @Test("What turns out to be no vehicle leaves no trace")
  func dismissal() async throws {
    let folder = try TemporaryDirectory()
    let outbox = try await Self.outbox(in: folder)
    let keeping = Self.keeping(outbox, tenant: "tenant")
    let id = PassageIdentity.live.passageID(from: Self.passage.from, wallMilliseconds: 1)
    _ = try await keeping.begin(id, from: Self.passage.from)
    try await keeping.dismiss(id)
    let books = try await outbox.books()
    #expect(books.isBalanced && books.open == 0 && books.pending == 0)
    try await outbox.close()
  }

  @Test("Without a tenant a passage is held, and says why")
  func held() async throws {
    let folder = try TemporaryDirectory()
    let outbox = try await Self.outbox(in: folder)
    let id = PassageIdentity.live.passageID(from: Self.passage.from, wallMilliseconds: 1)
    let result = try await Self.keeping(outbox, tenant: nil).finish(id, Self.passage, Self.images(2))
    #expect(result.state == .held && result.reason != nil)
    try await outbox.releaseHeld(to: Addressee(unitId: "unit", captureSetId: "set", tenantId: "tenant"))
    #expect(try await outbox.list().map(\.state) == [.queued])
    try await outbox.close()
  }
}
