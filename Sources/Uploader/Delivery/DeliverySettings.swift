/// Every figure of delivery that configuration or a test may want to turn.
public struct DeliverySettings: Sendable, Equatable {
  /// Pauses between attempts.
  public var retry = RetryPolicy()
  /// Images of a passage under way at once, on kept-alive connections.
  public var parallelImages = 6
  /// Images that are announced while others are on the line, so that these wait for nothing but the line.
  public var announcedAhead = 4
  /// While the key is refused, one cheap question every so often, in seconds.
  public var keyProbeSeconds: Double = 300
  /// A tenant that the key may not write for, and a request that the cloud calls wrong, are looked at again after so many seconds.
  public var refusalPauseSeconds: Double = 1800
  /// So often a creation may be called wrong (400, 404, 422 …) before a person is asked: with the pause
  /// above, three tries over an hour.
  public var refusalsBeforeQuarantine = 3
  /// So many failures in a row, and the host is only probed.
  public var failuresBeforeCircuit = 5
  /// So often the look-up after a doubtful creation must find nothing, a grace apart, before it is made again.
  public var emptyListingsBeforeCreating = 2
  /// After the last image is stored the list is looked at after these pauses, in seconds; then a person is asked. The
  /// first few seconds are for a cloud that lists at once or nearly.
  public var proofPausesSeconds: [Double] = [0, 3, 15, 60, 300, 1800, 7200, 28800, 86400]
  /// A form must be good for so many seconds more by the server's clock, or a new one is asked for.
  public var formMarginSeconds: Double = 120
  /// Every so many steps the newest passage comes first, so that today's customer is not behind a week of backlog. 0: never.
  public var newestEvery = 4
  /// The other unit of the capture set, if there is one; nil: this one is alone.
  public var pairing: Pairing?
  /// Hours of the day in which `run` sends nothing; `deliverAll`, which a person asked for, does not mind them.
  public var quietHours: QuietHours?
  /// `deliverAll` ends when a host has not answered so many probes.
  public var probesBeforeGivingUp = 3
  /// `deliverAll` ends when nothing is due within so many seconds.
  public var patienceSeconds: Double = 900
  /// `run` looks for delivered image sets to remove every so many seconds.
  public var purgeSeconds: Double = 600

  /// The defaults.
  public init() {}
}
