import Foundation

/// Every figure of delivery that configuration or a test may want to turn.
public struct DeliverySettings: Sendable, Equatable {
  /// Pauses between attempts. DELIVERY.md 2.4: full jitter, base 2 s, cap 15 min.
  public var retry = RetryPolicy()
  /// Images of a passage under way at once, on kept-alive connections. DESIGN.md: about six.
  public var parallelImages = 6
  /// While the key is refused, one cheap question every so often, in seconds. DELIVERY.md 2.4: 5 min.
  public var keyProbeSeconds: Double = 300
  /// A tenant that the key may not write for, and a request that the cloud calls wrong, are looked at again after so many seconds.
  public var refusalPauseSeconds: Double = 1800
  /// So often a creation may be called wrong (400, 404, 422 …) before a person is asked. DELIVERY.md 2.4: 3 tries over an hour.
  public var refusalsBeforeQuarantine = 3
  /// So many failures in a row, and the host is only probed. DELIVERY.md 2.4: 5.
  public var failuresBeforeCircuit = 5
  /// So often the look-up after a doubtful creation must find nothing, a grace apart, before it is made again. DELIVERY.md 2.5: 2.
  public var emptyListingsBeforeCreating = 2
  /// After the last image is stored the list is looked at after these pauses, in seconds; then a person is asked. DELIVERY.md 2.6:
  /// 1, 5, 30 min, 2, 8, 24 h; the first few seconds are ours, for a cloud that lists at once or nearly.
  public var proofPausesSeconds: [Double] = [0, 3, 15, 60, 300, 1800, 7200, 28800, 86400]
  /// A form must be good for so many seconds more by the server's clock, or a new one is asked for. DELIVERY.md 2.6: 2 min.
  public var formMarginSeconds: Double = 120
  /// Every so many steps the newest passage comes first, so that today's customer is not behind a week of backlog. 0: never.
  public var newestEvery = 4
  /// `deliverAll` ends when a host has not answered so many probes.
  public var probesBeforeGivingUp = 3
  /// `deliverAll` ends when nothing is due within so many seconds.
  public var patienceSeconds: Double = 900
  /// `run` looks for delivered image sets to remove every so many seconds.
  public var purgeSeconds: Double = 600

  /// The defaults.
  public init() {}
}

/// The clock delivery lives by; tests and simulations bring their own.
public protocol DeliveryClock: Sendable {
  /// Milliseconds since 1970. Never steps while the process runs: it is the wall clock of the start, carried on by a clock that
  /// counts through suspension, so that setting the time neither stalls nor bursts anything.
  func nowMs() -> Int64
  /// Returns at that time, or at once when the task is cancelled.
  func sleep(untilMs: Int64) async
}

/// The real clock.
public struct SteadyClock: DeliveryClock {
  private let startMs: Int64
  private let start: ContinuousClock.Instant

  /// Begins to count now.
  public init() {
    startMs = Int64(Date().timeIntervalSince1970 * 1000)
    start = ContinuousClock.now
  }

  /// See `DeliveryClock`.
  public func nowMs() -> Int64 {
    let passed = (ContinuousClock.now - start).components
    return startMs + passed.seconds * 1000 + passed.attoseconds / 1_000_000_000_000_000
  }

  /// See `DeliveryClock`.
  public func sleep(untilMs: Int64) async {
    do {
      try await Task.sleep(for: .milliseconds(max(0, untilMs - nowMs())))
    } catch {
      // Cancelled: whoever cancelled wants us back now.
    }
  }
}

/// Tells the one who sleeps that there is work. Signals that come while nobody sleeps are remembered as one.
// @unchecked: both properties are only touched under the lock.
final class WakeSignal: @unchecked Sendable {
  private let lock = NSLock()
  private var isSet = false
  private var sleeper: CheckedContinuation<Void, Never>?

  func signal() {
    let sleeper = lock.withLock { () -> CheckedContinuation<Void, Never>? in
      isSet = self.sleeper == nil
      defer { self.sleeper = nil }
      return self.sleeper
    }
    sleeper?.resume()
  }

  /// Returns at the next signal, at once if there was one, or when the task is cancelled.
  func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let goesOn = lock.withLock { () -> Bool in
          if isSet || Task.isCancelled {
            isSet = false
            return true
          }
          sleeper = continuation
          return false
        }
        if goesOn { continuation.resume() }
      }
    } onCancel: {
      // A sleeper that is cancelled goes; the signal that it did not get is not kept.
      let sleeper = lock.withLock { () -> CheckedContinuation<Void, Never>? in
        defer { self.sleeper = nil }
        return self.sleeper
      }
      sleeper?.resume()
    }
  }

  /// Sleeps until a time, a signal or a cancellation.
  func wait(untilMs: Int64, clock: any DeliveryClock) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await clock.sleep(untilMs: untilMs) }
      group.addTask { await self.wait() }
      await group.next()
      group.cancelAll()
    }
  }
}

/// Jitter: from the system, or from a seed so that a run can be repeated.
struct DeliveryRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64?

  init(seed: UInt64?) { state = seed }

  mutating func next() -> UInt64 {
    guard var state else {
      var system = SystemRandomNumberGenerator()
      return system.next()
    }
    // SplitMix64.
    state &+= 0x9E37_79B9_7F4A_7C15
    self.state = state
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
