import Glibc

/// The buffers of one streaming camera: requested, mapped, given to the driver, and taken back one at a time.
///
/// Ending it gives everything back in V4L2's order: stream off, unmap, release, close.
final class V4L2Stream {
  /// Eight: a quarter of a second at 30 frames/s in which the grabber may be late without a gap.
  static let wantedBuffers = 8
  /// With one buffer the driver has none to fill while we copy.
  static let leastBuffers = 2
  /// Some drivers fail a QBUF once for no reason that lasts; a buffer that is not given back is lost to the stream.
  static let enqueueTries = 3

  private let node: any V4L2Node
  private let isMultiPlanar: Bool
  /// By buffer, by plane of memory.
  private var memory: [[MappedPlane]] = []
  private var isOver = false

  /// Begins to stream. Throws `.busy` when somebody else does, `.notFound` when the device is gone, else `.broken`.
  init(_ node: any V4L2Node, planes: Int, isMultiPlanar: Bool, subject: String) throws(CameraError) {
    self.node = node
    self.isMultiPlanar = isMultiPlanar
    let count: Int
    do throws(V4L2Failure) {
      count = try node.requestBuffers(Self.wantedBuffers, isMultiPlanar: isMultiPlanar)
      if count >= Self.leastBuffers { try begin(count, planes: planes) }
    } catch {
      end()
      throw CameraError(error, subject)
    }
    guard count >= Self.leastBuffers else {
      end()
      throw CameraError(
        .broken, subject, "gives \(count) buffers, at least \(Self.leastBuffers) are needed; is memory short?")
    }
  }

  private func begin(_ count: Int, planes: Int) throws(V4L2Failure) {
    for buffer in 0..<count {
      memory.append([])
      for plane in 0..<planes {
        memory[buffer].append(try node.map(buffer: buffer, plane: plane, isMultiPlanar: isMultiPlanar))
      }
    }
    for buffer in 0..<count { try giveBack(buffer) }
    try node.streamOn(isMultiPlanar: isMultiPlanar)
  }

  deinit { end() }

  /// How many buffers there are.
  var bufferCount: Int { memory.count }

  /// Waits at most `seconds` for a filled buffer; nil when none came. A broken stream throws what the driver says.
  func next(waitingAtMost seconds: Double) throws(V4L2Failure) -> DequeuedBuffer? {
    switch try node.wait(atMost: seconds) {
    case .nothing: return nil
    case .readable, .broken: break
    }
    let buffer: V4L2Buffer
    do throws(V4L2Failure) {
      buffer = try node.dequeue(isMultiPlanar: isMultiPlanar)
    } catch {
      if error.code == EAGAIN { return nil }
      throw error
    }
    guard memory.indices.contains(buffer.index) else { throw V4L2Failure("DQBUF (no such buffer)", EPROTO) }
    return DequeuedBuffer(facts: buffer, stream: self)
  }

  /// Gives a buffer to the driver, with the patience that drivers need.
  fileprivate func giveBack(_ buffer: Int) throws(V4L2Failure) {
    var tries = 1
    while true {
      do throws(V4L2Failure) {
        return try node.enqueue(buffer: buffer, isMultiPlanar: isMultiPlanar)
      } catch {
        if error.meansGone || error.code == EIO || tries == Self.enqueueTries { throw error }
        tries += 1
      }
    }
  }

  /// What the driver filled, by plane of memory, without what lies before the picture; cut to the memory there is.
  fileprivate func filled(_ buffer: V4L2Buffer) -> [MappedPlane] {
    memory[buffer.index].enumerated().map { plane, all in
      all.part(from: buffer.dataOffsets[plane], to: buffer.bytesUsed[plane])
    }
  }

  /// Ends the stream and lets go of the device; errors are the device's own end and change nothing.
  func end() {
    guard !isOver else { return }
    isOver = true
    try? node.streamOff(isMultiPlanar: isMultiPlanar)
    for plane in memory.joined() { node.unmap(plane) }
    memory = []
    _ = try? node.requestBuffers(0, isMultiPlanar: isMultiPlanar)
    node.close()
  }
}

/// A filled buffer that is ours for a moment: it must be given back, exactly once.
struct DequeuedBuffer: ~Copyable {
  /// What the driver says of it.
  let facts: V4L2Buffer
  private let stream: V4L2Stream
  private var isGivenBack = false

  fileprivate init(facts: V4L2Buffer, stream: V4L2Stream) {
    self.facts = facts
    self.stream = stream
  }

  deinit { if !isGivenBack { try? stream.giveBack(facts.index) } }

  /// What the driver filled, by plane of memory: to be read before the buffer is given back.
  var planes: [MappedPlane] { stream.filled(facts) }

  /// Gives it back to the driver. A driver that will not have it has broken its stream.
  consuming func giveBack() throws(V4L2Failure) {
    isGivenBack = true
    try stream.giveBack(facts.index)
  }
}

extension CameraError {
  /// What the kernel's refusal means for a camera.
  init(_ failure: V4L2Failure, _ subject: String) {
    switch failure.code {
    case EBUSY: self = .busy(subject)
    case _ where failure.meansGone: self.init(.notFound, subject, "is gone (\(failure)); is its cable in?")
    case EACCES, EPERM:
      self.init(.denied, subject, "may not be opened (\(failure.reason)); the user must be in the group video")
    case ENOSPC:
      self.init(
        .noBandwidth, subject,
        "the USB bus has no bandwidth left for it (\(failure.call)); ask for a smaller size or rate, or plug it into another controller"
      )
    default: self.init(.broken, subject, "\(failure)")
    }
  }
}
