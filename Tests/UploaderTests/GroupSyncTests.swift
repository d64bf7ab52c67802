import Foundation
import TestSupport
import Testing

@testable import Uploader

@Suite struct GroupSyncTests {
  private static let group = (0..<16).map { DeliveryBench.image($0, of: 1) }

  /// What one group waits for: the calls for its files, and the transactions, each of which SQLite waits for once.
  private func waits(isGrowing: Bool) async throws -> (isWhole: Bool, files: [String], commits: [String]) {
    let place = try TemporaryDirectory()
    let folder = try StateFolder.open(place.path + "/state")
    let outbox = try await Outbox.open(folder, at: 0)
    var facts = DeliveryBench.facts(1)
    if !isGrowing { facts.tenantId = nil }
    guard case .opened(let set) = try await outbox.begin(facts, at: 0) else {
      throw StorageError.misuse(reason: "not opened")
    }
    let steps = Steps()
    await outbox.cutPower { steps.note($0) }
    _ = SyncWitness.take(under: folder.path)
    try await set.add(Self.group)
    let files = SyncWitness.take(under: folder.path).filter { !$0.contains("outbox.sqlite") }
    let commits = steps.all.filter { !["before images", "before sync", "after images"].contains($0) }
    await outbox.cutPower(nil)
    try await outbox.close()
    return (folder.syncsAtOnce, files, commits)
  }

  private final class Steps: @unchecked Sendable {
    private let lock = NSLock()
    private var names: [String] = []
    func note(_ name: String) { lock.withLock { names.append(name) } }
    var all: [String] { lock.withLock { names } }
  }

  @Test(
    "Sixteen pictures cost one wait for their files and one for their rows; where the file system promises less, one for each file"
  )
  func oneSyncPair() async throws {
    let (isWhole, files, commits) = try await waits(isGrowing: true)
    #expect(commits == ["before group", "after group"])
    if isWhole {
      #expect(files == ["syncfs lock"])
    } else {
      #expect(files.count == 16 + 2 && files.allSatisfy { $0.hasPrefix("fsync tmp/") }, "pictures, journal, folder")
    }
  }

  @Test("An image set that is not sent while it grows has no rows to wait for")
  func withoutRows() async throws {
    let (isWhole, files, commits) = try await waits(isGrowing: false)
    #expect(files.count == (isWhole ? 1 : 18) && commits.isEmpty)
  }

  @Test(
    "One wait for all is trusted to ext4 alone, on kernels that tell every error",
    arguments: [
      (0xEF53, "6.1.0-18-amd64", true), (0xEF53, "5.17", true), (0xEF53, "5.16.20", false),
      (0xEF53, "5.4.0-1-arm64", false),
      (0xEF53, "", false), (0xEF53, "next", false), (0x6573_5546, "6.1.0", false), (0x794C_7630, "6.1.0", false),
      (0x0102_1994, "6.1.0", false),
    ])
  func trust(type: Int, release: String, isWhole: Bool) {
    #expect(FileSystemSync.isWhole(type: type, release: release) == isWhole)
  }
}
