/// Where somebody on foot is at any time: straight ways between places, standing where two places are the same.
struct Walk: Sendable, Equatable {
  /// Seconds since the recording began, metres in the lane.
  struct Place: Sendable, Equatable {
    var at: Double
    var x: Double
    var y: Double
  }

  let places: [Place]

  /// Metres of two steps, and metres a second at which limbs swing fully.
  private static let cycle = 1.4
  private static let fullStride = 1.1

  /// Somebody who goes from place to place; each with the speed of the way there (metres per second) and the stay.
  static func through(
    startsAt: Double, from start: SIMD2<Double>, _ stations: [(to: SIMD2<Double>, speed: Double, stays: Double)]
  ) -> Walk {
    var places = [Place(at: startsAt, x: start.x, y: start.y)]
    for station in stations {
      let last = places[places.count - 1]
      let way = ((station.to.x - last.x) * (station.to.x - last.x) + (station.to.y - last.y) * (station.to.y - last.y))
        .squareRoot()
      places.append(Place(at: last.at + way / station.speed, x: station.to.x, y: station.to.y))
      if station.stays > 0 {
        places.append(Place(at: last.at + way / station.speed + station.stays, x: station.to.x, y: station.to.y))
      }
    }
    return Walk(places: places)
  }

  var endsAt: Double { places.last?.at ?? 0 }

  func position(at time: Double) -> SIMD2<Double> {
    guard let first = places.first, let last = places.last else { return SIMD2() }
    if time <= first.at { return SIMD2(first.x, first.y) }
    for (one, next) in zip(places, places.dropFirst()) where time < next.at {
      let part = (time - one.at) / (next.at - one.at)
      return SIMD2(one.x + (next.x - one.x) * part, one.y + (next.y - one.y) * part)
    }
    return SIMD2(last.x, last.y)
  }

  /// The figure at `time`, `ahead` metres before the one who walks and `aside` to its left.
  func pose(at time: Double, ahead: Double = 0, aside: Double = 0, cycle: Double = Walk.cycle) -> Pose {
    var way = 0.0
    var heading = 0.0
    for (one, next) in zip(places, places.dropFirst()) {
      let step = SIMD2(next.x - one.x, next.y - one.y)
      let length = (step.x * step.x + step.y * step.y).squareRoot()
      guard time > one.at || way == 0 else { break }
      if length > 0 { heading = Double(arcTangent(Float(step.y), Float(step.x))) }
      way += length * min(max((time - one.at) / (next.at - one.at), 0), 1)
    }
    let before = position(at: time - 0.2)
    let after = position(at: time + 0.2)
    let moved = ((after.x - before.x) * (after.x - before.x) + (after.y - before.y) * (after.y - before.y)).squareRoot()
    let direction = SIMD2(Double(cosine(Float(heading))), Double(sine(Float(heading))))
    let at =
      position(at: time) + direction * ahead + SIMD2(-direction.y, direction.x) * aside
      // Nobody stands quite still.
      + SIMD2(0.012 * Double(sine(Float(time * 2.1))), 0.012 * Double(sine(Float(time * 1.3 + 1))))
    return Pose(
      at: SIMD3(Float(at.x), Float(at.y), 0), heading: Float(heading), way: Float(way),
      stride: Float(min(max(moved / 0.4 / Self.fullStride, 0.15), 1)),
      phase: Float((way / cycle) * 2 * Double.pi + time * 0.7))
  }
}
