import Foundation
import Testing

@testable import CameraIO

@Suite("A camera that is opened again for ever")
final class ReopeningSourceTests {
  let clock = ScriptedClock()
  let ports: ScriptedPorts
  let counters = CameraCounters()
  let pool = FramePool(byteBudget: 1 << 20)
  final class News: @unchecked Sendable {
    var lines: [String] = []
  }
  let news = News()

  init() { ports = ScriptedPorts(clock) }

  func source(_ binding: DeviceBinding = .path("/dev/cam"), serial: String? = nil) -> ReopeningSource {
    let news = news
    return ReopeningSource(
      camera: .topLeft, device: .init(binding: binding, serial: serial, wish: .small), devices: ports.devices,
      clock: clock.paceClock, counters: counters,
      tell: { _, one in
        switch one {
        case .streaming: news.lines.append("streaming")
        case .lost(let error): news.lines.append("lost \(error.kind)")
        case .stillLost(let error, true): news.lines.append("still lost \(error.kind)")
        case .stillLost: break
        case .back(let seconds, _, _, _): news.lines.append("back after \(Int(seconds.rounded())) s")
        case .controlsDrifted(let controls): news.lines.append("drift \(controls.map(\.name).joined())")
        }
      })
  }

  func node(_ script: [ScriptedNode.Step], serial: String? = "0001", bus: String = "usb-1") -> ScriptedNode {
    let node = ScriptedNode(clock, script)
    node.answer.serial = serial
    node.answer.busInfo = bus
    return node
  }

  /// What is left of a camera until the kernel has taken its node away.
  func gone() -> ScriptedNode {
    let node = node([])
    node.failures["QUERYCAP"] = Array(repeating: ENODEV, count: 1000)
    return node
  }

  /// Pictures numbered from `first`, a thirtieth of a second apart.
  func pictures(_ count: Int, from first: UInt32 = 0) -> [ScriptedNode.Step] {
    (0..<count).map { .picture(smallJPEG, sequence: first + UInt32($0)) }
  }

  /// Asks for frames until `seconds` have passed; the numbers of those that came.
  func run(_ source: ReopeningSource, for seconds: Double) throws -> [UInt64] {
    let end = clock.now.advanced(bySeconds: seconds)
    var numbers: [UInt64] = []
    while clock.now < end {
      if case .frame(let frame) = try source.next(into: pool, waitingAtMost: 0.25) { numbers.append(frame.sequence) }
    }
    return numbers
  }

  @Test(
    "A frozen camera gives no error: after two seconds of silence it is closed and opened again, and its numbers go on")
  func silence() throws {
    let first = node(pictures(5) + [.silence(100)])
    let second = node(pictures(5, from: 900))
    ports.plug("/dev/cam", first, second)
    let source = source()
    #expect(try run(source, for: 3) == Array(0..<10))
    #expect(news.lines == ["streaming", "lost silent", "back after 2 s"])
    #expect(first.isLeftAlone)
    #expect(counters[.topLeft].openings == 2)
  }

  @Test("A camera that goes on by itself while its stream is open is back at once")
  func thaws() throws {
    ports.plug(
      "/dev/cam", node(pictures(5) + [.silence(100)]), node([.silence(100)]), node([.silence(100)]),
      node([.silence(3.5)] + pictures(5)))
    let source = source()
    #expect(try run(source, for: 10).count == 10)
    // Five frames, then 2 + 2 + 2 s in vain; the fourth opening may be silent for four.
    #expect(news.lines == ["streaming", "lost silent", "back after 10 s"])
  }

  @Test("An unplugged camera is waited for at its place and opened the moment it is back, however long it was away")
  func unplugged() throws {
    let first = node(pictures(20) + [.broken(ENODEV)])
    ports.plug("/dev/cam", first, gone())
    let source = source()
    var numbers = try run(source, for: 1)
    ports.unplug("/dev/cam")
    numbers += try run(source, for: 3600)
    #expect(news.lines == ["streaming", "lost notFound"], "one line, whatever the time")
    #expect(ports.openedAt.count <= 2)
    ports.plug("/dev/cam", node(pictures(1000)))
    let start = clock.now
    while counters[.topLeft].openings < 2, clock.now - start < 60 { _ = try run(source, for: 0.1) }
    #expect(clock.now - start <= 0.5)
    #expect(numbers == Array(0..<20))
    #expect(counters[.topLeft].openings == 2)
    #expect(first.isLeftAlone)
  }

