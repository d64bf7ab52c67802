import Foundation

@testable import CameraIO

/// A clock that stands still until somebody waits.
final class ScriptedClock: @unchecked Sendable {
  private let lock = NSLock()
  private var nanoseconds: Int64 = 1_000_000_000_000

  var now: MonotonicTime { lock.withLock { MonotonicTime(nanoseconds: nanoseconds) } }
  func pass(_ seconds: Double) { lock.withLock { nanoseconds += Int64((max(0, seconds) * 1e9).rounded()) } }
  var paceClock: PaceClock { PaceClock(now: { self.now }, sleep: { self.pass($0) }) }
}

/// A camera that does what a script says, behind the calls that the kernel has.
///
/// It keeps its own books: what is mapped, which buffers it holds, whether it streams, so that tests can see that everything
/// was given back.
final class ScriptedNode: V4L2Node {
  enum Step {
    /// A picture comes after `seconds`.
    case picture([UInt8], sequence: UInt32, after: Double = 1.0 / 30, hasError: Bool = false, time: Double? = 0)
    /// Nothing comes for `seconds`.
    case silence(Double)
    /// poll says that the stream is broken, and DQBUF says why.
    case broken(Int32)
    /// DQBUF fails once.
    case refusal(Int32)
  }

  var answer = V4L2NodeFacts(
    driver: "uvcvideo", card: "Simulated Camera", busInfo: "usb-0000:00:14.0-1", isCapture: true,
    isMultiPlanarCapture: false, isStreaming: true, serial: "0001", usbModel: "1209:0001")
  var offered: [FourCC: [V4L2Size]] = [FourCC("MJPG"): [V4L2Size(width: 64, height: 48)]]
  /// What S_FMT makes of a wish; nil: what was asked for, without padding.
  var grant: ((FourCC, V4L2Size) -> V4L2Format)?
  var rate: (Double) -> Double? = { $0 }
  var mostBuffers = 32
  var known: [V4L2Control] = []
  var values: [UInt32: Int64] = [:]
  /// What the device makes of a value.
  var taking: (V4L2Control, Int64) -> Int64 = { $1 }
  /// Errors by call, one per try; 0: that try succeeds.
  var failures: [String: [Int32]] = [:]
  var script: [Step]

  private(set) var calls: [String] = []
  private(set) var mapped = 0
  private(set) var held: Set<Int> = []
  private(set) var isStreaming = false
  private(set) var isClosed = false
  /// When it was closed, and when DQBUF failed first.
  private(set) var closedAt: MonotonicTime?
  private(set) var brokeAt: MonotonicTime?
  private let clock: ScriptedClock
  private var memory: [[UnsafeMutableRawBufferPointer]] = []
  private var planeSizes = [1 << 16]
  private var count = 0

  init(_ clock: ScriptedClock = ScriptedClock(), _ script: [Step] = []) {
    self.clock = clock
    self.script = script
  }

  deinit { for plane in memory.joined() { plane.deallocate() } }

  private func call(_ name: String) throws(V4L2Failure) {
    calls.append(name)
    guard var codes = failures[name], !codes.isEmpty else { return }
    let code = codes.removeFirst()
    failures[name] = codes
    if code != 0 { throw V4L2Failure(name, code) }
  }

  func facts() throws(V4L2Failure) -> V4L2NodeFacts {
    try call("QUERYCAP")
    return answer
  }

  func formats(isMultiPlanar: Bool) -> [FourCC] { offered.keys.sorted { $0.code < $1.code } }
  func sizes(of format: FourCC) -> [V4L2Size] { offered[format] ?? [] }

  func setFormat(_ format: FourCC, _ size: V4L2Size, isMultiPlanar: Bool) throws(V4L2Failure) -> V4L2Format {
    try call("S_FMT")
    let given =
      grant?(format, size)
      ?? V4L2Format(
        fourCC: format, size: size, planes: [.init(bytesPerLine: 0, sizeImage: 1 << 16)], range: .limited,
        matrix: .bt601)
    planeSizes = given.planes.map(\.sizeImage)
    return given
  }

  func setRate(_ rate: Double, isMultiPlanar: Bool) throws(V4L2Failure) -> Double? {
    try call("S_PARM")
    return self.rate(rate)
  }

