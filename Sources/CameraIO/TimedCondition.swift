import Glibc

/// A lock with a condition whose waits are measured on CLOCK_MONOTONIC.
///
/// Foundation's condition waits until a wall time: when the wall clock is set back by an hour, it waits an hour.
///
/// Sendable and safe: both pointers are set once, live as long as the object, and are touched by pthread functions only.
@safe public final class TimedCondition: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>

  /// A lock that nobody holds.
  public init() {
    unsafe mutex = .allocate(capacity: 1)
    unsafe condition = .allocate(capacity: 1)
    unsafe mutex.initialize(to: pthread_mutex_t())
    unsafe condition.initialize(to: pthread_cond_t())
    unsafe pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    unsafe pthread_condattr_init(&attributes)
    unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    unsafe pthread_cond_init(condition, &attributes)
    unsafe pthread_condattr_destroy(&attributes)
  }

  deinit {
    unsafe pthread_cond_destroy(condition)
    unsafe pthread_mutex_destroy(mutex)
    unsafe condition.deallocate()
    unsafe mutex.deallocate()
  }

  /// Runs `body` while no other thread runs one of this condition.
  public func withLock<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    unsafe pthread_mutex_lock(mutex)
    defer { unsafe pthread_mutex_unlock(mutex) }
    return try body()
  }

  /// Inside `withLock`: lets others in until `isReady` or until `seconds` have passed; whether it is ready.
  public func wait(atMost seconds: Double, until isReady: () -> Bool) -> Bool {
    if isReady() { return true }
    guard seconds > 0 else { return false }
    var deadline = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &deadline)
    // A year is forever enough, and cannot overflow.
    let nanoseconds = Int64((min(seconds, 31_536_000) * 1e9).rounded()) + Int64(deadline.tv_nsec)
    deadline.tv_sec += Int(nanoseconds / 1_000_000_000)
    deadline.tv_nsec = Int(nanoseconds % 1_000_000_000)
    while !isReady() {
      if unsafe pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT { return isReady() }
    }
    return true
  }

  /// Makes everybody who waits look again.
  public func wakeAll() { unsafe pthread_cond_broadcast(condition) }
}
