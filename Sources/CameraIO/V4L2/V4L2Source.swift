import Glibc

/// Frames of one opened V4L2 camera, until it fails: dequeue, validate, the one copy, give back at once.
///
/// It does not heal itself: whatever breaks the stream is thrown, and `ReopeningSource` opens the next one.
final class V4L2Source: FrameSource {
  let camera: CameraPosition
  let nominalRate: Double
  /// What the driver really gave.
  let grant: V4L2Grant
  /// What the device says of itself.
  let facts: V4L2NodeFacts
  /// Its controls, as they were wished and as they are.
  private(set) var controls: V4L2Controls

  private let node: any V4L2Node
  private let subject: String
  private let layout: V4L2PictureLayout
  private let stream: V4L2Stream
  /// Decodes the pictures of an H.264 camera in their order; nil for all others.
  private let coded: H264Stream?
  private let now: @Sendable () -> MonotonicTime
  private var count: SequenceCount
  private var lastTime: MonotonicTime?
  private var failure: V4L2Failure?
  /// The number of the newest access unit.
  private var codedSequence: UInt64 = 0

  /// A driver's timestamp that is older, or that lies in the future, is not believed; our own clock counts then.
  static let oldestSeconds = 5.0
  static let futureSeconds = 0.1

  /// Sets the camera up as wished and begins to stream. `subject` is how the configuration names the device.
  ///
  /// Throws `.busy`, `.notFound`, `.unreadable` or `.broken`, one line each; the node is closed then.
  init(
    _ node: any V4L2Node, _ facts: V4L2NodeFacts, camera: CameraPosition, wish: V4L2Wish, subject: String,
    firstSequence: UInt64 = 0, now: @escaping @Sendable () -> MonotonicTime
  ) throws(CameraError) {
    let negotiation: V4L2Negotiation
    do {
      negotiation = try V4L2Negotiation(node, facts, wish, subject: subject)
    } catch {
      node.close()
      throw error
    }
    let coded: H264Stream?
    do {
      let isDecoded = negotiation.layout.format.pixelFormat == .h264 && !wish.keepsCoded
      coded = isDecoded ? try H264Stream(subject: subject) : nil
    } catch {
      node.close()
      throw error
    }
    // Before the stream: what light the first picture is taken in is decided by them.
    let controls = V4L2Controls(applying: wish.controls, to: node)
    let stream = try V4L2Stream(
      node, planes: negotiation.driverFormat.planes.count, isMultiPlanar: negotiation.isMultiPlanar, subject: subject)
    self.camera = camera
    self.node = node
    self.facts = facts
    self.subject = subject
    self.controls = controls
    self.stream = stream
    self.coded = coded
    self.now = now
    count = SequenceCount(first: firstSequence)
    layout = negotiation.layout
    nominalRate = negotiation.rate ?? wish.rate
    grant = V4L2Grant(
      format: negotiation.layout.format, rate: negotiation.rate, buffers: stream.bufferCount,
      deviations: negotiation.deviations)
  }

  /// The next frame, `nothing` when none came within `seconds`.
  func next(into pool: FramePool, waitingAtMost seconds: Double) throws(CameraError) -> FrameArrival {
    if let waiting = decoded(into: pool) { return waiting }
    if let failure { throw CameraError(failure, subject) }
    let arrival: FrameArrival
    do throws(V4L2Failure) {
      guard let buffer = try stream.next(waitingAtMost: seconds) else { return .nothing }
      arrival = take(buffer.facts, buffer, into: pool)
      // The picture is ours, whatever becomes of its buffer: a stream that breaks here is told of with the next call.
      do throws(V4L2Failure) { try buffer.giveBack() } catch { failure = error }
    } catch {
      throw CameraError(error, subject)
    }
    return arrival
  }

  /// Whether its pictures are made from the ones before.
  var isCoded: Bool { coded != nil }

  private func take(_ facts: V4L2Buffer, _ buffer: borrowing DequeuedBuffer, into pool: FramePool) -> FrameArrival {
    let expected = count.next
    let step = count.take(facts.sequence)
    // Pictures of H.264 are made from the ones before: what is lost, or spoilt, spoils them up to the next key frame.
    if step != .number(expected) || facts.hasError { coded?.forget() }
    if facts.hasError { return .dropped(.error) }
    guard case .number(let sequence) = step else { return .dropped(.late) }
    guard let time = time(of: facts) else {
      count.takeBack()
      return .dropped(.late)
    }
    return copy(buffer.planes, sequence, time, into: pool)
  }

  private func copy(
    _ planes: [MappedPlane], _ sequence: UInt64, _ time: MonotonicTime, into pool: FramePool
  ) -> FrameArrival {
    if let coded {
      planes[0].withBytes { coded.push($0, at: time) }
      codedSequence = sequence
      return decoded(into: pool) ?? .nothing
    }
    let format: FrameFormat
    let byteCount: Int
    if layout.format.pixelFormat == .h264 {
      guard planes[0].count > 0 else { return .dropped(.damaged) }
      format = layout.format
      byteCount = planes[0].count
    } else if layout.isCompressed {
      guard let header = planes[0].withBytes({ JPEGHeader($0) }) else {
        return .dropped(.damaged)
      }
      format = FrameFormat(width: header.width, height: header.height, pixelFormat: .mjpeg)
      byteCount = planes[0].count
    } else {
      guard layout.isWhole(bytesUsed: planes.map(\.count)), let raw = layout.format.byteCount else {
        return .dropped(.damaged)
      }
      format = layout.format
      byteCount = raw
    }
    guard var lease = pool.lease(capacity: byteCount) else { return .dropped(.pool) }
    lease.withBytes { bytes in
      guard layout.isCompressed else { return layout.copy(planes, into: &bytes) }
      planes[0].copy(byteCount, from: 0, to: 0, in: &bytes)
    }
    return .frame(
      lease.seal(byteCount: byteCount, camera: camera, sequence: sequence, time: time, format: format))
  }

  /// What the decoder still has to give.
  private func decoded(into pool: FramePool) -> FrameArrival? {
    switch coded?.next(into: pool, camera: camera, sequence: codedSequence) {
    case .frame(let frame): .frame(frame)
    case .dropped(let reason): .dropped(reason)
    case .needsMore, nil: nil
    }
  }

  /// When the picture was taken; nil when it is not later than the one before, which no two pictures of a camera are.
  private func time(of buffer: V4L2Buffer) -> MonotonicTime? {
    let now = now()
    var time = buffer.time ?? now
    if now - time > Self.oldestSeconds || time - now > Self.futureSeconds { time = now }
    if let lastTime, time <= lastTime { return nil }
    lastTime = time
    return time
  }

  /// Reads the wished controls again; those that somebody else changed are set anew and returned.
  func mendControls() -> [V4L2Controls.Deviation] { controls.mend(on: node) }

  /// The number after that of the newest frame.
  var nextSequence: UInt64 { count.next }

  /// Stops streaming and lets go of the device.
  func end() { stream.end() }
}