  func requestBuffers(_ count: Int, isMultiPlanar: Bool) throws(V4L2Failure) -> Int {
    try call(count == 0 ? "REQBUFS(0)" : "REQBUFS")
    held = []
    self.count = min(count, mostBuffers)
    return self.count
  }

  func map(buffer: Int, plane: Int, isMultiPlanar: Bool) throws(V4L2Failure) -> MappedPlane {
    try call("mmap")
    mapped += 1
    if memory.count <= buffer { memory.append([]) }
    if memory[buffer].count <= plane {
      memory[buffer].append(.allocate(byteCount: planeSizes[plane], alignment: 16))
    }
    let piece = memory[buffer][plane]
    return MappedPlane(start: UnsafeRawPointer(piece.baseAddress!), count: piece.count)
  }

  func unmap(_ memory: MappedPlane) { mapped -= 1 }

  func enqueue(buffer: Int, isMultiPlanar: Bool) throws(V4L2Failure) {
    try call("QBUF")
    precondition(held.insert(buffer).inserted, "buffer \(buffer) was given back twice")
  }

  func dequeue(isMultiPlanar: Bool) throws(V4L2Failure) -> V4L2Buffer {
    try call("DQBUF")
    guard !script.isEmpty else { throw V4L2Failure("DQBUF", EAGAIN) }
    switch script.removeFirst() {
    case .broken(let code), .refusal(let code):
      brokeAt = brokeAt ?? clock.now
      throw V4L2Failure("DQBUF", code)
    case .silence: throw V4L2Failure("DQBUF", EAGAIN)
    case .picture(let bytes, let sequence, _, let hasError, let offset):
      guard let index = held.min() else { throw V4L2Failure("DQBUF", EAGAIN) }
      held.remove(index)
      var rest = bytes[...]
      var used = [0, 0, 0]
      for (plane, piece) in memory[index].enumerated() {
        let part = rest.prefix(piece.count)
        piece.copyBytes(from: part)
        used[plane] = part.count
        rest = rest.dropFirst(piece.count)
      }
      return V4L2Buffer(
        index: index, sequence: sequence, bytesUsed: used, dataOffsets: [0, 0, 0], hasError: hasError,
        time: offset.map { clock.now.advanced(bySeconds: $0) })
    }
  }

  func streamOn(isMultiPlanar: Bool) throws(V4L2Failure) {
    try call("STREAMON")
    isStreaming = true
  }

  func streamOff(isMultiPlanar: Bool) throws(V4L2Failure) {
    try call("STREAMOFF")
    isStreaming = false
  }

  func wait(atMost seconds: Double) throws(V4L2Failure) -> V4L2Readiness {
    try call("poll")
    switch script.first {
    case nil:
      clock.pass(seconds)
      return .nothing
    case .picture(_, _, let after, _, _):
      clock.pass(after)
      return .readable
    case .silence(let left):
      clock.pass(min(left, seconds))
      script.removeFirst()
      if left > seconds { script.insert(.silence(left - seconds), at: 0) }
      return .nothing
    case .broken: return .broken
    case .refusal: return .readable
    }
  }

  func controls() -> [V4L2Control] { known }

  func value(of control: V4L2Control) throws(V4L2Failure) -> Int64 {
    try call("G_EXT_CTRLS")
    return values[control.id] ?? 0
  }

  func setValue(_ value: Int64, of control: V4L2Control) throws(V4L2Failure) {
    try call("S_EXT_CTRLS")
    values[control.id] = taking(control, value)
  }

  func close() {
    closedAt = closedAt ?? clock.now
    isClosed = true
  }

  /// Whether nothing of it is still in use.
  var isLeftAlone: Bool { mapped == 0 && isClosed && !isStreaming && calls.last == "REQBUFS(0)" }
}

/// The smallest JPEG that passes for one: start, a frame header of 64x48, a scan, the end.
let smallJPEG: [UInt8] =
  [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 48, 0, 64, 1, 1, 0x11, 0]
  + [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0x34, 0x56, 0xFF, 0xD9]

extension V4L2Wish {
  static let small = V4L2Wish(pixelFormat: .mjpeg, width: 64, height: 48, rate: 30)
}
