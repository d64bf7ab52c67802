import Foundation
import Testing

@testable import CameraIO

@Suite("Frames of an opened camera")
struct V4L2SourceTests {
  let clock = ScriptedClock()
  let pool = FramePool(byteBudget: 1 << 20)

  func source(_ node: ScriptedNode, _ wish: V4L2Wish = .small) throws(CameraError) -> V4L2Source {
    let clock = clock
    return try V4L2Source(
      node, node.answer, camera: .topLeft, wish: wish, subject: "/dev/cam", now: { clock.now })
  }

  /// What came, in words.
  func word(_ arrival: FrameArrival) -> String {
    switch arrival {
    case .frame(let frame): "frame \(frame.sequence)"
    case .dropped(let reason): reason.rawValue
    case .nothing: "nothing"
    case .endOfStream: "end"
    }
  }

  @Test("Pictures are validated one by one, and each that is not taken says why")
  func validation() throws {
    let cut = Array(smallJPEG.dropLast(2))
    let node = ScriptedNode(
      clock,
      [
        .picture(smallJPEG, sequence: 0), .picture(smallJPEG, sequence: 1, hasError: true),
        .picture(cut, sequence: 2), .picture([], sequence: 3), .picture(smallJPEG, sequence: 6),
        .picture(smallJPEG, sequence: 5), .picture([], sequence: 4, hasError: true),
        .picture(smallJPEG, sequence: 7, time: nil), .silence(0.2),
        .picture(smallJPEG, sequence: 8, time: 3600),
      ])
    let source = try source(node)
    var words: [String] = []
    for _ in 0..<10 { words.append(word(try source.next(into: pool, waitingAtMost: 0.25))) }
    #expect(
      words == ["frame 0", "error", "damaged", "damaged", "frame 6", "late", "error", "frame 7", "nothing", "frame 8"])
    #expect(node.held.count == V4L2Stream.wantedBuffers, "every buffer went back at once")
    #expect(source.nextSequence == 9)
  }

  @Test("The driver's time is believed when it can be true, else our own clock counts")
  func times() throws {
    let node = ScriptedNode(
      clock,
      [
        .picture(smallJPEG, sequence: 0, time: -0.02), .picture(smallJPEG, sequence: 1, time: -6),
        .picture(smallJPEG, sequence: 2, time: 0.5), .picture(smallJPEG, sequence: 3, time: nil),
        .picture(smallJPEG, sequence: 4, time: -1),
      ])
    let source = try source(node)
    var behind: [Double?] = []
    for _ in 0..<5 {
      let arrival = try source.next(into: pool, waitingAtMost: 1)
      if case .frame(let frame) = arrival {
        behind.append(((clock.now - frame.time) * 1000).rounded())
      } else {
        behind.append(nil)
      }
    }
    #expect(behind == [20, 0, 0, 0, nil], "milliseconds; the last one is older than the picture before it")
  }

  @Test("A JPEG's size is its own, whatever was agreed on")
  func ownSize() throws {
    let node = ScriptedNode(clock, [.picture(smallJPEG, sequence: 0)])
    let source = try source(node, V4L2Wish(pixelFormat: .mjpeg, width: 128, height: 96, rate: 30))
    guard case .frame(let frame) = try source.next(into: pool, waitingAtMost: 1) else {
      Issue.record("no frame came")
      return
    }
    #expect(frame.format.width == 64)
    #expect(frame.byteCount == smallJPEG.count)
  }

  @Test("A raw picture that is too short is damaged, and one without room in the pool is dropped for that")
  func rawPictures() throws {
    let node = ScriptedNode(
      clock,
      [
        .picture([UInt8](repeating: 7, count: 6144), sequence: 0),
        .picture([UInt8](repeating: 7, count: 6143), sequence: 1),
      ])
    node.offered = [FourCC("YUYV"): []]
    node.grant = { format, size in
      V4L2Format(
        fourCC: format, size: size, planes: [.init(bytesPerLine: 128, sizeImage: 6144)], range: .limited,
        matrix: .bt601)
    }
    let source = try source(node, V4L2Wish(pixelFormat: .yuyv, width: 64, height: 48, rate: 30))
    #expect(word(try source.next(into: pool, waitingAtMost: 1)) == "frame 0")
    #expect(word(try source.next(into: pool, waitingAtMost: 1)) == "damaged")
    node.script = [.picture([UInt8](repeating: 7, count: 6144), sequence: 2)]
    #expect(word(try source.next(into: FramePool(byteBudget: 100), waitingAtMost: 1)) == "pool")
  }

  @Test("What breaks the stream is thrown with the device's name", arguments: [ENODEV, EIO])
  func breaks(code: Int32) throws {
    let node = ScriptedNode(clock, [.broken(code)])
    let source = try source(node)
    do {
      _ = try source.next(into: pool, waitingAtMost: 1)
      Issue.record("nothing was thrown")
    } catch {
      #expect(error.subject == "/dev/cam")
      #expect(error.kind == (code == ENODEV ? .notFound : .broken))
    }
    source.end()
    #expect(node.isLeftAlone)
  }

  @Test("A camera that cannot be set up is closed")
  func closed() {
    let node = ScriptedNode(clock)
    node.failures = ["S_FMT": [EBUSY]]
    #expect(throws: CameraError.self) { try source(node) }
    #expect(node.isClosed)
  }

  @Test("H.264 is decoded in order; after a gap in the driver's count nothing comes before the next key frame")
  func coded() throws {
    let units = try AccessUnits(30, options: AccessUnits.camera).units
    // The eleventh and the twelfth picture are lost on the way; the thirtieth's number says so.
    let node = ScriptedNode(
      clock,
      units.enumerated().filter { ![12, 13].contains($0.offset) }.map {
        .picture($0.element, sequence: UInt32($0.offset))
      })
    node.offered = [FourCC("H264"): []]
    let source = try source(node, V4L2Wish(pixelFormat: .h264, width: 64, height: 48, rate: 30))
    var words: [String] = []
    for _ in 0..<40 {
      let word = word(try source.next(into: pool, waitingAtMost: 0.1))
      if word != "nothing" { words.append(word) }
    }
    let before = (0..<12).map { "frame \($0)" }
    let after = (20..<30).map { "frame \($0)" }
    #expect(words == before + Array(repeating: "damaged", count: 6) + after)
  }

  @Test("H.264 that is to be recorded stays as it comes")
  func kept() throws {
    let unit = try AccessUnits(1, options: AccessUnits.camera).units[0]
    let node = ScriptedNode(clock, [.picture(unit, sequence: 0), .picture([], sequence: 1)])
    node.offered = [FourCC("H264"): []]
    let source = try source(node, V4L2Wish(pixelFormat: .h264, width: 64, height: 48, rate: 30, keepsCoded: true))
    guard case .frame(let frame) = try source.next(into: pool, waitingAtMost: 1) else {
      Issue.record("no frame came")
      return
    }
    #expect(frame.format.pixelFormat == .h264)
    #expect(frame.byteCount == unit.count)
    #expect(word(try source.next(into: pool, waitingAtMost: 1)) == "damaged")
  }

  @Test("A Bayer picture with an odd side is refused when it is agreed on, not picture by picture")
  func oddMosaic() {
    let node = ScriptedNode(clock)
    node.grant = { format, _ in
      V4L2Format(
        fourCC: format, size: V4L2Size(width: 63, height: 48), planes: [.init(bytesPerLine: 64, sizeImage: 3072)],
        range: .full, matrix: .bt601)
    }
    #expect(throws: CameraError.self) {
      try source(node, V4L2Wish(pixelFormat: .rggb8, width: 63, height: 48, rate: 30))
    }
    #expect(node.isClosed)
  }

  @Test("A picture whose buffer cannot be given back is not lost; what broke is told with the next call")
  func brokenAfterwards() throws {
    let node = ScriptedNode(clock, [.picture(smallJPEG, sequence: 0), .picture(smallJPEG, sequence: 1)])
    let source = try source(node)
    node.failures["QBUF"] = [EIO]
    #expect(word(try source.next(into: pool, waitingAtMost: 1)) == "frame 0")
    #expect(throws: CameraError.self) { try source.next(into: pool, waitingAtMost: 1) }
  }

  @Test("A picture that is refused for its time leaves no gap behind")
  func refusedForItsTime() throws {
    let node = ScriptedNode(
      clock,
      [
        .picture(smallJPEG, sequence: 0), .picture(smallJPEG, sequence: 1, time: -1), .picture(smallJPEG, sequence: 2),
      ])
    let source = try source(node)
    var words: [String] = []
    for _ in 0..<3 { words.append(word(try source.next(into: pool, waitingAtMost: 1))) }
    #expect(words == ["frame 0", "late", "frame 1"])
  }
}
