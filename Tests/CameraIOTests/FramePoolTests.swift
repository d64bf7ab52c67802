import Foundation
import Testing

@testable import CameraIO

@Suite("The pool of frame memory")
struct FramePoolTests {
  static let slot = FramePool.pageBytes
  static let format = FrameFormat(width: 4, height: 4, pixelFormat: .grey)

  static func frame(_ pool: FramePool, bytes: Int, fill: UInt8 = 0) -> Frame? {
    guard var lease = pool.lease(capacity: bytes) else { return nil }
    lease.withBytes { span in span.withUnsafeMutableBytes { _ = $0.initializeMemory(as: UInt8.self, repeating: fill) } }
    return lease.seal(
      byteCount: bytes, camera: .topLeft, sequence: 0, time: MonotonicTime(nanoseconds: 0), format: format)
  }

  @Test("A frame holds what was written and gives its memory back with the last reference")
  func givesBack() throws {
    let pool = FramePool(byteBudget: 4 * Self.slot)
    var frame = Self.frame(pool, bytes: 1000, fill: 42)
    var second = frame
    #expect(pool.bytesInUse == Self.slot)
    #expect(try #require(frame).withBytes { $0.withUnsafeBytes { Array($0) } } == [UInt8](repeating: 42, count: 1000))
    frame = nil
    #expect(pool.bytesInUse == Self.slot)
    #expect(second?.byteCount == 1000)
    second = nil
    #expect(pool.bytesInUse == 0)
    #expect(pool.bytesFree == Self.slot)
  }

  @Test("A lease that is not sealed gives its memory back")
  func givesBackLease() {
    let pool = FramePool(byteBudget: Self.slot)
    var lease = pool.lease(capacity: 10)
    let held = lease?.withBytes { span in (inUse: pool.bytesInUse, room: span.byteCount) }
    #expect(held?.inUse == Self.slot)
    #expect(held?.room == Self.slot)
    lease = nil
    #expect(pool.bytesInUse == 0)
  }

  @Test("Memory is used again: a thousand frames in a row take what one takes")
  func reuses() {
    let pool = FramePool(byteBudget: 100 * Self.slot)
    for size in 1...1000 { _ = Self.frame(pool, bytes: size) }
    #expect(pool.bytesFree == Self.slot)
    #expect(pool.peakBytesInUse == Self.slot)
  }

  @Test("The budget holds: one more frame than fits is nil, and fits again when one is gone")
  func holdsBudget() {
    let pool = FramePool(byteBudget: 3 * Self.slot)
    var frames = (0..<3).map { _ in Self.frame(pool, bytes: Self.slot) }
    #expect(frames.allSatisfy { $0 != nil })
    #expect(Self.frame(pool, bytes: 1) == nil)
    frames.removeLast()
    #expect(Self.frame(pool, bytes: 1) != nil)
    #expect(pool.peakBytesInUse == 3 * Self.slot)
  }

  @Test("Free slots make room for what they are too small for, and no more than needed")
  func makesRoom() {
    let pool = FramePool(byteBudget: 4 * Self.slot)
    _ = (0..<4).map { _ in Self.frame(pool, bytes: 1) }
    #expect(pool.bytesFree == 4 * Self.slot)
    let large = Self.frame(pool, bytes: 2 * Self.slot)
    #expect(large != nil)
    #expect(pool.bytesFree == 2 * Self.slot)
    #expect(pool.bytesInUse == 2 * Self.slot)
  }

  @Test("What many frames took goes back to the system when they are gone, but for what the next ones need")
  func givesBackToTheSystem() {
    let (size, count) = (FramePool.keptBytes / 8, 40)
    let pool = FramePool(byteBudget: 2 * count * size)
    var frames = (0..<count).map { _ in Self.frame(pool, bytes: size) }
    #expect(pool.bytesInUse == count * size)
    frames.removeLast(20)
    #expect(pool.bytesFree == FramePool.keptBytes)
    frames = []
    #expect(pool.bytesFree == FramePool.keptBytes)
    // The next ones take what is kept.
    frames = (0..<8).map { _ in Self.frame(pool, bytes: size) }
    #expect(pool.bytesInUse == FramePool.keptBytes)
    #expect(pool.bytesFree == 0)
  }

