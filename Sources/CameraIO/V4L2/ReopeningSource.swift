/// A live camera that never ends: whatever breaks its stream, it is opened again, for as long as the daemon runs.
///
/// Silence is a failure too, since a frozen camera gives no error. Another camera in its place is refused. Frame numbers go on
/// across openings, so that what was lost in between is no gap of the driver's.
public final class ReopeningSource: FrameSource {
  /// Which device, and what is wanted of it.
  public struct Device: Sendable {
    /// How the device is found.
    public var binding: DeviceBinding
    /// The only serial number that is accepted; nil: whatever is there first.
    public var serial: String?
    /// What it is asked for.
    public var wish: V4L2Wish

    /// A device.
    public init(binding: DeviceBinding, serial: String? = nil, wish: V4L2Wish) {
      self.binding = binding
      self.serial = serial
      self.wish = wish
    }
  }

  private enum State {
    case waiting(until: MonotonicTime, presence: [String])
    case streaming(V4L2Source, since: MonotonicTime)
  }

  /// The camera whose frames these are.
  public let camera: CameraPosition
  /// Frames a second that were asked for.
  public var nominalRate: Double { device.wish.rate }
  /// Times that the device was opened.
  public private(set) var openings = 0

  /// Controls are read again so often.
  static let controlCheckSeconds = 5.0
  /// A stream of H.264 may wait so long for a key frame after a loss.
  static let keyFrameSeconds = 10.0
  /// While the device is away, its place is looked at so often.
  static let presenceCheckSeconds = 0.25
  /// A device that is gone is held open so long: the kernel takes it apart at this moment, and Linux 6.1 falls over its own list of parts
  /// (`media_device_unregister_entity`) when the last one who has it open lets go just then. A cable that comes back needs longer.
  static let partingSeconds = 0.25

  private let device: Device
  private let devices: DeviceList
  private let clock: PaceClock
  private let counters: CameraCounters
  private let tell: @Sendable (CameraPosition, CameraNews) -> Void
  private var policy = ReopenPolicy()
  private var state: State
  private var identity: CameraIdentity?
  private var sequence: UInt64 = 0
  private var firstFrameAt: MonotonicTime?
  private var lastFrameAt: MonotonicTime?
  private var lostSince: MonotonicTime?
  private var codedAt: MonotonicTime?
  private var toldKind: CameraError.Kind?
  private var controlsCheckedAt: MonotonicTime

  /// A camera that is opened with the first call of `next`. `tell` is called on the thread that calls `next`.
  public init(
    camera: CameraPosition, device: Device, devices: DeviceList = .kernel, clock: PaceClock, counters: CameraCounters,
    tell: @escaping @Sendable (CameraPosition, CameraNews) -> Void
  ) {
    self.camera = camera
    self.device = device
    self.devices = devices
    self.clock = clock
    self.counters = counters
    self.tell = tell
    let now = clock.now()
    state = .waiting(until: now, presence: [])
    controlsCheckedAt = now
  }

  deinit { if case .streaming(let source, _) = state { source.end() } }

  /// The next frame; `nothing` while the camera is silent or away. It never throws for good: a camera has no end.
  public func next(into pool: FramePool, waitingAtMost seconds: Double) throws(CameraError) -> FrameArrival {
    switch state {
    case .waiting(let until, let presence):
      wait(until: until, presence, atMost: seconds)
      return .nothing
    case .streaming(let source, let since):
      do throws(CameraError) {
        let arrival = try source.next(into: pool, waitingAtMost: seconds)
        note(arrival, of: source, since)
        return arrival
      } catch {
        counters.countError(of: camera)
        let pause = policy.broke(afterStreaming: streamedSeconds)
        lose(source, error, pause: pause)
        return .nothing
      }
    }
  }

  // MARK: while frames come

