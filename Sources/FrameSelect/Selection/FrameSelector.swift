import CameraIO
import Foundation

/// Which frames of one camera become pictures: at most `limit`, spread evenly over the passage, of each stretch the best.
///
/// The axis (places on the vehicle, or time) is cut into `limit` equal stretches and one frame is taken from each. Two
/// frames right on both sides of a border would show the same thing, and two at the far ends would leave out what is between them:
/// being off the even distance costs, up to half the quality. Frames that are nearly as good so come evenly, and a blurred one is not
/// taken for its place. What empty stretches leave over goes to the largest gaps. Of equals the earlier frame wins.
struct FrameSelector: Sendable {
  /// A frame that may be chosen, with what is known of those that it stands for.
  struct Option: Sendable {
    /// Where on the axis.
    let place: Double
    /// When.
    let time: MonotonicTime
    /// How good.
    let score: FrameScore
    /// How many frames it stands for, itself included.
    var seen = 1
    /// The highest sharpness among them.
    var sharpest = 0.0
    /// Their places.
    var places: ClosedRange<Double>
    /// Their times.
    var times: ClosedRange<MonotonicTime>

    init(place: Double, time: MonotonicTime, score: FrameScore) {
      self.place = place
      self.time = time
      self.score = score
      self.sharpest = score.sharpness
      self.places = place...place
      self.times = time...time
    }

    init(_ stretch: Stretch) {
      self.init(place: stretch.place, time: stretch.best.frame.time, score: stretch.best.score)
      seen = stretch.seen
      sharpest = stretch.sharpest
      places = stretch.places
      times = stretch.times
    }
  }

  /// A chosen option and why.
  struct Choice: Sendable, Equatable {
    /// Index into the options.
    let option: Int
    /// For people.
    let reason: String
  }

  /// Being off the even distance costs at most this share of the worse frame's quality: below one half, blur would win over repetition.
  private static let unevenCost = 0.5
  /// Parts of the even distance by which one may be off for nothing: that much is not seen by anybody.
  private static let unevenFree = 0.1

  /// The part of a stretch's best quality that the end of the way must have to be taken in its place.
  private static let endShare = 0.75

  let limit: Int
  let axis: SpreadAxis
  /// Reasons count seconds from here.
  let passageBegan: MonotonicTime

  /// The choices in order of time.
  func choose(from options: [Option]) -> [Choice] {
    guard limit > 0, !options.isEmpty else { return [] }
    let order = options.indices.sorted { (options[$0].place, options[$0].time) < (options[$1].place, options[$1].time) }
    var choices: [Choice]
    if options.count <= limit {
      choices = order.map { Choice(option: $0, reason: reason(for: $0, among: [$0], in: options)) }
    } else {
      let groups = stretches(order, in: options)
      choices = zip(groups, onePerStretch(eligible(groups, in: options), in: options)).map { group, option in
        Choice(option: option, reason: reason(for: option, among: group, in: options))
      }
      fillGaps(&choices, in: options)
    }
    return choices.sorted { (options[$0.option].time, $0.option) < (options[$1.option].time, $1.option) }
  }

  /// The options by stretch, in order of place; stretches without any are left out.
  private func stretches(_ order: [Int], in options: [Option]) -> [[Int]] {
    let width = stretchWidth(of: options)
    let first = options[order[0]].place
    var groups = [[Int]](repeating: [], count: limit)
    for option in order {
      let group = width > 0 ? min(limit - 1, Int((options[option].place - first) / width)) : 0
      groups[group].append(option)
    }
    // By time within a stretch, so that the earlier of equals is met first.
    groups = groups.filter { !$0.isEmpty }.map { group in
      group.sorted { (options[$0].time, $0) < (options[$1].time, $1) }
    }
    return groups
  }

  /// What may be chosen of each stretch: at the two ends of the way nothing but the end itself, unless it is much worse than the rest. Where
  /// a vehicle that turned back stood is evidence too.
  private func eligible(_ groups: [[Int]], in options: [Option]) -> [[Int]] {
    guard groups.count > 1, let first = groups.first, let last = groups.last else { return groups }
    func only(_ end: Int?, of group: [Int]) -> [Int] {
      let best = group.map { options[$0].score.quality }.max() ?? 0
      guard let end, options[end].score.quality >= Self.endShare * best else { return group }
      return [end]
    }
    var groups = groups
    groups[0] = only(first.min { options[$0].place < options[$1].place }, of: first)
    groups[groups.count - 1] = only(last.max { options[$0].place < options[$1].place }, of: last)
    return groups
  }

