import CameraIO
import Testing

@testable import FrameSelect

@Suite("What moves on the spot")
struct ConfinementTests {
  private static let grid = CellGrid(width: 240, height: 150, scale: 1, zone: nil)

  /// Plays rectangles (left, top, right, bottom in cells) at 20 pictures a second.
  private func play(
    _ seconds: Double, share: (Double) -> Double = { _ in 0.2 }, isMoving: (Double) -> Bool = { _ in true },
    isFree: Bool = false, _ box: (Double) -> (Int, Int, Int, Int)
  ) -> (confined: Double?, last: Confinement) {
    var confinement = Confinement()
    var confined: Double?
    for step in 0..<Int(seconds * 20) {
      let time = Double(step) / 20
      var blob = Blob()
      (blob.left, blob.top, blob.right, blob.bottom) = box(time)
      blob.area = Int(share(time) * Double(Self.grid.zoneCells))
      confinement.note(
        blob, isMoving: isMoving(time), isFree: isFree, at: MonotonicTime(seconds: time), after: 0.05, in: Self.grid)
      if confinement.isNew, confined == nil { confined = time }
    }
    return (confined, confinement)
  }

  @Test("A gate is there at once and moves within its bounds: half a second tells")
  func gate() throws {
    let seen = play(2) { time in time < 0.1 ? (31, 15, 53, 20) : (31, 3, 55 + (time > 0.3 ? 1 : 0), 20) }
    #expect(try abs(#require(seen.confined) - 0.6) < 0.06)
    #expect(seen.last.isConfined && seen.last.cameOut == nil)
  }

  @Test("A gust takes its time to run through a curtain, and strips sway in it for longer")
  func curtain() throws {
    let gust = { (time: Double) in (max(33, 53 - Int(time * 15)), 4, 53, 19) }
    #expect(play(2.5, gust).confined == nil)
    #expect(try abs(#require(play(5, gust).confined) - 3.35) < 0.3)
  }

  @Test(
    "What grows, is cut by the picture, small, large, or stands is not confined",
    arguments: ["grows", "creeps", "is cut", "is small", "is free", "stands", "waits in between", "grew for long"])
  func free(what: String) {
    let fixed = { (_: Double) in (31, 3, 55, 20) }
    let seen =
      switch what {
      case "grows": play(3) { (38 - Int($0 * 5), 10, 46 + Int($0 * 3), 16 + Int($0 * 3)) }
      // Two cells in a second: a vehicle at walking pace, ten metres away.
      case "creeps": play(6, share: { 0.01 + 0.012 * $0 }) { (35, 10, 46, 14 + Int($0 * 2)) }
      case "is cut": play(3) { _ in (31, 3, 59, 20) }
      case "is small": play(3, share: { _ in 0.02 }, fixed)
      case "is free": play(3, isFree: true, fixed)
      case "stands": play(3, isMoving: { $0 < 0.4 }, fixed)
      case "waits in between": play(6, isMoving: { $0.truncatingRemainder(dividingBy: 1) < 0.45 }, fixed)
      default: play(9, share: { 0.01 + 0.02 * min($0, 2.5) }) { (35, 10, 46, 14 + Int(min($0, 2.5) * 2)) }
      }
    #expect(seen.confined == nil)
  }

  @Test("A vehicle comes out of a gate when there was last nothing but the gate, not when it is believed")
  func comesOut() throws {
    // The cells of the gate do not count once they are restless; from 3 s on there is more.
    let seen = play(
      4.5, share: { $0 < 0.6 ? 0.2 : $0 < 3 ? 0.001 : 0.001 + ($0 - 3) * 0.03 },
      { (31, 3, 55, $0 < 3 ? 20 : 20 + Int(($0 - 3) * 6)) })
    #expect(!seen.last.isConfined)
    #expect(try abs(#require(seen.last.cameOut).seconds - 3) < 0.06)
  }

  @Test("What was there for a moment only, or came in by a side, says nothing of the place")
  func moment() {
    let fixed = { (_: Double) in (31, 3, 55, 20) }
    #expect(!play(0.15, fixed).last.mayBeOfThePlace)
    #expect(play(0.4, fixed).last.mayBeOfThePlace)
    #expect(!play(2) { (Int($0 * 10), 3, 20 + Int($0 * 10), 20) }.last.mayBeOfThePlace)
  }

  @Test("What stirs beside the zone does not count for how much of it is restless")
  func besideTheZone() throws {
    let grid = CellGrid(width: 240, height: 150, scale: 1, zone: try Zone(parsing: "0,0 120,0 120,150 0,150"))
    let (left, right) = (grid.columns / 4, grid.columns / 2)
    #expect(RestlessSpot.fill(grid) { $0 % grid.columns < left })
    #expect(!RestlessSpot.fill(grid) { $0 % grid.columns < left / 3 })
    #expect(!RestlessSpot.fill(grid) { $0 % grid.columns >= right })
  }

  @Test("A passage that a gate began is the vehicle's alone when the gate turns out to be one")
  func disowned() throws {
    var segmenter = PassageSegmenter(cameras: [.frontLeft])
    var ended: [Passage] = []
    for step in 0..<140 {
      let time = Double(step) / 20
      var things: [Thing] = []
      if (1..<6).contains(time) {
        var travel = Travel(forward: nil)
        let way = time < 3 ? 0.1 : 0.1 + (time - 3) * 0.2
        travel.add(Displacement(x: way, y: 0, confidence: 1), at: MonotonicTime(seconds: time))
        var thing = Thing(
          track: 1, appeared: MonotonicTime(seconds: time < 3 ? 1 : 2.8), presence: time < 2 || time >= 3 ? 0.7 : 0.01,
          isMoving: true, travel: travel)
        thing.isConfined = (1.6..<3).contains(time)
        things = [thing]
      }
      for event in segmenter.observe(.init(camera: .frontLeft, time: MonotonicTime(seconds: time), things: things)) {
        if case .ended(let passage) = event { ended.append(passage) }
      }
    }
    let vehicle = try #require(ended.last)
    #expect(abs(vehicle.from.seconds - 2.8) < 0.01)
    #expect(ended.filter { $0.to.seconds > 3 }.count == 1)
  }
}
