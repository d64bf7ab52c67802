import Foundation
import TestSupport
import Testing

@testable import Uploader

@Suite("A file of the state folder is read whole, or not at all")
struct DurableReadTests {
  @Test(
    "Every byte up to the limit, and not one beyond", arguments: [0, 1, 4095, 4096, 99_999, 100_000, 100_001, 600_000])
  func whole(count: Int) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("image.webp")
    let bytes = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    try bytes.write(to: URL(fileURLWithPath: path))
    #expect(try DurableFiles.read(path) == bytes)
    guard count > 100_000 else {
      #expect(try DurableFiles.read(path, limit: 100_000) == bytes)
      return
    }
    #expect { try DurableFiles.read(path, limit: 100_000) } throws: { error in
      if case StorageError.disk(_, _, let code) = error { code == EFBIG } else { false }
    }
  }

  @Test("A file that does not say its size is read to its end")
  func unsized() throws {
    // The kernel's own files have a size of nothing.
    let text = try #require(try DurableFiles.read("/proc/self/mountinfo"))
    #expect(!text.isEmpty && text.last == UInt8(ascii: "\n"))
  }
}