  private func stretchWidth(of options: [Option]) -> Double {
    let places = options.map(\.place)
    return ((places.max() ?? 0) - (places.min() ?? 0)) / Double(limit)
  }

  /// One option of each stretch, so that quality less closeness is greatest over the whole passage.
  private func onePerStretch(_ groups: [[Int]], in options: [Option]) -> [Int] {
    let places = options.map(\.place)
    let (first, last) = (places.min() ?? 0, places.max() ?? 0)
    // The first and the last picture lie at the ends of the way.
    let even = (last - first) / Double(max(limit - 1, 1))
    /// What it costs to be `off` by so many stretches.
    func cost(_ off: Double, quality: Double) -> Double {
      Self.unevenCost * quality * min(1, max(0, off - Self.unevenFree) / (1 - Self.unevenFree))
    }
    func cost(_ one: Int, _ other: Int) -> Double {
      guard even > 0 else { return 0 }
      let distance = abs(options[one].place - options[other].place)
      return cost(
        abs(distance / even - 1), quality: min(options[one].score.quality, options[other].score.quality))
    }
    var totals = groups[0].map { options[$0].score.quality }
    var origins: [[Int]] = [groups[0].map { _ in 0 }]
    for (before, group) in zip(groups, groups.dropFirst()) {
      var newTotals: [Double] = []
      var newOrigins: [Int] = []
      for option in group {
        var best = 0
        var bestTotal = -Double.infinity
        for (index, previous) in before.enumerated() {
          let total = totals[index] - cost(previous, option)
          if total > bestTotal { (best, bestTotal) = (index, total) }
        }
        newTotals.append(bestTotal + options[option].score.quality)
        newOrigins.append(best)
      }
      totals = newTotals
      origins.append(newOrigins)
    }
    var at = totals.indices.reduce(0) { totals[$1] > totals[$0] ? $1 : $0 }
    var path: [Int] = []
    for (group, origin) in zip(groups, origins).reversed() {
      path.append(group[at])
      at = origin[at]
    }
    return path.reversed()
  }

  /// Spends what empty stretches left over where the pictures lie furthest apart, on frames that show something.
  private func fillGaps(_ choices: inout [Choice], in options: [Option]) {
    var taken = Set(choices.map(\.option))
    while choices.count < limit {
      var best: (option: Int, worth: Double)?
      for option in options.indices where !taken.contains(option) {
        let distance = taken.map { abs(options[$0].place - options[option].place) }.min() ?? 0
        let worth = distance * options[option].score.quality
        guard worth > 0 else { continue }
        guard let other = best else {
          best = (option, worth)
          continue
        }
        let isEarlier = options[option].time < options[other.option].time
        if worth > other.worth || worth == other.worth && isEarlier { best = (option, worth) }
      }
      guard let best else { return }
      taken.insert(best.option)
      choices.append(
        Choice(
          option: best.option, reason: "fills a gap: " + reason(for: best.option, among: [best.option], in: options)))
    }
  }

  private func reason(for option: Int, among group: [Int], in options: [Option]) -> String {
    let chosen = options[option]
    let seen = max(1, group.reduce(0) { $0 + options[$1].seen })
    let span = span(of: group, in: options)
    if seen == 1 { return "the only one in \(span)" }
    let best = group.map { options[$0].score.quality }.max() ?? 0
    if chosen.score.quality < best {
      return "good one of \(seen) in \(span), at an even distance where the best is not"
    }
    let sharpest = group.map { options[$0].sharpest }.max() ?? 0
    let virtue = chosen.score.sharpness < sharpest ? "sharpest well exposed" : "sharpest"
    return "\(virtue) of \(seen) in \(span)"
  }

  private func span(of group: [Int], in options: [Option]) -> String {
    let from: Double
    let to: Double
    let unit: String
    switch axis {
    case .time:
      from = (group.map { options[$0].times.lowerBound }.min() ?? passageBegan) - passageBegan
      to = (group.map { options[$0].times.upperBound }.max() ?? passageBegan) - passageBegan
      unit = "s of the passage"
    case .displacement:
      from = group.map { options[$0].places.lowerBound }.min() ?? 0
      to = group.map { options[$0].places.upperBound }.max() ?? 0
      unit = "picture widths"
    }
    let figures = [from, to].map { String(format: "%.2f", $0 == 0 ? 0 : $0) }
    return "\(figures[0])-\(figures[1]) \(unit)"
  }
}
