import Synchronization

/// Set once, seen by every thread: it is time to end.
public final class StopFlag: Sendable {
  private let flag = Atomic<Bool>(false)

  /// A flag that is not set.
  public init() {}

  /// Whether it has been set.
  public var isSet: Bool { flag.load(ordering: .acquiring) }

  /// Sets it, for good.
  public func set() { flag.store(true, ordering: .releasing) }
}
