import Foundation

/// A step and what it is measured against. One file in `Steps/` per step, and its line in `Steps.all`.
struct Step: Sendable {
  /// What is done in turn: the same work for `round` by the project and by its peer.
  struct Pair {
    let ours: (_ round: Int) throws -> Void
    let peer: (_ round: Int) throws -> Void
  }

  /// What the figure must reach, whatever the baseline says.
  struct Marks: Sendable {
    /// The largest ratio.
    var ratio: Double?
    /// The most milliseconds, for goals that are set in time, on a machine on which the peer takes so many. Where the peer is slower, so
    /// may the step be: the machine is, or others use it.
    var time: (milliseconds: Double, wherePeerTakes: Double)?
    /// What those milliseconds mean for a reader, such as cameras per core.
    var meaning: (@Sendable (_ milliseconds: Double) -> String)?
  }

  /// As in `--only` and in the baseline.
  let name: String
  /// One line for `--list`.
  let what: String
  /// What the peer is.
  let peer: String
  var marks = Marks()
  /// How often both are done.
  let rounds: Int
  /// What of a round the milliseconds are given for, such as one of ten camera seconds.
  var parts = 1.0
  /// Makes both ready; what it does is not measured.
  let prepare: @Sendable (Material) throws -> Pair

  /// The figure; `effort` times as many rounds as usual.
  func measure(_ material: Material, effort: Double) throws -> Figure {
    let pair = try prepare(material)
    let count = max(3, Int(Double(rounds) * effort))
    var (ours, peers): ([Double], [Double]) = ([], [])
    // Two rounds that do not count: tables are made, memory is taken.
    for round in -2..<count {
      let one = try Self.milliseconds { try pair.ours(max(round, 0)) }
      let other = try Self.milliseconds { try pair.peer(max(round, 0)) }
      guard round >= 0 else { continue }
      ours.append(one / parts)
      peers.append(other / parts)
    }
    // Pair by pair: what slows the machine for a moment slows both.
    let ratios = zip(ours, peers).map { $0 / max($1, 1e-9) }
    return Figure(
      step: name, milliseconds: Self.median(ours), peer: peer, peerMilliseconds: Self.median(peers),
      ratio: Self.median(ratios), ratioMark: marks.ratio,
      millisecondsMark: marks.time.map { $0.milliseconds * max(1, Self.median(peers) / $0.wherePeerTakes) },
      meaning: marks.meaning?(Self.median(ours)))
  }

  /// What the calling thread has computed meanwhile.
  private static func milliseconds(_ body: () throws -> Void) rethrows -> Double {
    let begin = cpuSeconds
    try body()
    return (cpuSeconds - begin) * 1000
  }

  private static var cpuSeconds: Double {
    var now = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
  }

  static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
