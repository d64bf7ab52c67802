import CV4L2
import Glibc

/// A node of the kernel.
final class V4L2KernelNode: V4L2Node {
  /// `/dev/video0`, or a link to it.
  let path: String
  private let descriptor: CInt
  private var isClosed = false

  init(path: String) throws(V4L2Failure) {
    self.path = path
    descriptor = try Self.check("open", unsafe cv4l2_open(path))
  }

  deinit { close() }

  func close() {
    guard !isClosed else { return }
    isClosed = true
    _ = cv4l2_close(descriptor)
  }

  func facts() throws(V4L2Failure) -> V4L2NodeFacts {
    var capabilities: CUnsignedInt = 0
    var driver = [CChar](repeating: 0, count: 64)
    var card = driver
    var bus = driver
    let code = unsafe cv4l2_capability(descriptor, &driver, &card, &bus, &capabilities)
    _ = try Self.check("QUERYCAP", code)
    var major: CUnsignedInt = 0
    var minor: CUnsignedInt = 0
    _ = try Self.check("fstat", unsafe cv4l2_number(descriptor, &major, &minor))
    let usb = USBDevice(ofCharacterDevice: "\(major):\(minor)")
    return V4L2NodeFacts(
      driver: Self.text(driver), card: Self.text(card), busInfo: Self.text(bus),
      isCapture: capabilities & CV4L2_CAPTURE != 0, isMultiPlanarCapture: capabilities & CV4L2_CAPTURE_MPLANE != 0,
      isStreaming: capabilities & CV4L2_STREAMING != 0, serial: usb?.serial, usbModel: usb?.model)
  }

  func formats(isMultiPlanar: Bool) -> [FourCC] {
    var formats: [FourCC] = []
    var code: CUnsignedInt = 0
    while formats.count < 256,
      unsafe cv4l2_format_at(descriptor, isMultiPlanar ? 1 : 0, CUnsignedInt(formats.count), &code) >= 0
    {
      formats.append(FourCC(code: code))
    }
    return formats
  }

  func sizes(of format: FourCC) -> [V4L2Size] {
    var sizes: [V4L2Size] = []
    var width: CUnsignedInt = 0
    var height: CUnsignedInt = 0
    while sizes.count < 256 {
      let kind = unsafe cv4l2_size_at(descriptor, format.code, CUnsignedInt(sizes.count), &width, &height)
      guard kind >= 0 else { break }
      sizes.append(V4L2Size(width: Int(width), height: Int(height)))
      if kind == 1 { break }
    }
    return sizes
  }

  func setFormat(_ format: FourCC, _ size: V4L2Size, isMultiPlanar: Bool) throws(V4L2Failure) -> V4L2Format {
    var wanted = cv4l2_format()
    wanted.fourcc = format.code
    wanted.width = CUnsignedInt(size.width)
    wanted.height = CUnsignedInt(size.height)
    _ = try Self.check("S_FMT", unsafe cv4l2_set_format(descriptor, isMultiPlanar ? 1 : 0, &wanted))
    let planes = [
      V4L2Format.Plane(bytesPerLine: Int(wanted.bytes_per_line0), sizeImage: Int(wanted.size_image0)),
      V4L2Format.Plane(bytesPerLine: Int(wanted.bytes_per_line1), sizeImage: Int(wanted.size_image1)),
      V4L2Format.Plane(bytesPerLine: Int(wanted.bytes_per_line2), sizeImage: Int(wanted.size_image2)),
    ]
    return V4L2Format(
      fourCC: FourCC(code: wanted.fourcc), size: V4L2Size(width: Int(wanted.width), height: Int(wanted.height)),
      planes: Array(planes.prefix(max(1, Int(wanted.planes)))), range: wanted.is_full_range != 0 ? .full : .limited,
      isLimitedStated: wanted.is_limited_range_stated != 0, matrix: wanted.is_bt709 != 0 ? .bt709 : .bt601)
  }

  func setRate(_ rate: Double, isMultiPlanar: Bool) throws(V4L2Failure) -> Double? {
    var numerator: CUnsignedInt = 1000
    var denominator = CUnsignedInt((rate * 1000).rounded())
    let code = unsafe cv4l2_set_interval(descriptor, isMultiPlanar ? 1 : 0, &numerator, &denominator)
    _ = try Self.check("S_PARM", code)
    return numerator > 0 && denominator > 0 ? Double(denominator) / Double(numerator) : nil
  }

  func requestBuffers(_ count: Int, isMultiPlanar: Bool) throws(V4L2Failure) -> Int {
    let code = cv4l2_request_buffers(descriptor, isMultiPlanar ? 1 : 0, CUnsignedInt(count))
    return Int(try Self.check("REQBUFS", code))
  }