  private func note(_ arrival: FrameArrival, of source: V4L2Source, _ since: MonotonicTime) {
    let now = clock.now()
    switch arrival {
    case .frame:
      cameIn(source, now)
    // It came, whole, and there was no room for it here: that is no silence.
    case .dropped(.pool): lastFrameAt = now
    case .dropped, .nothing, .endOfStream:
      // H.264 that comes and waits for its next key frame is no silence, for a while.
      if source.isCoded, case .dropped(.damaged) = arrival { codedAt = now }
      let isWaiting = codedAt.map { now - $0 < ReopenPolicy.silenceSeconds } ?? false
      let quiet = now - (lastFrameAt ?? since)
      guard quiet >= (isWaiting ? max(policy.patience, Self.keyFrameSeconds) : policy.patience) else { break }
      let seconds = V4L2Negotiation.text(quiet)
      policy.fellSilent(afterStreaming: streamedSeconds)
      lose(source, CameraError(.silent, device.binding.description, "no whole frame for \(seconds) s"), pause: 0)
      return
    }
    if now - controlsCheckedAt >= Self.controlCheckSeconds {
      controlsCheckedAt = now
      let drifted = source.mendControls()
      if !drifted.isEmpty {
        counters.countControlDrifts(of: camera, drifted.count)
        tell(camera, .controlsDrifted(drifted))
      }
    }
  }

  private func cameIn(_ source: V4L2Source, _ now: MonotonicTime) {
    lastFrameAt = now
    guard firstFrameAt == nil else { return }
    firstFrameAt = now
    let found = CameraIdentity(source.facts)
    let isFirst = identity == nil
    identity = found
    toldKind = nil
    defer { lostSince = nil }
    if let lostSince {
      tell(camera, .back(afterSeconds: now - lostSince, found, source.grant, source.controls.deviations))
    } else if isFirst {
      tell(camera, .streaming(found, source.grant, source.controls.deviations))
    }
  }

  /// How long frames have come since this opening.
  private var streamedSeconds: Double {
    guard let firstFrameAt, let lastFrameAt else { return 0 }
    return lastFrameAt - firstFrameAt
  }

  // MARK: while it is away

  private func lose(_ source: V4L2Source, _ error: CameraError, pause: Double) {
    sequence = source.nextSequence
    note(error)
    if error.kind == .notFound { clock.sleep(Self.partingSeconds) }
    source.end()
    rest(pause, devices.presence(of: device.binding))
  }

  private func rest(_ seconds: Double, _ presence: [String]) {
    state = .waiting(until: clock.now().advanced(bySeconds: seconds), presence: presence)
  }

  private func wait(until: MonotonicTime, _ presence: [String], atMost seconds: Double) {
    let now = clock.now()
    let presenceNow = devices.presence(of: device.binding)
    let isChanged = presenceNow != presence
    if isChanged { policy.presenceChanged() }
    guard now < until, !isChanged else { return open(presenceNow) }
    clock.sleep(min(until - now, min(seconds, Self.presenceCheckSeconds)))
  }

  /// `presence` is from before the try: what comes while it is made is a change.
  private func open(_ presence: [String]) {
    do throws(CameraError) {
      let (node, facts) = try devices.node(of: device.binding)
      do throws(CameraError) {
        try check(CameraIdentity(facts))
      } catch {
        node.close()
        throw error
      }
      let source = try V4L2Source(
        node, facts, camera: camera, wish: device.wish, subject: device.binding.description, firstSequence: sequence,
        now: clock.now)
      openings += 1
      counters.countOpening(of: camera)
      let now = clock.now()
      firstFrameAt = nil
      lastFrameAt = nil
      codedAt = nil
      controlsCheckedAt = now
      state = .streaming(source, since: now)
    } catch {
      counters.countError(of: camera)
      note(error)
      rest(policy.broke(), presence)
    }
  }

  /// A camera is only ever replaced by itself.
  private func check(_ found: CameraIdentity) throws(CameraError) {
    let subject = device.binding.description
    if let serial = device.serial, found.serial != serial {
      throw .wrongSerial(subject, found: found, expected: serial)
    }
    guard let identity else { return }
    // Without a serial number and without a stable path, the port is all that tells two cameras of a model apart.
    let isElsewhere = device.binding.isByNumber && found.serial == nil && found.busInfo != identity.busInfo
    guard identity.isSame(as: found), !isElsewhere else {
      throw CameraError(
        .refused, subject,
        "another camera is there: \(found), where \(identity) was; plug that one in again, or restart the daemon if it was replaced on purpose"
      )
    }
  }

  private func note(_ error: CameraError) {
    if lostSince == nil {
      lostSince = lastFrameAt ?? clock.now()
      toldKind = error.kind
      tell(camera, .lost(error))
    } else {
      let isAnother = toldKind != error.kind
      toldKind = error.kind
      tell(camera, .stillLost(error, isAnother: isAnother))
    }
  }
}
