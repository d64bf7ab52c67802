import CameraIO
import Testing

@testable import FrameSelect

@Suite("How far the traffic has gone")
struct OdometerTests {
  /// Ten looks a second at a thing that appears at second 1 and goes as `position` says, seconds after it appeared.
  private func odometer(seconds: Double, position: (Double) -> Double) -> Odometer {
    var odometer = Odometer()
    var travel = Travel(forward: .init(x: 1, y: 0))
    var last = 0.0
    for step in 0...Int(seconds * 10) {
      let elapsed = Double(step) / 10
      let time = MonotonicTime(seconds: 1 + elapsed)
      travel.add(Displacement(x: position(elapsed) - last, y: 0, confidence: 1), at: time)
      last = position(elapsed)
      odometer.take([Thing(track: 1, presence: 0.5, isMoving: true, travel: travel)], at: time)
    }
    return odometer
  }

  @Test("Distance and time are each other's inverse, beyond both ends too", arguments: [-0.5, 0.4, 1.5, 2.7, 3.9])
  func inverse(distance: Double) throws {
    let odometer = odometer(seconds: 4) { 0.8 * $0 }
    let time = try #require(odometer.time(at: distance))
    #expect(abs(time.seconds - (1 + distance / 0.8)) < 0.02, "\(time)")
    #expect(abs(try #require(odometer.distance(at: time)) - distance) < 1e-6)
  }

  @Test("A stop takes time and no distance")
  func stop() throws {
    let odometer = odometer(seconds: 20) { $0 < 2 ? $0 : $0 < 17 ? 2 : $0 - 15 }
    #expect(abs(try #require(odometer.distance(at: MonotonicTime(seconds: 10))) - 2) < 0.02)
    let onward = try #require(odometer.time(at: 3))
    #expect(abs(onward.seconds - 19) < 0.15)
  }

  @Test("A nose that is far away seems slow, and does not shorten the way before it")
  func slowNose() throws {
    // Half a width at half the pace: from 1 to 2.25 s it went a whole one.
    let odometer = odometer(seconds: 5) { $0 < 1.25 ? 0.4 * $0 : 0.5 + 0.8 * ($0 - 1.25) }
    let time = try #require(odometer.time(at: -0.5))
    #expect(abs(time.seconds - 1) < 0.05, "\(time)")
    #expect(abs(try #require(odometer.distance(at: MonotonicTime(seconds: 0.5))) + 0.9) < 0.05)
  }

  @Test("The next vehicle carries on where the one before it was")
  func relay() throws {
    var odometer = Odometer()
    var travels = [Travel(forward: .init(x: 1, y: 0)), Travel(forward: .init(x: 1, y: 0))]
    for step in 0...60 {
      let time = MonotonicTime(seconds: Double(step) / 10)
      for index in 0..<2 where (index == 0) == (step <= 30) || step > 25 {
        travels[index].add(Displacement(x: 0.05, y: 0, confidence: 1), at: time)
      }
      let things = [
        Thing(track: 1, presence: step <= 30 ? 0.6 : 0.1, isMoving: true, travel: travels[0]),
        Thing(track: 2, presence: 0.3, isMoving: true, travel: travels[1]),
      ]
      odometer.take(step > 25 ? things : [things[0]], at: time)
    }
    let first = try #require(odometer.distance(at: MonotonicTime(seconds: 1)))
    let second = try #require(odometer.distance(at: MonotonicTime(seconds: 5)))
    #expect(abs(second - first - 2) < 0.11, "half a width a second, the change of hands costs a look at most")
  }

  @Test("Nothing is known of an empty lane")
  func empty() {
    var odometer = odometer(seconds: 2) { $0 }
    odometer.reset()
    #expect(odometer.distance(at: MonotonicTime(seconds: 2)) == nil)
    #expect(odometer.time(at: 1) == nil)
  }
}
