import CameraIO

/// Which frames of one camera become pictures: at most `limit`, spread evenly over the passage, of each stretch the best.
///
/// The axis (places on the vehicle, or time) is cut into `limit` equal stretches and one frame is taken from each. Two
/// frames right on both sides of a border would show the same thing, and two at the far ends would leave out what is between them:
/// being off the even distance costs, up to half the quality. Frames that are nearly as good so come evenly, and a blurred one is not
/// taken for its place. What empty stretches leave over goes to the largest gaps. Of equals the earlier frame wins.
///
/// What was settled while the vehicle still drove is in the choice already: the rest is spread over the gaps between, the widest first.
struct FrameSelector: Sendable {
  /// A frame that may be chosen, with what is known of those that it stands for.
  struct Option: Sendable {
    /// Where on the axis.
    var place: Double
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

  let limit: Int
  let axis: SpreadAxis
  /// Reasons count seconds from here.
  let passageBegan: MonotonicTime

  /// The choices in order of time; pictures that are settled already count for the limit and are not chosen again.
  func choose(from options: [Option], besides settled: [Option] = []) -> [Choice] {
    let room = limit - settled.count
    guard room > 0, !options.isEmpty else { return [] }
    let order = options.indices.sorted { (options[$0].place, options[$0].time) < (options[$1].place, options[$1].time) }
    var choices: [Choice]
    if options.count <= room {
      choices = order.map { Choice(option: $0, reason: reason(for: $0, among: [$0], in: options)) }
    } else {
      choices = gaps(order, in: options, between: settled, pictures: room).flatMap { gap in
        spread(over: gap, in: options).map { option, group in
          Choice(option: option, reason: reason(for: option, among: group, in: options))
        }
      }
      fillGaps(&choices, in: options, besides: settled)
    }
    return choices.sorted { (options[$0.option].time, $0.option) < (options[$1.option].time, $1.option) }
  }

  /// The pieces between settled pictures, and how many pictures each is to have: the next one goes to where they would lie widest apart.
  ///
  /// With `end` the way goes on up to there, and what is to come there is not among the options yet.
  func gaps(
    _ order: [Int], in options: [Option], between settled: [Option], pictures: Int, upTo end: Double? = nil
  ) -> [Gap] {
    let borders = settled.sorted { ($0.place, $0.time) < ($1.place, $1.time) }
    var gaps: [Gap] = []
    var rest = order[...]
    for number in 0...borders.count {
      let after = number < borders.count ? borders[number] : nil
      let inside = after.map { border in rest.prefix { options[$0].place < border.place } } ?? rest
      rest = rest.dropFirst(inside.count)
      guard let first = inside.first, let last = inside.last else { continue }
      let before = number > 0 ? borders[number - 1] : nil
      gaps.append(
        Gap(
          options: Array(inside), before: before, after: after,
          from: before?.place ?? options[first].place, to: after?.place ?? options[last].place))
    }
    guard let low = borders.first, let high = borders.last else {
      gaps[0].pictures = pictures
      return gaps
    }
    if let end, end > high.place {
      gaps.removeAll { $0.after == nil }
      gaps.append(Gap(options: [], before: high, after: nil, from: high.place, to: end, isToCome: true))
    } else if let end, end < low.place {
      gaps.removeAll { $0.before == nil }
      gaps.append(Gap(options: [], before: nil, after: low, from: end, to: low.place, isToCome: true))
    }
    for _ in 0..<pictures {
      let open = gaps.indices.filter { gaps[$0].isToCome || gaps[$0].pictures < gaps[$0].options.count }
      guard let widest = open.max(by: { gaps[$0].spacing < gaps[$1].spacing }) else { break }
      gaps[widest].pictures += 1
    }
    return gaps
  }

  /// Spends what empty stretches left over where the pictures lie furthest apart, on frames that show something.
  private func fillGaps(_ choices: inout [Choice], in options: [Option], besides settled: [Option]) {
    var taken = Set(choices.map(\.option))
    while choices.count + settled.count < limit {
      var best: (option: Int, worth: Double)?
      for option in options.indices where !taken.contains(option) {
        let place = options[option].place
        let nearest = taken.map { abs(options[$0].place - place) }.min() ?? .infinity
        let distance = settled.reduce(nearest) { min($0, abs($1.place - place)) }
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
}