  @Test("Of what is in use one part in 32 is kept free, where that is more")
  func keepsAShare() {
    let size = FramePool.keptBytes / 2
    let pool = FramePool(byteBudget: 200 * size)
    var frames = (0..<200).map { _ in Self.frame(pool, bytes: size) }
    frames.removeLast(20)
    #expect(pool.bytesFree == 160 * size / FramePool.keptShare)
  }

  @Test(
    "A frame takes the free slot that is least too large for it, and none that is more than a quarter too large",
    arguments: [(100, 100), (101, 120), (97, 100), (89, 100), (79, 79), (121, 121), (130, 160)])
  func takesWhatFits(pages: Int, taken: Int) {
    let pool = FramePool(byteBudget: 1000 * Self.slot)
    var frames = [160, 100, 120].map { Self.frame(pool, bytes: $0 * Self.slot) }
    frames = []
    #expect(pool.bytesFree == 380 * Self.slot)
    let frame = Self.frame(pool, bytes: pages * Self.slot)
    #expect(pool.bytesInUse == taken * Self.slot)
    #expect(frames.isEmpty && frame != nil)
  }

  @Test("When the system has no more memory there is no room, and nothing is held for it")
  func survivesTheSystem() {
    let pool = FramePool(byteBudget: 1 << 60)
    let isRefused = pool.lease(capacity: 1 << 50) == nil
    #expect(isRefused)
    #expect(pool.bytesInUse == 0)
    #expect(Self.frame(pool, bytes: 1000) != nil)
  }

  @Test("What can never fit is refused at once, however long one would wait")
  func refusesTheImpossible() {
    let pool = FramePool(byteBudget: Self.slot)
    #expect(pool.canHold(capacity: Self.slot))
    #expect(!pool.canHold(capacity: Self.slot + 1))
    let isRefused = pool.lease(capacity: Self.slot + 1, waitingFor: 1e9) == nil
    #expect(isRefused)
  }

  @Test("Who waits for memory gets it as soon as another thread gives some back")
  func waitsForMemory() throws {
    let pool = FramePool(byteBudget: Self.slot)
    let held = Held(try #require(Self.frame(pool, bytes: 1)))
    let thread = Thread { held.letGo() }
    thread.start()
    let isGiven = pool.lease(capacity: 1, waitingFor: 600) != nil
    #expect(isGiven)
    #expect(pool.bytesInUse == 0)
  }

  @Test("Who waits in vain gets nil")
  func waitsInVain() throws {
    let pool = FramePool(byteBudget: Self.slot)
    let frame = try #require(Self.frame(pool, bytes: 1))
    let isRefused = pool.lease(capacity: 1, waitingFor: 0.001) == nil
    #expect(isRefused)
    #expect(frame.byteCount == 1)
  }

  @Test("Many threads take and give back; nothing is lost or held twice")
  func holdsUnderThreads() {
    let pool = FramePool(byteBudget: 8 * Self.slot)
    let wrong = Counter()
    DispatchQueue.concurrentPerform(iterations: 8) { worker in
      for round in 0..<200 {
        let fill = UInt8(truncatingIfNeeded: worker * 31 + round)
        guard let frame = Self.frame(pool, bytes: 1 + (worker * 200 + round) * 100 % (2 * Self.slot), fill: fill) else {
          continue
        }
        let isWhole = frame.withBytes { bytes in bytes.withUnsafeBytes { $0.allSatisfy { $0 == fill } } }
        if !isWhole { wrong.add() }
      }
    }
    #expect(wrong.value == 0)
    #expect(pool.bytesInUse == 0)
    #expect(pool.peakBytesInUse <= pool.byteBudget)
    #expect(pool.bytesFree <= pool.byteBudget)
  }
}

/// Keeps a frame until told otherwise.
final class Held: @unchecked Sendable {
  private let lock = NSLock()
  private var frame: Frame?
  init(_ frame: Frame) { self.frame = frame }
  func letGo() { lock.withLock { frame = nil } }
}

/// Counts across threads.
final class Counter: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0
  var value: Int { lock.withLock { count } }
  func add() { lock.withLock { count += 1 } }
}
