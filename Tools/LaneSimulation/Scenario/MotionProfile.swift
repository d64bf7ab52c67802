/// Where a vehicle's nose is along the lane at any time: stretches of constant acceleration, one after the other.
///
/// Positions in metres along +x (the driving direction), times in seconds since the recording began. Before the first
/// stretch the vehicle stands where it starts, after the last where it ended.
struct MotionProfile: Sendable, Equatable {
  /// From one speed to another, evenly, in a time.
  struct Stretch: Sendable, Equatable {
    var seconds: Double
    var fromSpeed: Double
    var toSpeed: Double

    /// Metres along the lane in this stretch, signed.
    var metres: Double { (fromSpeed + toSpeed) / 2 * seconds }
  }

  let startsAt: Double
  let startPosition: Double
  let stretches: [Stretch]

  /// When the last stretch is over.
  var endsAt: Double { stretches.reduce(startsAt) { $0 + $1.seconds } }

  /// The nose, in metres along the lane.
  func position(at time: Double) -> Double {
    var begin = startsAt
    var position = startPosition
    for stretch in stretches {
      let elapsed = min(max(time - begin, 0), stretch.seconds)
      let gained = stretch.seconds > 0 ? (stretch.toSpeed - stretch.fromSpeed) / stretch.seconds : 0
      position += stretch.fromSpeed * elapsed + gained * elapsed * elapsed / 2
      if time < begin + stretch.seconds { break }
      begin += stretch.seconds
    }
    return position
  }

  /// Metres per second, negative in reverse.
  func speed(at time: Double) -> Double {
    guard time >= startsAt else { return 0 }
    var begin = startsAt
    for stretch in stretches {
      if time < begin + stretch.seconds {
        return stretch.fromSpeed + (stretch.toSpeed - stretch.fromSpeed) * (time - begin) / stretch.seconds
      }
      begin += stretch.seconds
    }
    return 0
  }

  /// One speed from one place to another.
  static func steady(startsAt: Double, from start: Double, to end: Double, speed: Double) -> MotionProfile {
    let signed = end >= start ? abs(speed) : -abs(speed)
    return MotionProfile(
      startsAt: startsAt, startPosition: start,
      stretches: [Stretch(seconds: (end - start) / signed, fromSpeed: signed, toSpeed: signed)])
  }

  /// Drives in, brakes to a stand with the nose at `stop`, waits, and drives on to `end` - backwards where `end` lies
  /// behind `stop`.
  static func stopping(
    startsAt: Double, from start: Double, stop: Double, waiting: Double, to end: Double, speed: Double,
    braking: Double = 2
  ) -> MotionProfile {
    let change = speed / braking
    let brakingWay = speed * change / 2
    let onward = end >= stop ? speed : -speed
    let onwardWay = abs(end - stop) - brakingWay
    return MotionProfile(
      startsAt: startsAt, startPosition: start,
      stretches: [
        Stretch(seconds: max(stop - start - brakingWay, 0) / speed, fromSpeed: speed, toSpeed: speed),
        Stretch(seconds: change, fromSpeed: speed, toSpeed: 0),
        Stretch(seconds: waiting, fromSpeed: 0, toSpeed: 0),
        Stretch(seconds: change, fromSpeed: 0, toSpeed: onward),
        Stretch(seconds: max(onwardWay, 0) / speed, fromSpeed: onward, toSpeed: onward),
      ])
  }

  /// From one stand to the next.
  struct Leg: Sendable, Equatable {
    /// Metres along the lane; behind the last one: in reverse.
    var to: Double
    /// Metres per second, unless the way is too short for so much.
    var speed: Double
    var waits = 0.0
  }

  /// Rolls in, stands at the end of every leg but the last, and rolls out at the end of that.
  static func legs(startsAt: Double, from start: Double, _ legs: [Leg], braking: Double) -> MotionProfile {
    var stretches: [Stretch] = []
    var place = start
    for (index, leg) in legs.enumerated() {
      let way = abs(leg.to - place)
      let sign: Double = leg.to >= place ? 1 : -1
      let changes = (index == 0 ? 0 : 1) + (index == legs.count - 1 ? 0 : 1)
      // Getting up to speed and braking take at most the whole way.
      let speed = changes > 0 ? min(leg.speed, (way * 2 * braking / Double(changes)).squareRoot()) : leg.speed
      let change = speed / braking
      let rolling = max(way - Double(changes) * speed * change / 2, 0)
      if index > 0 { stretches.append(Stretch(seconds: change, fromSpeed: 0, toSpeed: sign * speed)) }
      stretches.append(Stretch(seconds: rolling / speed, fromSpeed: sign * speed, toSpeed: sign * speed))
      if index < legs.count - 1 { stretches.append(Stretch(seconds: change, fromSpeed: sign * speed, toSpeed: 0)) }
      if leg.waits > 0 { stretches.append(Stretch(seconds: leg.waits, fromSpeed: 0, toSpeed: 0)) }
      place = leg.to
    }
    return MotionProfile(startsAt: startsAt, startPosition: start, stretches: stretches)
  }

  /// The same motion, `metres` further along the lane.
  func shifted(by metres: Double) -> MotionProfile {
    MotionProfile(startsAt: startsAt, startPosition: startPosition + metres, stretches: stretches)
  }
}
