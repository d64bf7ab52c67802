import CameraIO

extension FrameSelector {
  /// A piece of the way that is still to be spread with pictures: between two that are settled, or up to an end of the way.
  struct Gap {
    /// What lies in it, in order of place.
    let options: [Int]
    /// The settled pictures on both sides; nil at an end of the way.
    let before: Option?
    let after: Option?
    let from: Double
    let to: Double
    /// Whether the vehicle has still to go there.
    var isToCome = false
    /// How many pictures it gets.
    var pictures = 0

    private var length: Double { to - from }

    /// How far its pictures lie apart. An end of the way is to have one of its own, so an empty piece there counts double.
    var spacing: Double {
      switch (before, after) {
      case (nil, nil): length / Double(max(pictures - 1, 1))
      case (_?, _?): length / Double(pictures + 1)
      default: pictures == 0 ? 2 * length : length / Double(pictures)
      }
    }
  }

  /// Being off the even distance costs at most this share of the worse frame's quality: below one half, blur would win over repetition.
  private static let unevenCost = 0.5
  /// Parts of the even distance by which one may be off for nothing: that much is not seen by anybody.
  private static let unevenFree = 0.1
  /// The part of a stretch's best quality that the end of the way must have to be taken in its place.
  private static let endShare = 0.75

  /// What it costs that two frames of at least `quality` lie so many even distances apart.
  static func unevenness(_ distances: Double, quality: Double) -> Double {
    unevenCost * quality * min(1, max(0, abs(distances - 1) - unevenFree) / (1 - unevenFree))
  }

  /// One option of each stretch of a piece of the way, with those that it was taken from.
  func spread(over gap: Gap, in options: [Option]) -> [(option: Int, group: [Int])] {
    guard gap.pictures > 0 else { return [] }
    let groups = stretches(of: gap, in: options)
    return Array(zip(onePerStretch(eligible(groups, gap, in: options), gap, in: options), groups))
  }

  /// The options by stretch, in order of place; stretches without any are left out.
  private func stretches(of gap: Gap, in options: [Option]) -> [[Int]] {
    let isWhole = gap.before == nil && gap.after == nil
    let width = isWhole ? (gap.to - gap.from) / Double(gap.pictures) : gap.spacing
    // A piece of its own is cut into stretches; beside what is settled they lie around the even places.
    let first = isWhole ? gap.from : gap.from + (gap.before == nil ? -width / 2 : width / 2)
    var groups = [[Int]](repeating: [], count: gap.pictures)
    for option in gap.options {
      let number = width > 0 ? ((options[option].place - first) / width).rounded(.down) : 0
      groups[Int(min(max(number, 0), Double(gap.pictures - 1)))].append(option)
    }
    // By time within a stretch, so that the earlier of equals is met first.
    return groups.filter { !$0.isEmpty }.map { group in
      group.sorted { (options[$0].time, $0) < (options[$1].time, $1) }
    }
  }

  /// What may be chosen of each stretch: at the two ends of the way nothing but the end itself, unless it is much worse than the rest. Where
  /// a vehicle that turned back stood is evidence too.
  private func eligible(_ groups: [[Int]], _ gap: Gap, in options: [Option]) -> [[Int]] {
    let isWhole = gap.before == nil && gap.after == nil
    guard groups.count > (isWhole ? 1 : 0) else { return groups }
    var groups = groups
    if gap.before == nil {
      groups[0] = end(groups[0].min { options[$0].place < options[$1].place }, of: groups[0], in: options)
    }
    if gap.after == nil {
      let last = groups.count - 1
      groups[last] = end(groups[last].max { options[$0].place < options[$1].place }, of: groups[last], in: options)
    }
    return groups
  }

  /// The end of the way alone where it is good enough, and the whole group where it is not.
  func end(_ end: Int?, of group: [Int], in options: [Option]) -> [Int] {
    let best = group.map { options[$0].score.quality }.max() ?? 0
    guard let end, options[end].score.quality >= Self.endShare * best else { return group }
    return [end]
  }

  /// One option of each stretch, so that quality less closeness is greatest over the whole piece.
  private func onePerStretch(_ groups: [[Int]], _ gap: Gap, in options: [Option]) -> [Int] {
    // The first and the last picture lie at the ends of the way, or an even distance off what is settled.
    let even = gap.spacing
    func cost(_ one: Option, _ other: Option) -> Double {
      guard even > 0 else { return 0 }
      return Self.unevenness(
        abs(one.place - other.place) / even, quality: min(one.score.quality, other.score.quality))
    }
    var totals = groups[0].map { option in
      options[option].score.quality - (gap.before.map { cost($0, options[option]) } ?? 0)
    }
    var origins: [[Int]] = [groups[0].map { _ in 0 }]
    for (before, group) in zip(groups, groups.dropFirst()) {
      var newTotals: [Double] = []
      var newOrigins: [Int] = []
      for option in group {
        var best = 0
        var bestTotal = -Double.infinity
        for (index, previous) in before.enumerated() {
          let total = totals[index] - cost(options[previous], options[option])
          if total > bestTotal { (best, bestTotal) = (index, total) }
        }
        newTotals.append(bestTotal + options[option].score.quality)
        newOrigins.append(best)
      }
      totals = newTotals
      origins.append(newOrigins)
    }
    if let after = gap.after, let last = groups.last {
      for (index, option) in last.enumerated() { totals[index] -= cost(options[option], after) }
    }
    var at = totals.indices.reduce(0) { totals[$1] > totals[$0] ? $1 : $0 }
    var path: [Int] = []
    for (group, origin) in zip(groups, origins).reversed() {
      path.append(group[at])
      at = origin[at]
    }
    return path.reversed()
  }
}
