import CameraIO

extension FrameSelector {
  /// The next picture that can be settled while the vehicle still drives; nil while none can.
  ///
  /// A frame is settled when the vehicle has gone beyond the stretch that it was taken from, ahead of all that is settled or behind it. A
  /// vehicle that stands settles nothing, and one that goes back over its way does not either. `reached`: the places that were seen;
  /// `end`: where the way will end, once the tail is seen.
  func settle(
    among options: [Option], besides settled: [Option], reached: ClosedRange<Double>, _ plan: WayPlan,
    end: Double? = nil
  ) -> Choice? {
    guard limit - settled.count > 1, !options.isEmpty else { return nil }
    for way in Self.ways(settled, reached, end) {
      guard let choice = settle(among: options, way, reached: reached, besides: settled, plan) else { continue }
      return choice
    }
    return nil
  }

  /// Whether a look at the options is worth it.
  func isDue(
    besides settled: [Option], reached: ClosedRange<Double>, _ plan: WayPlan, end: Double? = nil
  ) -> Bool {
    guard limit - settled.count > 1 else { return false }
    return Self.ways(settled, reached, end).contains { way in
      way.sign * way.end(of: reached) >= due(way, settled, plan)
    }
  }

  /// What is missing between the settled pictures, now that the tail is seen and the way will end at `end`.
  ///
  /// Pictures that the rest of the way needs are left for it.
  func fill(among options: [Option], besides settled: [Option], upTo end: Double) -> [Choice] {
    let room = limit - settled.count
    guard room > 1 else { return [] }
    let order = options.indices.sorted { (options[$0].place, options[$0].time) < (options[$1].place, options[$1].time) }
    let between = gaps(order, in: options, between: settled, pictures: room, upTo: end).filter {
      $0.before != nil && $0.after != nil
    }
    let choices = between.flatMap { gap in
      spread(over: gap, in: options).map { option, group in
        Choice(option: option, reason: reason(for: option, among: group, in: options))
      }
    }
    return Array(choices.prefix(room - 1))
  }

  /// A way that may go on: forward from the farthest settled picture, or backward from the nearest.
  private struct Way {
    let sign: Double
    /// The settled picture that it goes on from, times `sign`; nil at the beginning.
    let last: Double?
    /// How much of the vehicle is settled.
    let gone: Double
    /// How much is still to come, where that is known.
    var coming: Double?

    func end(of reached: ClosedRange<Double>) -> Double { sign > 0 ? reached.upperBound : reached.lowerBound }
    func beginning(of reached: ClosedRange<Double>) -> Double { sign > 0 ? reached.lowerBound : reached.upperBound }
  }

  private static func ways(_ settled: [Option], _ reached: ClosedRange<Double>, _ end: Double?) -> [Way] {
    var low = Double.infinity
    var high = -Double.infinity
    for one in settled { (low, high) = (min(low, one.place), max(high, one.place)) }
    guard low <= high else {
      // Places count from where the vehicle was noticed: it goes to where it has gone farther.
      return [Way(sign: reached.upperBound >= -reached.lowerBound ? 1 : -1, last: nil, gone: 0)]
    }
    return [
      Way(sign: 1, last: high, gone: high - low, coming: end.flatMap { $0 > high ? $0 - high : nil }),
      Way(sign: -1, last: -low, gone: high - low, coming: end.flatMap { $0 < low ? low - $0 : nil }),
    ]
  }

  private func step(_ way: Way, _ settled: [Option], _ plan: WayPlan) -> Double {
    let left = limit - settled.count
    return way.coming.map { $0 / Double(left) } ?? plan.step(after: way.gone, left: left, limit: limit)
  }

  /// Where the vehicle must be for the next picture of `way`, times its sign.
  private func due(_ way: Way, _ settled: [Option], _ plan: WayPlan) -> Double {
    let step = step(way, settled, plan)
    guard let last = way.last else { return -.infinity }
    return last + 1.5 * step
  }

  private func settle(
    among options: [Option], _ way: Way, reached: ClosedRange<Double>, besides settled: [Option], _ plan: WayPlan
  ) -> Choice? {
    let step = step(way, settled, plan)
    guard step > 0 else { return nil }
    let end = way.sign * way.end(of: reached)
    guard let last = way.last else {
      let beginning = way.sign * way.beginning(of: reached)
      guard end >= beginning + step else { return nil }
      let group = options.indices.filter { way.sign * options[$0].place <= beginning + step / 2 }
      let first = group.min { way.sign * options[$0].place < way.sign * options[$1].place }
      return best(of: self.end(first, of: group, in: options), among: group, in: options) { _ in 1 }
    }
    guard end >= last + 1.5 * step else { return nil }
    let ahead = options.indices.filter { way.sign * options[$0].place > last + step / 2 }
    var group = ahead.filter { way.sign * options[$0].place <= last + 1.5 * step }
    if group.isEmpty, let next = ahead.map({ way.sign * options[$0].place }).min(), next <= end - step / 2 {
      // It went so fast, or hid so well, that there is nothing to choose from for a while.
      group = ahead.filter { way.sign * options[$0].place <= next + step / 2 }
    }
    return best(of: group, among: group, in: options) { (way.sign * options[$0].place - last) / step }
  }

  /// The best at an even distance; of equals the earlier.
  private func best(
    of eligible: [Int], among group: [Int], in options: [Option], distance: (Int) -> Double
  ) -> Choice? {
    var best: (option: Int, worth: Double)?
    for option in eligible {
      let quality = options[option].score.quality
      let worth = quality - Self.unevenness(distance(option), quality: quality)
      let isEarlier = best.map { options[option].time < options[$0.option].time } ?? true
      if worth > best?.worth ?? -.infinity || worth == best?.worth && isEarlier { best = (option, worth) }
    }
    return best.map { Choice(option: $0.option, reason: reason(for: $0.option, among: group, in: options)) }
  }
}
