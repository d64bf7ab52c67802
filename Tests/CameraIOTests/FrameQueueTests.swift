import Foundation
import Testing

@testable import CameraIO

@Suite("The queue from grabbers to the lane")
struct FrameQueueTests {
  let pool = FramePool(byteBudget: 64 << 20)

  func frame(_ sequence: UInt64) throws -> Frame {
    try #require(ScriptedSource.frame(pool, sequence: sequence, milliseconds: Int64(sequence)))
  }

  @Test("Frames come out in the order in which they went in")
  func keepsOrder() throws {
    let queue = FrameQueue(capacity: 3)
    var out: [UInt64] = []
    for round in 0..<4 {
      for index in 0..<3 { _ = queue.push(try frame(UInt64(round * 3 + index))) }
      #expect(queue.count == 3)
      while let frame = queue.pop(waitingAtMost: 0) { out.append(frame.sequence) }
    }
    #expect(out == Array(0..<12))
  }

  @Test("In a full queue the oldest gives way and is handed back")
  func oldestGivesWay() throws {
    let queue = FrameQueue(capacity: 2)
    var gone: [UInt64] = []
    for sequence in 0..<5 {
      if case .queuedInstead(let oldest) = queue.push(try frame(UInt64(sequence))) { gone.append(oldest.sequence) }
    }
    #expect(gone == [0, 1, 2])
    #expect(queue.pop(waitingAtMost: 0)?.sequence == 3)
    #expect(queue.pop(waitingAtMost: 0)?.sequence == 4)
    #expect(queue.pop(waitingAtMost: 0) == nil)
    #expect(pool.bytesInUse == 0)
  }

  @Test("Who may wait finds a full queue full, and a place as soon as one is free")
  func waitsForRoom() throws {
    let queue = FrameQueue(capacity: 1)
    _ = queue.push(try frame(1))
    if case .full = queue.push(try frame(2), waitingAtMost: 0) {
    } else {
      Issue.record("there was room in a full queue")
    }
    let popped = Counter()
    Thread { if queue.pop(waitingAtMost: 600) != nil { popped.add() } }.start()
    if case .queued = queue.push(try frame(3), waitingAtMost: 600) {} else { Issue.record("there was no room") }
    #expect(queue.pop(waitingAtMost: 600)?.sequence == 3)
  }

  @Test("Closed, it takes nothing, gives out what it holds, and then nil at once")
  func closes() throws {
    let queue = FrameQueue(capacity: 4)
    _ = queue.push(try frame(1))
    _ = queue.push(try frame(2))
    queue.close()
    #expect(!queue.isFinished)
    if case .closed = queue.push(try frame(3)) {} else { Issue.record("a closed queue took a frame") }
    if case .closed = queue.push(try frame(3), waitingAtMost: 600) {
    } else {
      Issue.record("a closed queue took a frame")
    }
    #expect(queue.pop(waitingAtMost: 600)?.sequence == 1)
    #expect(queue.pop(waitingAtMost: 600)?.sequence == 2)
    #expect(queue.isFinished)
    #expect(queue.pop(waitingAtMost: 600) == nil)
  }

  @Test("Closing wakes who waits for a frame and who waits for room")
  func closingWakes() throws {
    let empty = FrameQueue(capacity: 1)
    let full = FrameQueue(capacity: 1)
    _ = full.push(try frame(1))
    let second = try frame(2)
    Thread {
      empty.close()
      full.close()
    }.start()
    #expect(empty.pop(waitingAtMost: 600) == nil)
    if case .closed = full.push(second, waitingAtMost: 600) {} else { Issue.record("the queue did not close") }
  }

  @Test("Many producers and one consumer: every frame comes out once, each camera's in order")
  func holdsUnderThreads() throws {
    let queue = FrameQueue(capacity: 5)
    let cameras = Array(CameraPosition.allCases.prefix(4))
    let pool = self.pool
    let running = DispatchGroup()
    for camera in cameras {
      running.enter()
      Thread {
        for sequence in 0..<200 {
          guard let frame = ScriptedSource.frame(pool, camera, sequence: UInt64(sequence)) else { continue }
          _ = queue.push(frame, waitingAtMost: 600)
        }
        running.leave()
      }.start()
    }
    let closer = Thread {
      running.wait()
      queue.close()
    }
    closer.start()
    var seen: [CameraPosition: [UInt64]] = [:]
    while let frame = queue.pop(waitingAtMost: 600) { seen[frame.camera, default: []].append(frame.sequence) }
    #expect(queue.isFinished)
    #expect(seen.count == 4)
    for camera in cameras { #expect(seen[camera] == Array(0..<200)) }
    #expect(pool.bytesInUse == 0)
  }
}
