/// A short trial of one device: opened as the daemon opens it, watched for a moment, closed. For `diagnose` and for tests.
public struct DeviceTrial: Sendable {
  /// Which camera it is.
  public let identity: CameraIdentity
  /// What the driver gave.
  public let grant: V4L2Grant
  /// Controls that are not as wished.
  public let controls: [V4L2Controls.Deviation]
  /// Whole frames that came.
  public private(set) var frames = 0
  /// The last of them; nil when none came.
  public private(set) var newest: Frame?
  /// Frames that came and were not whole, by reason.
  public private(set) var dropped: [DropReason: Int] = [:]
  /// Gaps in the driver's count, in frames.
  public private(set) var missed: UInt64 = 0
  /// Frames a second by their own times; nil with fewer than two.
  public private(set) var rate: Double?
  /// What ended the trial before its time.
  public private(set) var failure: CameraError?

  /// Frames of the trial live here, the newest and the one that is coming; raw pictures may need more.
  private static let poolBytes = 64 << 20

  /// Tries `device` for `seconds` after its first frame, and gives it twice `ReopenPolicy.silenceSeconds` to give that one.
  ///
  /// Throws what keeps it from being opened, `.refused` when it has another serial number than it should.
  public init(
    of device: ReopeningSource.Device, camera: CameraPosition, seconds: Double, clock: PaceClock,
    devices: DeviceList = .kernel
  ) throws(CameraError) {
    let (node, facts) = try devices.node(of: device.binding)
    identity = CameraIdentity(facts)
    if let serial = device.serial, facts.serial != serial {
      node.close()
      throw .wrongSerial(device.binding.description, found: identity, expected: serial)
    }
    let source = try V4L2Source(
      node, facts, camera: camera, wish: device.wish, subject: device.binding.description, now: clock.now)
    defer { source.end() }
    grant = source.grant
    controls = source.controls.deviations
    watch(source, seconds, clock)
  }

  private mutating func watch(_ source: V4L2Source, _ seconds: Double, _ clock: PaceClock) {
    let pool = FramePool(byteBudget: max(Self.poolBytes, 3 * (grant.format.byteCount ?? 0)))
    var first: MonotonicTime?
    var last: MonotonicTime?
    var gaps = SequenceGaps()
    var deadline = clock.now().advanced(bySeconds: 2 * ReopenPolicy.silenceSeconds)
    while clock.now() < deadline {
      do throws(CameraError) {
        switch try source.next(into: pool, waitingAtMost: min(0.25, deadline - clock.now())) {
        case .frame(let frame):
          if first == nil {
            first = frame.time
            deadline = clock.now().advanced(bySeconds: seconds)
          }
          frames += 1
          newest = frame
          missed += gaps.frame(frame.sequence)
          last = frame.time
        case .dropped(let reason):
          gaps.dropped(reason)
          dropped[reason, default: 0] += 1
        case .nothing, .endOfStream: break
        }
      } catch {
        failure = error
        return
      }
    }
    if let first, let last, frames > 1 { rate = Double(frames - 1) / (last - first) }
  }
}
