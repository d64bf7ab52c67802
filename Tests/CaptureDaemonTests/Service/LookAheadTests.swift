import CameraIO
import FrameSelect
import Testing

@testable import CaptureDaemon

@Suite("The small pictures of frames that wait are made before their turn")
struct LookAheadTests {
  private static let count = 24
  private let frames = RecordFrames()

  /// Frames of two cameras, each of another size, the tenth damaged.
  private func input() throws -> [Frame] {
    try (0..<Self.count).map { index in
      try frames.frame(
        index.isMultiple(of: 2) ? .frontLeft : .backLeft, at: Double(index) / 30, width: 16 + index, height: 16,
        index == 9 ? .mjpeg : .grey)
    }
  }

  private func queue(of frames: [Frame]) -> FrameQueue {
    let queue = FrameQueue(capacity: frames.count)
    for frame in frames { _ = queue.push(frame) }
    queue.close()
    return queue
  }

  private static func own(_ frame: Frame) -> Result<LumaImage, LumaError> {
    Result { () throws(LumaError) in try LumaDecoder().decode(frame) }
  }

  @Test("Frames come in the order of the queue; what waited has its picture with it, or why it has none")
  func made() async throws {
    let input = try input()
    let ahead = LookAhead(of: queue(of: input), cores: 2)
    var arrivals: [LookAhead.Arrival] = []
    while !ahead.isFinished {
      arrivals.append(try #require(ahead.next(waitingAtMost: 0, looksAtAll: true)))
      // Until the thread has done all that it may do.
      while ahead.made < min(8, Self.count - arrivals.count) { await Task.yield() }
    }
    #expect(arrivals.map(\.frame.time) == input.map(\.time))
    // For the first one nobody had time.
    #expect(arrivals[0].picture == nil)
    for (arrival, frame) in zip(arrivals, input).dropFirst() { #expect(arrival.picture == Self.own(frame)) }
    #expect(throws: LumaError.self) { try arrivals[9].picture?.get() }
    #expect(ahead.next(waitingAtMost: 0, looksAtAll: true) == nil)
    await ahead.close()
  }

  @Test("A lane in a hurry gets every frame once, with its own picture or none")
  func hurry() async throws {
    let input = try input()
    for _ in 0..<50 {
      let ahead = LookAhead(of: queue(of: input), cores: 2)
      for frame in input {
        let arrival = try #require(ahead.next(waitingAtMost: 0, looksAtAll: true))
        #expect(arrival.frame.time == frame.time)
        if let picture = arrival.picture { #expect(picture == Self.own(frame)) }
      }
      #expect(ahead.isFinished)
      await ahead.close()
    }
  }

  @Test("Nothing is made of frames that an idle lane lets pass, and nothing on one core", arguments: [1, 2])
  func nothing(cores: Int) async throws {
    let input = try input()
    let ahead = LookAhead(of: queue(of: input), cores: cores)
    for frame in input {
      let arrival = try #require(ahead.next(waitingAtMost: 0, looksAtAll: cores == 1))
      #expect(arrival.frame.time == frame.time && arrival.picture == nil)
      #expect(ahead.made == 0)
    }
    #expect(ahead.isFinished)
    await ahead.close()
  }

  @Test("A lane that falls idle still gets the frames that were taken out for it, in their order")
  func fallsIdle() async throws {
    let input = try input()
    let ahead = LookAhead(of: queue(of: input), cores: 2)
    let arrivals = input.indices.compactMap { ahead.next(waitingAtMost: 0, looksAtAll: $0 < 3)?.frame.time }
    #expect(arrivals == input.map(\.time))
    await ahead.close()
  }

  @Test("Closed while pictures are wanted, it ends")
  func closing() async throws {
    let ahead = LookAhead(of: queue(of: try input()), cores: 2)
    _ = ahead.next(waitingAtMost: 0, looksAtAll: true)
    await ahead.close()
    // What waits is still there, and the lane makes the pictures itself.
    var left = 0
    while ahead.next(waitingAtMost: 0, looksAtAll: true) != nil { left += 1 }
    #expect(left == Self.count - 1)
  }
}
