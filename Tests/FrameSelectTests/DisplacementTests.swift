import CameraIO
import Testing

@testable import FrameSelect

extension Blob {
  /// Every cell of a picture.
  fileprivate init(all grid: CellGrid) {
    self.init()
    label = 1
    for cell in 0..<grid.count {
      enclose(cell, columns: grid.columns)
      count(isStructured: true, isMoving: true)
    }
  }
}

@Suite("How far a vehicle moved")
struct DisplacementTests {
  /// What is measured on a vehicle that is at `left(index)` in picture `index`, with the whole vehicle as foreground.
  private func measure(_ pictures: Int, contrast: Int = 60, left: (Int) -> Int) -> [Displacement?] {
    var detector = MotionDetector(zone: nil)
    let workspace = CellWorkspace()
    let places = (0..<pictures).map(left)
    var lane = SyntheticLane()
    var thing = SyntheticLane.Thing(width: 120, height: 80, top: 40) { time in
      let index = Int((time * 15).rounded()) - 15
      return index < 0 ? nil : places[min(index, places.count - 1)]
    }
    thing.contrast = contrast
    lane.things = [thing]
    return (0..<(15 + pictures)).map { index in
      let time = MonotonicTime(seconds: Double(index) / 15)
      let tracks = detector.observe(lane.picture(at: index), at: time, isHeld: true, in: workspace)
      return tracks.max { $0.blob.area < $1.blob.area }?.displacement
    }.suffix(pictures).map { $0 }
  }

  @Test("Steady motion is measured to a tenth of a pixel", arguments: [-12, -5, -1, 1, 3, 8, 14, 20])
  func steady(step: Int) throws {
    let start = step > 0 ? 0 : 120
    let count = min(12, 110 / abs(step) + 1)
    let found = measure(count) { start + $0 * step }
    let known = found.dropFirst(2).compactMap { $0 }
    try #require(known.count >= count - 4, "\(known.count) of \(count)")
    let mean = known.reduce(0) { $0 + $1.x } / Double(known.count) * 240
    #expect(abs(mean - Double(step)) < 0.2, "\(mean) pixels")
    #expect(known.allSatisfy { abs($0.y) * 240 < 0.3 && $0.confidence >= 0.5 })
  }

  @Test("What stands has moved by nothing, however long it stands")
  func stands() {
    let found = measure(40) { _ in 60 }
    let sum = found.compactMap { $0 }.reduce(0) { $0 + $1.x }
    #expect(abs(sum) * 240 < 0.5)
    #expect(found.compactMap { $0 }.count > 30)
  }

  @Test("What creeps a pixel in five pictures is not lost")
  func creeps() {
    // It came in by the side: what appears in the middle of the picture and hardly moves is taken for a gate.
    let found = measure(60) { $0 / 5 - 20 }
    let sum = found.compactMap { $0 }.reduce(0) { $0 + $1.x }
    #expect(abs(sum * 240 - 11) < 2, "\(sum * 240) pixels")
  }

  @Test("Where there is no structure, it is not known")
  func smooth() {
    #expect(measure(10, contrast: 0) { 20 + $0 * 8 }.allSatisfy { $0 == nil || abs(($0?.x ?? 0) * 240 - 8) < 1.5 })
  }

  @Test("Light that sweeps a place that stands still is no motion")
  func sweepingLight() {
    var lane = SyntheticLane()
    lane.light = { time, column in
      let distance = Double(column) - 240 * (time - 1)
      return 1 + 2 * max(0, 1 - abs(distance) / 60)
    }
    var estimator = DisplacementEstimator()
    var travel = Travel(forward: nil)
    let grid = CellGrid(width: lane.width, height: lane.height, scale: 1, zone: nil)
    let all = TrackCells(
      grid: grid, owners: [Int32](repeating: 1, count: grid.count),
      isMoving: [Bool](repeating: true, count: grid.count),
      label: 1, blob: Blob(all: grid))
    for index in 15..<30 {
      let picture = lane.picture(at: index)
      let time = MonotonicTime(seconds: Double(index) / lane.rate)
      travel.add(estimator.observe(picture, half: picture.halved(), at: time, on: all), at: time)
    }
    #expect(abs(travel.farthest) < 0.01, "\(travel.farthest)")
  }

  @Test("A step that nothing announced counts once the next one bears it out, and then as a whole")
  func unannounced() {
    let found = measure(12) { $0 < 4 ? 20 : 20 + 10 * ($0 - 3) }
    var travel = Travel(forward: nil)
    for (index, displacement) in found.enumerated() {
      travel.add(displacement, at: MonotonicTime(seconds: Double(index) / 15))
    }
    #expect(abs(travel.farthest * 240 - 80) < 3, "\(travel.farthest * 240) pixels")
    let once = measure(12) { $0 == 6 ? 60 : 20 }
    #expect(once.compactMap { $0 }.allSatisfy { abs($0.x) * 240 < 2 }, "\(once)")
  }

  @Test("Travel remembers direction, and knows a vehicle that turned back")
  func travel() {
    func way(_ steps: [Double], forward: LaneCamera.Way? = nil) -> Direction {
      var travel = Travel(forward: forward)
      for (index, step) in steps.enumerated() {
        travel.add(Displacement(x: step, y: 0, confidence: 1), at: MonotonicTime(seconds: Double(index) / 30))
      }
      return travel.direction
    }
    let right = [Double](repeating: 0.02, count: 40)
    let left = right.map { -$0 }
    #expect(way(right) == .forward)
    #expect(way(left) == .forward, "without a configured way, across is forward")
    #expect(way(right, forward: .init(x: 3, y: 0)) == .forward)
    #expect(way(left, forward: .init(x: 3, y: 0)) == .backward)
    #expect(way(right, forward: .init(x: -1, y: 0)) == .backward)
    #expect(way(right + left) == .turnedBack)
    #expect(way(right + left.prefix(15)) == .forward, "a little way back is no turning back")
    #expect(way([0.01, -0.01, 0.02]) == .unknown)
    #expect(way(right, forward: .init(x: 0, y: 1)) == .unknown, "across the lane is neither")
  }

  @Test("A short gap is bridged with the last speed, a long one is not")
  func bridges() {
    var travel = Travel(forward: nil)
    var time = MonotonicTime(seconds: 0)
    func step(_ displacement: Displacement?) {
      time = time.advanced(bySeconds: 0.1)
      travel.add(displacement, at: time)
    }
    for _ in 0..<10 { step(Displacement(x: 0.05, y: 0, confidence: 1)) }
    let before = travel.position
    step(nil)
    step(nil)
    #expect(abs(travel.position - before - 0.1) < 0.001)
    #expect(travel.isKnown)
    for _ in 0..<20 { step(nil) }
    #expect(!travel.isKnown)
    #expect(travel.position < before + 0.2)
  }
}
