import CameraIO
import Testing

@testable import FrameSelect

@Suite("The selector spreads the pictures evenly and takes the best of each stretch")
struct FrameSelectorTests {
  private func option(_ place: Double, _ sharpness: Double = 0.5, exposure: Double = 1) -> FrameSelector.Option {
    FrameSelector.Option(
      place: place, time: MonotonicTime(seconds: place), score: FrameScore(sharpness: sharpness, exposure: exposure))
  }

  private func choose(_ limit: Int, _ options: [FrameSelector.Option]) -> [Double] {
    FrameSelector(limit: limit, axis: .time, passageBegan: MonotonicTime(seconds: 0)).choose(from: options)
      .map { options[$0.option].place }
  }

  @Test(
    "Limits and counts",
    arguments: [(0, 10, 0), (1, 10, 1), (4, 10, 4), (10, 10, 10), (16, 10, 10), (3, 0, 0), (-1, 5, 0)])
  func counts(limit: Int, offered: Int, chosen: Int) {
    let options = (0..<offered).map { option(Double($0)) }
    #expect(choose(limit, options).count == chosen)
  }

  @Test("Of equals the earlier frame wins, whatever the order in which they come")
  func ties() {
    let options = (0..<12).map { option(Double($0)) }
    #expect(choose(4, options) == choose(4, options.reversed()))
    #expect(choose(4, options).first == 0 && choose(4, options).last == 11)
  }

  @Test("The sharpest of each stretch wins, and a burnt-out frame does not")
  func sharpness() {
    var options = (0..<12).map { option(Double($0), 0.4) }
    options[1] = option(1, 0.9)
    options[4] = option(4, 1, exposure: 0.1)
    options[5] = option(5, 0.8)
    options[10] = option(10, 0.7)
    #expect(choose(3, options) == [1, 5, 10])
  }

  @Test("Two neighbours are not taken when something nearly as good lies further away")
  func neighbours() {
    // The best of both stretches touch at the border; the second stretch has another one of 0.8.
    var options = (0..<8).map { option(Double($0), 0.3) }
    options[3] = option(3, 0.9)
    options[4] = option(4, 0.9)
    options[6] = option(6, 0.8)
    #expect(choose(2, options) == [3, 6])
    // When all others are blurred, both are.
    options[6] = option(6, 0.1)
    for blurred in [0, 1, 2, 5, 7] { options[blurred] = option(Double(blurred), 0.1) }
    #expect(choose(2, options) == [3, 4])
  }

  @Test("Frames at the far ends of their stretches do not leave out what is between them")
  func farEnds() {
    // The best of the middle stretches lie three quarters of the way apart; nearly as good ones lie between.
    var options = (0..<32).map { option(Double($0), 0.8) }
    for best in [8, 23] { options[best] = option(Double(best), 0.85) }
    let places = choose(4, options)
    for (place, next) in zip(places, places.dropFirst()) { #expect(next - place <= 1.5 * 31 / 4) }
    // A blurred one is not taken for its place.
    for number in 9..<23 { options[number] = option(Double(number), 0.3) }
    #expect(choose(4, options).contains(8) && choose(4, options).contains(23))
  }

  @Test("Even frames are spread evenly", arguments: [2, 3, 5, 8, 16])
  func spread(limit: Int) {
    var dice = Scenes.Dice(23)
    let options = (0..<120).map { option(Double($0) / 30, 0.6 + 0.1 * dice.fraction()) }
    let places = choose(limit, options)
    #expect(places.count == limit)
    let width = 119.0 / 30 / Double(limit)
    for (number, place) in places.enumerated() {
      #expect(place >= width * Double(number) - 1e-9 && place <= width * Double(number + 1) + 1e-9)
    }
    for (place, next) in zip(places, places.dropFirst()) { #expect(next - place >= 0.4 * width) }
  }

  @Test("What a gap leaves over goes to where the pictures lie furthest apart")
  func gaps() {
    // Nothing between 2 and 10.
    let options = [0, 0.5, 1, 1.5, 2, 10, 10.5, 11].map { option($0) }
    let places = choose(6, options)
    #expect(places.count == 6)
    #expect(places.contains(0) && places.contains(2) && places.contains(10) && places.contains(11))
    // A frame that shows nothing fills no gap.
    let blind = [option(0), option(0.1, 0), option(0.2, 0), option(10)]
    #expect(choose(3, blind) == [0, 10])
  }

  @Test("Frames of one place are told apart by time")
  func onePlace() {
    let options = (0..<5).map { number in
      FrameSelector.Option(
        place: 1, time: MonotonicTime(seconds: Double(number)),
        score: FrameScore(sharpness: number == 3 ? 0.9 : 0.5, exposure: 1))
    }
    #expect(
      FrameSelector(limit: 1, axis: .displacement, passageBegan: MonotonicTime(seconds: 0))
        .choose(from: options).map(\.option) == [3])
  }

  @Test("Every choice has its reason")
  func reasons() {
    func reasons(_ limit: Int, _ options: [FrameSelector.Option], _ axis: SpreadAxis = .time) -> [String] {
      FrameSelector(limit: limit, axis: axis, passageBegan: MonotonicTime(seconds: 0)).choose(from: options).map(
        \.reason)
    }
    let span = "s of the passage"
    #expect(
      reasons(3, [option(0.25), option(1)])
        == ["the only one in 0.25-0.25 \(span)", "the only one in 1.00-1.00 \(span)"])
    var options = (0..<8).map { option(Double($0) / 10, 0.3) }
    options[3] = option(0.3, 0.9)
    options[4] = option(0.4, 0.9)
    options[6] = option(0.6, 0.8)
    #expect(
      reasons(2, options) == [
        "sharpest of 4 in 0.00-0.30 \(span)",
        "good one of 4 in 0.40-0.70 \(span), at an even distance where the best is not",
      ])
    options[6] = option(0.6, 1, exposure: 0.2)
    #expect(reasons(1, options, .displacement) == ["sharpest well exposed of 8 in 0.00-0.70 picture widths"])
  }
}
