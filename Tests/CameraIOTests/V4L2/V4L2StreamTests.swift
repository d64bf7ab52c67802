import Foundation
import Testing

@testable import CameraIO

@Suite("The buffers of a stream")
struct V4L2StreamTests {
  let node = ScriptedNode()

  func stream() throws(CameraError) -> V4L2Stream {
    try V4L2Stream(node, planes: 1, isMultiPlanar: false, subject: "/dev/cam")
  }

  @Test("It asks, maps, gives every buffer to the driver, and only then streams")
  func begins() throws {
    let stream = try stream()
    #expect(stream.bufferCount == V4L2Stream.wantedBuffers)
    let calls = ["REQBUFS"] + Array(repeating: "mmap", count: 8) + Array(repeating: "QBUF", count: 8) + ["STREAMON"]
    #expect(node.calls == calls)
    #expect(node.mapped == 8)
    stream.end()
    #expect(node.isLeftAlone)
    stream.end()
    #expect(node.mapped == 0)
  }

  @Test(
    "Whatever fails on the way, everything is given back and the node is closed",
    arguments: [
      ("REQBUFS", 1, EBUSY, CameraError.Kind.busy), ("REQBUFS", 1, EINVAL, .broken), ("mmap", 1, ENOMEM, .broken),
      ("mmap", 5, ENOMEM, .broken), ("QBUF", 1, EIO, .broken), ("QBUF", 1, ENODEV, .notFound),
      ("STREAMON", 1, EINVAL, .broken), ("STREAMON", 1, ENODEV, .notFound), ("STREAMON", 1, EPIPE, .broken),
    ])
  func failures(call: String, at: Int, code: Int32, kind: CameraError.Kind) {
    node.failures[call] = Array(repeating: 0, count: at - 1) + [code]
    do {
      _ = try stream()
      Issue.record("it streams")
    } catch {
      #expect(error.kind == kind)
      #expect(error.subject == "/dev/cam")
    }
    #expect(node.isLeftAlone)
  }

  @Test("A driver with a single buffer is refused: it would have none while we copy")
  func tooFew() {
    node.mostBuffers = 1
    #expect(throws: CameraError.self) { try stream() }
    #expect(node.isLeftAlone)
  }

  @Test("A buffer goes back exactly once, also when somebody forgets it")
  func givenBack() throws {
    let stream = try stream()
    node.script = [.picture(smallJPEG, sequence: 0), .picture(smallJPEG, sequence: 1)]
    if let buffer = try stream.next(waitingAtMost: 1) { try buffer.giveBack() }
    #expect(node.held.count == 8)
    do { _ = try stream.next(waitingAtMost: 1) }
    #expect(node.held.count == 8)
  }

  @Test(
    "A QBUF that fails is tried three times, and not again when the device is gone or the stream broken",
    arguments: [
      ([EINVAL], true, 2), ([EINVAL, EINVAL], true, 3), ([EINVAL, EINVAL, EINVAL], false, 3), ([EIO], false, 1),
      ([ENODEV], false, 1),
    ] as [([Int32], Bool, Int)])
  func enqueueing(codes: [Int32], isBack: Bool, tries: Int) throws {
    let stream = try stream()
    node.script = [.picture(smallJPEG, sequence: 0)]
    let before = node.calls.count
    node.failures["QBUF"] = codes
    var failure: V4L2Failure?
    do throws(V4L2Failure) {
      if let buffer = try stream.next(waitingAtMost: 1) { try buffer.giveBack() }
    } catch {
      failure = error
    }
    #expect((failure == nil) == isBack)
    #expect(node.calls[before...].count { $0 == "QBUF" } == tries)
  }

  @Test("Silence is nothing, an interrupted wait is nothing, and a broken stream says what the driver says")
  func waiting() throws {
    let stream = try stream()
    node.script = [.silence(1), .refusal(EAGAIN), .broken(ENODEV)]
    for _ in 0..<2 { if try stream.next(waitingAtMost: 1) != nil { Issue.record("a picture came") } }
    do throws(V4L2Failure) {
      if try stream.next(waitingAtMost: 1) != nil { Issue.record("a picture came") }
      Issue.record("nothing was thrown")
    } catch {
      #expect(error == V4L2Failure("DQBUF", ENODEV))
      #expect(error.meansGone)
    }
  }
}
