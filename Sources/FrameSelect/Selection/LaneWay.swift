import CameraIO

/// How far one vehicle went through the lane, by whichever camera measures it best: it is stiff, and drives for all cameras or for none.
///
/// A camera that cannot measure it for itself (it looks along the lane, or a smooth side fills its picture) spreads its pictures over this way.
/// It is counted in widths of the picture of the camera that measured first; another one goes on from there at the speed that was known.
struct LaneWay: Sendable {
  /// What one camera measured last.
  private struct Measure {
    var time: MonotonicTime
    /// Widths of its own picture.
    var at: Double
    /// Widths of its own picture a second, smoothed.
    var speed = 0.0
    /// Pictures in a row by which that is known.
    var steps = 0
    /// How many widths of the lane's way one of its own is.
    var ratio: Double?
    /// Where it and the lane's way were when they were compared last.
    var mark: (own: Double, lane: Double)?

    /// A vehicle goes no more than four times as fast for the one camera as for the other.
    static let plausible = 0.25...4.0
    /// Widths that are worth comparing.
    private static let stride = 0.1
    /// The parts by which a ratio counts that is smaller or larger than before: a camera that hardly sees the vehicle go, over a smooth side, measures
    /// too little and never too much.
    private static let (falling, rising) = (0.5, 0.1)

    /// Learns how its own way compares with the lane's.
    mutating func compare(with lane: Double) {
      guard let mark else {
        mark = (at, lane)
        return
      }
      guard abs(at - mark.own) >= Self.stride else { return }
      self.mark = (at, lane)
      let found = (lane - mark.lane) / (at - mark.own)
      guard Self.plausible.contains(found) else { return }
      ratio = ratio.map { $0 + (found - $0) * (found < $0 ? Self.falling : Self.rising) } ?? found
    }
  }

  /// Where the vehicle was when.
  private struct Moment {
    let time: MonotonicTime
    let at: Double
  }

  private var measures: [CameraPosition: Measure] = [:]
  /// The camera that is believed: the one in whose picture the vehicle goes fastest sees it from the side and close by.
  private var leader: CameraPosition?
  /// Widths of the lane's way for one of the leader's picture.
  private(set) var scale = 1.0
  /// Widths of the lane's way a second.
  private var speed = 0.0
  private var moments: [Moment] = []

  /// Seconds for which a measurement counts.
  private static let freshSeconds = 0.15
  /// So many times as fast as in front of the leader it must go in front of a camera for that one to lead.
  private static let faster = 1.3
  /// Widths a second from which on a vehicle drives beyond doubt, and a camera may lead; what is seen from afar or along the lane is slower, and mostly
  /// wobble.
  static let driving = 0.2
  /// Pictures in a row that must tell a speed.
  private static let leastSteps = 3
  /// Widths that are worth a moment of their own.
  private static let grain = 1.0 / 128
  /// Parts of a new speed that count after a second.
  private static let smoothing = 15.0
  /// Seconds over which a speed is taken.
  private static let paceSeconds = 0.1
  /// Seconds at the beginning by which the speed of coming in is known.
  private static let beginning = 0.2

  /// Takes in where on its own way `camera` sees the vehicle. `isSure`: it went some way there beyond doubt.
  mutating func note(_ place: VehicleWay.Place?, of camera: CameraPosition, isSure: Bool, at time: MonotonicTime) {
    guard let place, place.isMeasured else { return }
    let last = measures[camera]
    var measure = Measure(time: time, at: place.at, ratio: last?.ratio, mark: last?.mark)
    defer { measures[camera] = measure }
    guard let last, time > last.time else { return }
    let elapsed = time - last.time
    if elapsed <= 2 * Self.freshSeconds {
      measure.steps = last.steps + 1
      let part = max(1 / Double(measure.steps), min(1, elapsed * Self.smoothing))
      measure.speed = last.speed + ((place.at - last.at) / elapsed - last.speed) * part
    }
    if leader == nil, isSure {
      leader = camera
      moments = [Moment(time: last.time, at: 0)]
    }
    guard let leader, let newest = moments.last, time >= newest.time else { return }
    if camera == leader {
      advance(by: scale * (place.at - last.at), at: time)
      speed = scale * measure.speed
      return
    }
    let ahead = measures[leader].flatMap { time - $0.time <= Self.freshSeconds ? $0 : nil }
    guard isSure, measure.steps >= Self.leastSteps else { return }
    if ahead != nil { measure.compare(with: newest.at) } else { measure.mark = nil }
    guard abs(measure.speed) >= Self.driving, abs(measure.speed) > Self.faster * abs(ahead?.speed ?? 0),
      ahead == nil || measure.ratio != nil
    else { return }
    let now = speed / measure.speed
    self.leader = camera
    scale = measure.ratio ?? (Measure.plausible.contains(now) ? now : scale)
    speed = scale * measure.speed
    advance(by: speed * min(time - newest.time, VehicleWay.patienceSeconds), at: time)
  }

  private mutating func advance(by step: Double, at time: MonotonicTime) {
    guard let last = moments.last, time > last.time else { return }
    // What stands, and what is hardly farther than the moment before the last, needs no moment more.
    if moments.count > 1, abs(last.at + step - moments[moments.count - 2].at) < Self.grain { moments.removeLast() }
    moments.append(Moment(time: time, at: last.at + step))
  }

  /// Whether another camera than `camera` tells how the vehicle drives.
  func isTold(besides camera: CameraPosition) -> Bool { leader != nil && leader != camera }

  /// How fast the vehicle went in front of `camera` by what the others measured, in widths of its picture a second; nil where none did.
  func speed(at time: MonotonicTime, for camera: CameraPosition) -> Double? {
    let before = time.advanced(bySeconds: -Self.paceSeconds)
    guard isTold(besides: camera), let now = place(at: time), now.isMeasured, let then = place(at: before) else {
      return nil
    }
    return (now.at - then.at) / Self.paceSeconds / (measures[camera]?.ratio ?? 1)
  }

  /// Where the vehicle was at `time`: before the first measurement as if it had come in at the speed that it had then; nil while no camera measured.
  func place(at time: MonotonicTime) -> VehicleWay.Place? {
    guard let first = moments.first, let last = moments.last, last.time > first.time else { return nil }
    if time >= last.time {
      let elapsed = time - last.time
      return VehicleWay.Place(
        at: last.at + speed * min(elapsed, Self.freshSeconds), isMeasured: elapsed <= Self.freshSeconds)
    }
    if time <= first.time {
      let early = moments.first { $0.time - first.time >= Self.beginning } ?? last
      let elapsed = first.time - time
      return VehicleWay.Place(
        at: -elapsed * early.at / (early.time - first.time), isMeasured: elapsed <= VehicleWay.patienceSeconds)
    }
    var (low, high) = (0, moments.count - 1)
    while high - low > 1 {
      let middle = (low + high) / 2
      if moments[middle].time <= time { low = middle } else { high = middle }
    }
    let (before, after) = (moments[low], moments[high])
    let part = (time - before.time) / (after.time - before.time)
    return VehicleWay.Place(at: before.at + part * (after.at - before.at), isMeasured: true)
  }
}