  @Test(
    "A device that is gone is held open for a moment while the kernel takes it apart; one that only broke is closed at once",
    arguments: [(ENODEV, 0.25), (EIO, 0.0)])
  func parting(error: Int32, seconds: Double) throws {
    let node = node(pictures(5) + [.broken(error)])
    ports.plug("/dev/cam", node, gone())
    _ = try run(source(), for: 1)
    let (broke, closed) = (try #require(node.brokeAt), try #require(node.closedAt))
    #expect(abs(closed - broke - seconds) < 1e-6)
    #expect(node.isLeftAlone)
  }

  @Test("While it cannot be opened it is tried after 0, 1, 2, 4, 4 … seconds, and a new reason is told once")
  func backOff() throws {
    let start = clock.now
    let port = ports.plug("/dev/cam")
    port.failure = EBUSY
    let source = source()
    _ = try run(source, for: 24)
    #expect(ports.openedAt.map { ($0 - start).rounded() } == [0, 0, 1, 3, 7, 11, 15, 19, 23])
    port.failure = EACCES
    _ = try run(source, for: 30)
    #expect(news.lines == ["lost busy", "still lost denied"])
  }

  @Test("Another camera in its place is refused, told once, and the right one is taken back", arguments: [true, false])
  func anotherCamera(isPinned: Bool) throws {
    ports.plug("/dev/cam", node(pictures(5) + [.broken(ENODEV)]), gone())
    let source = source(serial: isPinned ? "0001" : nil)
    _ = try run(source, for: 0.1)
    let other = node(pictures(50), serial: "0002")
    ports.plug("/dev/cam", other)
    #expect(try run(source, for: 5).count <= 5)
    #expect(other.isClosed)
    #expect(!other.calls.contains("REQBUFS"), "it was not even set up")
    ports.plug("/dev/cam", node(pictures(300)))
    let after = try run(source, for: 12)
    #expect(!after.isEmpty)
    #expect(news.lines[..<2] == ["streaming", "lost notFound"])
    #expect(news.lines[2] == "still lost refused")
    #expect(news.lines[3].hasPrefix("back after"))
  }

  @Test("The camera is found by its serial number or its port under whatever number it has now")
  func otherNumber() throws {
    for (index, binding) in [DeviceBinding.serial("0001"), .bus("usb-1")].enumerated() {
      let counters = counters[.topLeft].openings
      let wrong = node([], serial: "0002", bus: "usb-2")
      ports.plug("/dev/video0", node(pictures(5) + [.broken(ENODEV)]), gone())
      ports.plug("/dev/video2", wrong)
      let source = source(binding)
      _ = try run(source, for: 0.1)
      ports.unplug("/dev/video0")
      ports.plug("/dev/video4", node(pictures(100)))
      #expect(try run(source, for: 2).count > 5, "\(index)")
      #expect(self.counters[.topLeft].openings == counters + 2)
      #expect(!wrong.calls.contains("REQBUFS"))
      ports.unplug("/dev/video4")
    }
  }

  @Test("A camera bound by its number alone, without a serial number, is refused when it hangs elsewhere")
  func numberAlone() throws {
    ports.plug("/dev/video0", node(pictures(5) + [.broken(ENODEV)], serial: nil), gone())
    let source = source(.path("/dev/video0"))
    _ = try run(source, for: 0.1)
    ports.plug("/dev/video0", node(pictures(50), serial: nil, bus: "usb-2"))
    _ = try run(source, for: 3)
    #expect(news.lines == ["streaming", "lost notFound", "still lost refused"])
  }

  @Test("Controls that somebody changes are set again while it runs, and told")
  func drift() throws {
    let camera = node(pictures(600))
    camera.known = [V4L2ControlsTests.gain]
    ports.plug("/dev/cam", camera)
    let news = news
    var device = ReopeningSource.Device(binding: .path("/dev/cam"), wish: .small)
    device.wish.controls = ["gain": 20]
    let source = ReopeningSource(
      camera: .topLeft, device: device, devices: ports.devices, clock: clock.paceClock, counters: counters,
      tell: { _, one in if case .controlsDrifted(let controls) = one { news.lines.append(controls[0].name) } })
    _ = try run(source, for: 6)
    camera.values[3] = 90
    _ = try run(source, for: 6)
    #expect(news.lines == ["gain"])
    #expect(camera.values[3] == 20)
    #expect(counters[.topLeft].controlDrifts == 1)
  }

  @Test("A camera that gives nothing but broken pictures is opened again; a full pool of ours is no reason")
  func brokenPictures() throws {
    let broken = node((0..<200).map { .picture([0xFF, 0xD8, 0], sequence: UInt32($0)) })
    ports.plug("/dev/cam", broken, node(pictures(1000)))
    let source = source()
    let after = try run(source, for: 5)
    #expect(!after.isEmpty)
    #expect(counters[.topLeft].openings == 2)
    let full = FramePool(byteBudget: 100)
    let end = clock.now.advanced(bySeconds: 6)
    while clock.now < end { _ = try source.next(into: full, waitingAtMost: 0.25) }
    #expect(counters[.topLeft].openings == 2)
  }

  @Test("A thousand openings and closings leave nothing behind")
  func cycles() throws {
    let nodes = (0...1001).map { _ in node(pictures(2) + [.broken(EIO)]) }
    ports.plug("/dev/cam", nodes)
    let source = source()
    while counters[.topLeft].openings <= 1000 { _ = try source.next(into: pool, waitingAtMost: 8) }
    #expect(nodes.prefix(1000).count { !$0.isLeftAlone } == 0)
    #expect(pool.bytesInUse == 0)
  }
}
