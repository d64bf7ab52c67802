/// The memory that frames live in, and the only place where frame memory comes from: its budget is the daemon's budget.
///
/// Slots are cut in size classes and reused, so steady state allocates nothing. When the budget is used up, `lease` says
/// nil and the frame is dropped and counted: a camera is never made to wait for memory. A replay may wait, because it must
/// lose nothing.
public final class FramePool: Sendable {
  /// A piece of pool memory. The pool hands a slot to one lease or one frame at a time.
  ///
  /// Sendable and safe: the memory is written only through the one noncopyable lease, and read-only once it is sealed.
  @safe struct Slot: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
    let capacity: Int
  }

  /// Slots are rounded up to this many bytes, so that JPEGs of slightly different sizes share them.
  static let slotGranularity = 64 * 1024

  private struct State {
    var free: [Int: [Slot]] = [:]
    var bytesFree = 0
    var bytesInUse = 0
    var peakBytesInUse = 0
    var waiting = 0
  }

  /// The most bytes that frames and free slots may take together.
  public let byteBudget: Int
  private let condition = TimedCondition()
  nonisolated(unsafe) private var state = State()  // guarded by `condition`

  /// An empty pool: memory is taken when frames need it, up to `byteBudget`.
  public init(byteBudget: Int) { self.byteBudget = byteBudget }

  deinit {
    for slots in unsafe state.free.values {
      for slot in slots { unsafe slot.start.deallocate() }
    }
  }

  /// Bytes held by leases and frames now.
  public var bytesInUse: Int { condition.withLock { unsafe state.bytesInUse } }

  /// The most bytes that were ever held at once.
  public var peakBytesInUse: Int { condition.withLock { unsafe state.peakBytesInUse } }

  /// Bytes of slots that nobody uses now and that are kept for the next frame.
  public var bytesFree: Int { condition.withLock { unsafe state.bytesFree } }

  /// Whether a frame of `capacity` bytes could ever fit; if not, waiting for memory would never end.
  public func canHold(capacity: Int) -> Bool { Self.slotSize(for: capacity) <= byteBudget }

  /// Room for one frame of at most `capacity` bytes, or nil when the budget is used up.
  public func lease(capacity: Int) -> FrameLease? { lease(capacity: capacity, waitingFor: 0) }

  /// Room for one frame of at most `capacity` bytes, waiting up to `seconds` until others give memory back; nil after that.
  ///
  /// Nil at once when `canHold(capacity:)` is false.
  public func lease(capacity: Int, waitingFor seconds: Double) -> FrameLease? {
    let size = Self.slotSize(for: capacity)
    guard size <= byteBudget else { return nil }
    let slot: Slot? = condition.withLock {
      if unsafe state.bytesInUse + size > byteBudget {
        unsafe state.waiting += 1
        defer { unsafe state.waiting -= 1 }
        guard condition.wait(atMost: seconds, until: { unsafe state.bytesInUse + size <= byteBudget }) else {
          return nil
        }
      }
      return takeSlot(size)
    }
    guard let slot else { return nil }
    return FrameLease(slot: slot, pool: self)
  }

  /// Under the lock, and only when `size` more bytes may be in use.
  private func takeSlot(_ size: Int) -> Slot {
    unsafe state.bytesInUse += size
    unsafe state.peakBytesInUse = max(state.peakBytesInUse, state.bytesInUse)
    if let slot = unsafe state.free[size]?.popLast() {
      unsafe state.bytesFree -= size
      return slot
    }
    // Free slots of other sizes make room first, the largest before the others.
    while unsafe state.bytesInUse + state.bytesFree > byteBudget,
      let other = unsafe state.free.filter({ !$0.value.isEmpty }).keys.max(),
      let slot = unsafe state.free[other]?.popLast()
    {
      unsafe state.bytesFree -= other
      unsafe slot.start.deallocate()
    }
    return unsafe Slot(start: .allocate(byteCount: size, alignment: 64), capacity: size)
  }

  func giveBack(_ slot: Slot) {
    condition.withLock {
      unsafe state.bytesInUse -= slot.capacity
      unsafe state.bytesFree += slot.capacity
      unsafe state.free[slot.capacity, default: []].append(slot)
      if unsafe state.waiting > 0 { condition.wakeAll() }
    }
  }

  private static func slotSize(for capacity: Int) -> Int {
    max(1, (capacity + slotGranularity - 1) / slotGranularity) * slotGranularity
  }
}
