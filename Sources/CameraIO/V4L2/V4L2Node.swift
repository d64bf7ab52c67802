/// An opened video node: V4L2's calls one by one, in plain values. The seam between our code and the kernel.
///
/// The kernel's node is `V4L2KernelNode`; tests have one that does what a script says. One thread uses a node at a time.
protocol V4L2Node: AnyObject {
  /// QUERYCAP, and what sysfs says of the device behind the node.
  func facts() throws(V4L2Failure) -> V4L2NodeFacts
  /// ENUM_FMT: every format that can be asked for.
  func formats(isMultiPlanar: Bool) -> [FourCC]
  /// ENUM_FRAMESIZES: the sizes of a format, of a range its largest; empty when the driver does not tell.
  func sizes(of format: FourCC) -> [V4L2Size]
  /// S_FMT: asks, and says what the driver made of it.
  func setFormat(_ format: FourCC, _ size: V4L2Size, isMultiPlanar: Bool) throws(V4L2Failure) -> V4L2Format
  /// S_PARM: asks for a rate in frames a second, and says what the driver made of it; nil when it does not say.
  func setRate(_ rate: Double, isMultiPlanar: Bool) throws(V4L2Failure) -> Double?
  /// REQBUFS: how many buffers the driver gave. 0 gives all back.
  func requestBuffers(_ count: Int, isMultiPlanar: Bool) throws(V4L2Failure) -> Int
  /// QUERYBUF and mmap of one plane of one buffer. The memory is the node's until `unmap`.
  func map(buffer: Int, plane: Int, isMultiPlanar: Bool) throws(V4L2Failure) -> MappedPlane
  /// munmap.
  func unmap(_ memory: MappedPlane)
  /// QBUF: gives a buffer to the driver.
  func enqueue(buffer: Int, isMultiPlanar: Bool) throws(V4L2Failure)
  /// DQBUF: takes a filled buffer; `EAGAIN` when there is none.
  func dequeue(isMultiPlanar: Bool) throws(V4L2Failure) -> V4L2Buffer
  /// STREAMON.
  func streamOn(isMultiPlanar: Bool) throws(V4L2Failure)
  /// STREAMOFF.
  func streamOff(isMultiPlanar: Bool) throws(V4L2Failure)
  /// poll: waits at most `seconds` for a buffer.
  func wait(atMost seconds: Double) throws(V4L2Failure) -> V4L2Readiness
  /// QUERY_EXT_CTRL: every control there is.
  func controls() -> [V4L2Control]
  /// G_EXT_CTRLS.
  func value(of control: V4L2Control) throws(V4L2Failure) -> Int64
  /// S_EXT_CTRLS.
  func setValue(_ value: Int64, of control: V4L2Control) throws(V4L2Failure)
  /// close. Nothing is asked of it afterwards.
  func close()
}

/// Width and height in pixels.
struct V4L2Size: Hashable, Sendable, CustomStringConvertible {
  var width: Int
  var height: Int

  var description: String { "\(width)x\(height)" }
}

/// What a node says of itself.
struct V4L2NodeFacts: Equatable, Sendable {
  var driver: String
  /// The model: "Simulated Camera".
  var card: String
  /// Where it hangs: "usb-0000:00:14.0-1.2".
  var busInfo: String
  /// Capabilities of this very node.
  var isCapture: Bool
  var isMultiPlanarCapture: Bool
  var isStreaming: Bool
  /// Serial number of the USB device; nil when there is none.
  var serial: String?
  /// "0c45:6366", vendor and product of the USB device; nil when it is none.
  var usbModel: String?
}

/// The format in force.
struct V4L2Format: Equatable, Sendable {
  var fourCC: FourCC
  var size: V4L2Size
  /// By plane of memory: bytes from one row to the next, and bytes of a picture. One for single-planar formats.
  var planes: [Plane]
  var range: FrameFormat.ColorRange
  /// Whether the driver itself says "limited", where V4L2's default would say so as well.
  var isLimitedStated = false
  var matrix: FrameFormat.ColorMatrix

  struct Plane: Equatable, Sendable {
    var bytesPerLine: Int
    var sizeImage: Int
  }
}

/// A filled buffer.
struct V4L2Buffer: Equatable, Sendable {
  var index: Int
  /// The driver's count, 32 bits, wrapping.
  var sequence: UInt32
  /// By plane of memory.
  var bytesUsed: [Int]
  /// By plane of memory: where the picture begins in it.
  var dataOffsets: [Int]
  var hasError = false
  /// When the picture was taken; nil when the driver does not count in CLOCK_MONOTONIC.
  var time: MonotonicTime?
}

/// What poll says.
enum V4L2Readiness: Equatable, Sendable {
  /// Nothing came within the time.
  case nothing
  case readable
  /// The stream is broken or the device is gone; the next call says which.
  case broken
}

/// A control as the driver describes it.
struct V4L2Control: Equatable, Sendable {
  enum Kind: Equatable, Sendable { case integer, boolean, menu, integer64, other }

  var id: UInt32
  /// The kernel's name as people write it: `exposure_time_absolute`.
  var name: String
  var kind: Kind
  var minimum: Int64
  var maximum: Int64
  var step: Int64
  /// Another control has the say, for instance while exposure is automatic.
  var isInactive = false
  var isReadOnly = false
  /// It changes by itself: what is read is what the device makes of it now.
  var isVolatile = false
  /// It can be set and not read.
  var isWriteOnly = false
}
