import CameraIO
import FrameSelect
import Foundation
import TestSupport
import Testing

@testable import CaptureDaemon
@testable import Uploader

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
    // They are on the disk before the vehicle has left.
    try await keeping.add(Array(Self.images(19).prefix(16)), to: id)
    #expect(try Self.files(of: id, in: folder).count { $0.hasSuffix(".webp") } == 16)
    try await keeping.add(Array(Self.images(19).suffix(3)), to: id)
    let result = try await keeping.finish(id, Self.passage, images: 19)
    #expect(result.state == .queued && result.images == 19)
    let row = try #require(try await outbox.list().first)
    #expect(row.images == 19)
    #expect(row.recDate == 1_767_225_602)
    // The same passage once more, as a replay that was started again brings it.
    #expect(try await keeping.begin(id, from: Self.passage.from)?.state == .queued)
    try await keeping.add(Self.images(1), to: id)
    let again = try await keeping.finish(id, Self.passage, images: 1)
    #expect(again.state == .queued && again.images == 1)
    #expect(try await outbox.list().map(\.images) == [19])
    #expect(try await outbox.check(.hash).isEmpty)
    try await outbox.close()
  }

  /// What lies in the folder of a passage that is being filled.
  static func files(of id: PassageID, in folder: TemporaryDirectory) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.file("state/tmp/\(id)"))
  }

  @Test("On a disk that is nearly full every other picture of each camera is kept, however they come")
  func reduced() async throws {
    let folder = try TemporaryDirectory()
    let outbox = try await Self.outbox(in: folder)
    await outbox.have(DiskRoom(freeBytes: 10, bytes: 100))
    let keeping = Self.keeping(outbox, tenant: "tenant")
    let id = PassageIdentity.live.passageID(from: Self.passage.from, wallMilliseconds: 1)
    #expect(try await keeping.begin(id, from: Self.passage.from) == nil)
    for image in Self.images(5) { try await keeping.add([image], to: id) }
    let webp = try Self.files(of: id, in: folder).filter { $0.hasSuffix(".webp") }.sorted()
    #expect(webp == ["roofLeft_0.webp", "roofLeft_2.webp", "roofLeft_4.webp"])
    #expect(try await keeping.finish(id, Self.passage, images: 5).images == 3)
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
    let keeping = Self.keeping(outbox, tenant: nil)
    #expect(try await keeping.begin(id, from: Self.passage.from) == nil)
    try await keeping.add(Self.images(2), to: id)
    let result = try await keeping.finish(id, Self.passage, images: 2)
    #expect(result.state == .held && result.reason != nil)
    try await outbox.releaseHeld(to: Addressee(unitId: "unit", captureSetId: "set", tenantId: "tenant"))
    #expect(try await outbox.list().map(\.state) == [.queued])
    try await outbox.close()
  }
}

extension Outbox {
  /// From here on the disk has this room.
  fileprivate func have(_ room: DiskRoom) { self.room = { _ in room } }
}
