import Foundation
import Testing

@testable import Uploader

extension DeliveryBench {
  /// Records and commits one passage; its id is derived from the number, as a replay does it.
  @discardableResult
  func record(
    _ number: Int, images: Int = 3, tenant: String? = "tenant-1", captureSet: String? = "set-1", plate: String? = nil,
    second: Int64? = nil, isRepeatable: Bool = false
  ) async throws -> PassageID {
    let facts = Self.facts(
      number, tenant: tenant, captureSet: captureSet, plate: plate, second: second, isRepeatable: isRepeatable)
    guard case .opened(let set) = try await open().begin(facts, at: clock.nowMs()) else { return facts.id }
    try await set.add((0..<images).map { Self.image($0, of: number, camera: camera) })
    let closing = try await set.close(at: clock.nowMs())
    guard case .committed = closing else {
      Issue.record("passage \(number) was not committed: \(closing)")
      return facts.id
    }
    return facts.id
  }

  /// What the cloud has of the passages that were committed: none lost, none doubled, every image once and whole.
  func judge(_ numbers: some Sequence<Int>, images: Int = 3, _ at: SourceLocation = #_sourceLocation) async throws {
    for number in numbers {
      let recDate = Int(1_790_000_000 + number * 60)
      let sets = cloud.sets.filter { $0.recDate == recDate && !$0.isDeleted }
      #expect(sets.count == 1, "passage \(number) has \(sets.count) image sets", sourceLocation: at)
      guard let set = sets.first else { continue }
      #expect(set.images.count == images, "passage \(number) has \(set.images.count) images", sourceLocation: at)
      for index in 0..<images {
        let image = Self.image(index, of: number)
        let stored = set.images[image.fileName]
        #expect(stored?.md5 == Digest.md5(image.bytes), "\(image.fileName) of \(number)", sourceLocation: at)
        #expect(stored?.keys.count == 1, "\(image.fileName) of \(number) lies under two keys", sourceLocation: at)
      }
    }
    let books = try await open().books()
    #expect(books.isBalanced, "\(books)", sourceLocation: at)
  }
}
