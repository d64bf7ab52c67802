import CameraIO
import Testing

@testable import FrameSelect

@Suite("Every thing in front of a camera is followed for itself")
struct TrackingTests {
  @Test("Vehicles that meet are two, each with its own times")
  func meeting() throws {
    var lane = SyntheticLane(rate: 20)
    let first = SyntheticLane.crossing(from: 2, speed: 150, length: 80, height: 40, top: 20)
    var second = SyntheticLane.Thing(width: 80, height: 40, top: 95) { time in
      guard time >= 2.6 else { return nil }
      let left = 240 - Int((time - 2.6) * 150)
      return left > -80 ? left : nil
    }
    second.seed = 41
    lane.things = [first, second]
    let result = lane.passages(seconds: 7)
    try #require(result.ended.count == 2)
    #expect(abs(result.ended[0].from.seconds - 2) < 0.2 && abs(result.ended[0].to.seconds - 4.13) < 0.2)
    #expect(abs(result.ended[1].from.seconds - 2.6) < 0.2 && abs(result.ended[1].to.seconds - 4.73) < 0.2)
  }

  @Test("A vehicle that comes in while the one before it is still there is another", arguments: [30, 60])
  func following(gap: Int) throws {
    var lane = SyntheticLane(rate: 20)
    let speed = 150.0
    var second = SyntheticLane.crossing(from: 2 + Double(100 + gap) / speed, speed: speed, length: 100)
    second.seed = 51
    lane.things = [SyntheticLane.crossing(from: 2, speed: speed, length: 100), second]
    let result = lane.passages(seconds: 8)
    try #require(result.ended.count == 2)
    #expect(abs(result.ended[0].to.seconds - (2 + 340 / speed)) < 0.2)
    #expect(abs(result.ended[1].from.seconds - (2 + Double(100 + gap) / speed)) < 0.2)
  }

  @Test("The smooth side of a van between its nose and its tail is no gap between two vehicles", arguments: [4, 40])
  func smoothSide(ground: Int) {
    var lane = SyntheticLane(rate: 20, ground: ground)
    var body = SyntheticLane.crossing(from: 2, speed: 120, length: 200, height: 80, top: 40)
    body.contrast = 3
    body.brightness = 130
    var nose = SyntheticLane.crossing(from: 2, speed: 120, length: 30, height: 80, top: 40)
    nose.brightness = 70
    var tail = SyntheticLane.crossing(from: 2 + 170.0 / 120, speed: 120, length: 30, height: 80, top: 40)
    tail.brightness = 70
    lane.things = [body, nose, tail]
    #expect(lane.passages(seconds: 8).ended.count == 1)
  }

  @Test(
    "What stands where something drove by and went out of sight is left behind; what drove there and stopped is not",
    arguments: [true, false])
  func vanished(vanishes: Bool) throws {
    var lane = SyntheticLane(rate: 20)
    let driving = SyntheticLane.Thing(width: 80, height: 60, top: 55) { time in
      guard time >= 2, time < 3.6 || !vanishes else { return nil }
      return 240 - Int((min(time, 3.6) - 2) * 100)
    }
    var patch = SyntheticLane.Thing(width: 90, height: 45, top: 105) { $0 >= 3 && vanishes ? 100 : nil }
    patch.seed = 31
    lane.things = [driving, patch]
    var detector = MotionDetector(zone: nil)
    let workspace = CellWorkspace()
    var tracks: [Track] = []
    for index in 0..<90 {
      tracks = detector.observe(
        lane.picture(at: index), at: MonotonicTime(seconds: Double(index) / 20), isHeld: index > 50,
        in: workspace)
    }
    let largest = try #require(tracks.max { $0.blob.area < $1.blob.area })
    #expect(Double(largest.blob.area) >= 0.04 * 60 * 37)
    #expect(largest.isLeftover == vanishes)
  }

  @Test(
    "A thing ends with what moves or is as high as it; marks on the floor that look otherwise since it went by are none of it",
    arguments: [
      // The rows from the top that a column behind it has, whether they move, and the last column of it.
      (0, false, 9), (2, false, 9), (4, false, 15), (16, false, 15), (1, true, 15),
    ])
  func body(rows: Int, moves: Bool, last: Int) {
    let grid = CellGrid(width: 80, height: 80, scale: 1, zone: nil)
    var tracker = Tracker(grid: grid, forward: nil)
    var (blob, moving) = (Blob(), Blob())
    blob.label = 1
    for row in 0..<16 {
      for column in 0..<16 where column < 10 || column == 15 && row < rows {
        tracker.owners[row * grid.columns + column] = 1
        blob.enclose(row * grid.columns + column, columns: grid.columns)
        if column < 10 || moves { moving.enclose(row * grid.columns + column, columns: grid.columns) }
      }
    }
    #expect(tracker.bodySpan(of: blob, moving: moving, grid) == 0...Double(last + 1) / Double(grid.columns))
  }

  @Test("Of two pieces beside each other the larger one goes on as the thing that they were")
  func stacked() throws {
    var lane = SyntheticLane(rate: 20)
    func driving(_ ahead: Int) -> (Double) -> Int? { { $0 >= 2 ? 240 - ahead - Int(($0 - 2) * 100) : nil } }
    var roof = SyntheticLane.Thing(width: 90, height: 30, top: 25) { $0 < 3.4 ? driving(12)($0) : nil }
    roof.seed = 31
    // The same, with the place between it and the body.
    var apart = SyntheticLane.Thing(width: 90, height: 28, top: 6) { $0 >= 3.4 ? driving(12)($0) : nil }
    apart.seed = 31
    lane.things = [SyntheticLane.Thing(width: 130, height: 60, top: 55, left: driving(0)), roof, apart]
    var detector = MotionDetector(zone: nil)
    let workspace = CellWorkspace()
    var tracks: [Track] = []
    for index in 0..<76 {
      tracks = detector.observe(
        lane.picture(at: index), at: MonotonicTime(seconds: Double(index) / 20), isHeld: index > 50, in: workspace)
    }
    try #require(tracks.count == 2)
    let body = try #require(tracks.max { $0.blob.area < $1.blob.area })
    #expect(tracks.allSatisfy { body.number <= $0.number })
  }

  @Test("When a nose came in is read off the side that it came in by")
  func edges() {
    let grid = CellGrid(width: 80, height: 40, scale: 1, zone: nil)
    var history = EdgeHistory(grid: grid)
    // A tail that leaves the right side at 0.5 s, and a nose that comes in there from 0.8 s on.
    for step in 0...12 {
      let time = Double(step) / 10
      var owners = [Int32](repeating: 0, count: grid.count)
      for row in 2..<8 {
        for column in 0..<grid.columns {
          let isTail = Double(column) < 20 - (time - 0.4) * 40 && time >= 0 && column < (time < 0.5 ? 20 : 14)
          let isNose = time >= 0.8 && Double(column) >= 20 - (time - 0.75) * 20
          if isTail || isNose { owners[row * grid.columns + column] = 1 }
        }
      }
      history.note(owners, at: MonotonicTime(seconds: time))
    }
    let nose = (2..<8).flatMap { row in (12..<20).map { row * grid.columns + $0 } }
    let entry = history.entry(of: nose)
    #expect(entry.map { $0.seconds >= 0.5 && $0.seconds <= 0.8 } == true, "\(String(describing: entry))")
    #expect(history.entry(of: [5 * grid.columns + 10]) == nil, "what touches no side came in by none")
  }
}
