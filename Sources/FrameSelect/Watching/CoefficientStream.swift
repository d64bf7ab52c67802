/// Room for the coefficients of one JPEG while a scan goes over them: as large as the largest picture so far, for all cameras of a thread.
///
/// For ten cameras with a room of their own it would be several megabytes, of which one is in use at a time.
@safe public final class CoefficientStream {
  private(set) var bytes: UnsafeMutablePointer<UInt8>
  private var capacity = 0

  /// No room yet.
  public init() { unsafe bytes = .allocate(capacity: 1) }

  deinit { unsafe bytes.deallocate() }

  /// Makes room for `count` bytes; what was in it is gone.
  func reserve(_ count: Int) {
    guard capacity < count else { return }
    unsafe bytes.deallocate()
    // Rounded up, so that a camera's pictures of different sizes do not allocate again and again.
    capacity = (count + 0xffff) & ~0xffff
    unsafe bytes = .allocate(capacity: capacity)
    unsafe bytes.initialize(repeating: 0, count: capacity)
  }
}
