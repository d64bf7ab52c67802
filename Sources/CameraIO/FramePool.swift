import Glibc

/// The memory that frames live in, and the only place where frame memory comes from: its budget is the daemon's budget.
///
/// Slots are whole pages of their own, as large as the frame they are taken for, and used again for frames of about that size, so that steady
/// state asks the system for nothing; what a vehicle took beyond that goes back to the system when it is free. When the budget is used
/// up, `lease` says nil and the frame is dropped and counted: a camera is never made to wait for memory. A replay may wait, because it
/// must lose nothing.
public final class FramePool: Sendable {
  /// A piece of pool memory. The pool hands a slot to one lease or one frame at a time.
  ///
  /// Sendable and safe: the memory is written only through the one noncopyable lease, and read-only once it is sealed.
  @safe struct Slot: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
    let capacity: Int
  }

  /// What the system hands out memory in.
  static let pageBytes = max(1, sysconf(CInt(_SC_PAGESIZE)))
  /// A slot is used again for a frame that it is at most a quarter too large for.
  private static let tooLarge = 4
  /// Free slots are kept for the next frames: one part in 32 of what is in use, and 3 MiB where that is less. While nothing stirs a frame
  /// goes for each that comes, and hardly any are free.
  static let keptShare = 32
  static let keptBytes = 3 << 20

  private struct State {
    /// Slots that nobody uses, in the order in which they became free.
    var free: [Slot] = []
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
    for slot in unsafe state.free { Self.unmap(slot) }
  }

  /// Bytes held by leases and frames now.
  public var bytesInUse: Int { condition.withLock { unsafe state.bytesInUse } }

  /// The most bytes that were ever held at once.
  public var peakBytesInUse: Int { condition.withLock { unsafe state.peakBytesInUse } }

  /// Bytes of slots that nobody uses now and that are kept for the next frame.
  public var bytesFree: Int { condition.withLock { unsafe state.bytesFree } }

  /// Whether a frame of `capacity` bytes could ever fit; if not, waiting for memory would never end.
  public func canHold(capacity: Int) -> Bool { Self.slotSize(for: capacity) <= byteBudget }

  /// Room for one frame of at most `capacity` bytes, or nil when the budget is used up, or the system has no more.
  public func lease(capacity: Int) -> FrameLease? { lease(capacity: capacity, waitingFor: 0) }

  /// Room for one frame of at most `capacity` bytes, waiting up to `seconds` until others give memory back; nil after that.
  ///
  /// Nil at once when `canHold(capacity:)` is false.
  public func lease(capacity: Int, waitingFor seconds: Double) -> FrameLease? {
    let size = Self.slotSize(for: capacity)
    guard size <= byteBudget else { return nil }
    var used: Slot?
    let isRoom = condition.withLock {
      if unsafe state.bytesInUse + size > byteBudget {
        unsafe state.waiting += 1
        defer { unsafe state.waiting -= 1 }
        guard condition.wait(atMost: seconds, until: { unsafe state.bytesInUse + size <= byteBudget }) else {
          return false
        }
      }
      used = takeFree(size)
      unsafe state.bytesInUse += used?.capacity ?? size
      unsafe state.peakBytesInUse = max(state.peakBytesInUse, state.bytesInUse)
      return true
    }
    guard isRoom else { return nil }
    if let used { return FrameLease(slot: used, pool: self) }
    // Others make room first.
    unmapSurplus()
    guard let slot = Self.map(size) else {
      condition.withLock {
        unsafe state.bytesInUse -= size
        if unsafe state.waiting > 0 { condition.wakeAll() }
      }
      return nil
    }
    return FrameLease(slot: slot, pool: self)
  }

  func giveBack(_ slot: Slot) {
    condition.withLock {
      unsafe state.bytesInUse -= slot.capacity
      unsafe state.bytesFree += slot.capacity
      unsafe state.free.append(slot)
      if unsafe state.waiting > 0 { condition.wakeAll() }
    }
    unmapSurplus()
  }

  /// Under the lock: the free slot that fits best, if one does; of several the one that was used last. While another thread still gives back
  /// what its new slot displaces, none that is too large for the budget.
  private func takeFree(_ size: Int) -> Slot? {
    var best: Int?
    for index in unsafe state.free.indices.reversed() {
      let capacity = unsafe state.free[index].capacity
      guard capacity >= size, capacity - size <= size / Self.tooLarge,
        unsafe state.bytesInUse + capacity <= byteBudget
      else { continue }
      if let known = best, unsafe state.free[known].capacity <= capacity { continue }
      best = index
    }
    guard let best else { return nil }
    let slot = unsafe state.free.remove(at: best)
    unsafe state.bytesFree -= slot.capacity
    return slot
  }

  /// Gives free slots back to the system, those that were free longest before others, until no more are kept than should be. Outside of
  /// the lock: for a large frame that takes a while.
  private func unmapSurplus() {
    while let slot = condition.withLock({ takeSurplus() }) { Self.unmap(slot) }
  }

  private func takeSurplus() -> Slot? {
    let kept = unsafe max(Self.keptBytes, state.bytesInUse / Self.keptShare)
    guard unsafe state.bytesFree > min(kept, byteBudget - state.bytesInUse) else { return nil }
    let slot = unsafe state.free.removeFirst()
    unsafe state.bytesFree -= slot.capacity
    return slot
  }

  // MARK: the system's memory

  private static func map(_ size: Int) -> Slot? {
    let start = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let start = unsafe start, unsafe start != MAP_FAILED else { return nil }
    return unsafe Slot(start: start, capacity: size)
  }

  private static func unmap(_ slot: Slot) { unsafe munmap(slot.start, slot.capacity) }

  private static func slotSize(for capacity: Int) -> Int {
    max(1, (capacity + pageBytes - 1) / pageBytes) * pageBytes
  }
}