  func map(buffer: Int, plane: Int, isMultiPlanar: Bool) throws(V4L2Failure) -> MappedPlane {
    var start: UnsafeRawPointer?
    let length = unsafe cv4l2_map(
      descriptor, isMultiPlanar ? 1 : 0, CUnsignedInt(buffer), CUnsignedInt(plane), &start)
    guard length >= 0, let start = unsafe start else { throw V4L2Failure("mmap", CInt(max(-length, 1))) }
    return unsafe MappedPlane(start: start, count: Int(length))
  }

  func unmap(_ memory: MappedPlane) { _ = unsafe cv4l2_unmap(memory.address, memory.count) }

  func enqueue(buffer: Int, isMultiPlanar: Bool) throws(V4L2Failure) {
    _ = try Self.check("QBUF", cv4l2_enqueue(descriptor, isMultiPlanar ? 1 : 0, CUnsignedInt(buffer)))
  }

  func dequeue(isMultiPlanar: Bool) throws(V4L2Failure) -> V4L2Buffer {
    var buffer = cv4l2_buffer()
    _ = try Self.check("DQBUF", unsafe cv4l2_dequeue(descriptor, isMultiPlanar ? 1 : 0, &buffer))
    return V4L2Buffer(
      index: Int(buffer.index), sequence: buffer.sequence,
      bytesUsed: [Int(buffer.bytes_used0), Int(buffer.bytes_used1), Int(buffer.bytes_used2)],
      dataOffsets: [Int(buffer.data_offset0), Int(buffer.data_offset1), Int(buffer.data_offset2)],
      hasError: buffer.has_error != 0,
      time: buffer.is_monotonic != 0 ? MonotonicTime(nanoseconds: buffer.nanoseconds) : nil)
  }

  func streamOn(isMultiPlanar: Bool) throws(V4L2Failure) {
    _ = try Self.check("STREAMON", cv4l2_stream_on(descriptor, isMultiPlanar ? 1 : 0))
  }

  func streamOff(isMultiPlanar: Bool) throws(V4L2Failure) {
    _ = try Self.check("STREAMOFF", cv4l2_stream_off(descriptor, isMultiPlanar ? 1 : 0))
  }

  func wait(atMost seconds: Double) throws(V4L2Failure) -> V4L2Readiness {
    let milliseconds = CInt((min(max(0, seconds), 3600) * 1000).rounded(.up))
    let seen = try Self.check("poll", cv4l2_wait(descriptor, milliseconds))
    if seen & CV4L2_READABLE != 0 { return .readable }
    return seen & CV4L2_BROKEN != 0 ? .broken : .nothing
  }

  func controls() -> [V4L2Control] {
    var controls: [V4L2Control] = []
    var found = cv4l2_control()
    var name = [CChar](repeating: 0, count: 64)
    var after: CUnsignedInt = 0
    while controls.count < 1024, unsafe cv4l2_next_control(descriptor, after, &found, &name) >= 0, found.id > after {
      after = found.id
      guard found.flags & CV4L2_DISABLED == 0 else { continue }
      controls.append(
        V4L2Control(
          id: found.id, name: V4L2Controls.word(Self.text(name)), kind: Self.kind(found.type),
          minimum: found.minimum, maximum: found.maximum, step: Int64(clamping: found.step),
          isInactive: found.flags & CV4L2_INACTIVE != 0,
          isReadOnly: found.flags & CV4L2_READ_ONLY != 0, isVolatile: found.flags & CV4L2_VOLATILE != 0,
          isWriteOnly: found.flags & CV4L2_WRITE_ONLY != 0))
    }
    return controls
  }

  func value(of control: V4L2Control) throws(V4L2Failure) -> Int64 {
    var value: Int64 = 0
    let code = unsafe cv4l2_get_control(descriptor, control.id, control.kind == .integer64 ? 1 : 0, &value)
    _ = try Self.check("G_EXT_CTRLS", code)
    return value
  }

  func setValue(_ value: Int64, of control: V4L2Control) throws(V4L2Failure) {
    let code = cv4l2_set_control(descriptor, control.id, control.kind == .integer64 ? 1 : 0, value)
    _ = try Self.check("S_EXT_CTRLS", code)
  }

  private static func kind(_ type: CUnsignedInt) -> V4L2Control.Kind {
    switch type {
    case CV4L2_INTEGER, CV4L2_BITMASK: .integer
    case CV4L2_BOOLEAN: .boolean
    case CV4L2_MENU, CV4L2_INTEGER_MENU: .menu
    case CV4L2_INTEGER64: .integer64
    default: .other
    }
  }

  @discardableResult
  private static func check(_ call: String, _ code: CInt) throws(V4L2Failure) -> CInt {
    guard code >= 0 else { throw V4L2Failure(call, -code) }
    return code
  }

  /// Up to the first zero, without the control characters that a device may put there.
  private static func text(_ characters: [CChar]) -> String {
    let bytes = characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self).filter { !$0.isNewline && ($0.asciiValue ?? 32) >= 32 }
  }
}
