/// How bright the lane is at any time, as a factor on everything seen: 1 is the hall's lamps alone.
///
/// The seam for light steps, clouds and pumping exposure: points in time, straight lines between them.
struct LightProfile: Sendable, Equatable {
  struct Point: Sendable, Equatable {
    var at: Double
    var gain: Double
  }

  let points: [Point]

  static let constant = LightProfile(points: [])

  static func constantly(_ gain: Double) -> LightProfile { LightProfile(points: [Point(at: 0, gain: gain)]) }

  /// The factor at `time`; before the first and after the last point it stays.
  func gain(at time: Double) -> Double {
    guard let first = points.first, let last = points.last else { return 1 }
    if time <= first.at { return first.gain }
    if time >= last.at { return last.gain }
    var before = first
    for after in points.dropFirst() {
      if time < after.at {
        let part = (time - before.at) / (after.at - before.at)
        return before.gain + (after.gain - before.gain) * part
      }
      before = after
    }
    return last.gain
  }
}
