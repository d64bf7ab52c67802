import CameraIO
import Foundation

/// What one camera's picture looks like without a vehicle, and how the picture of the moment differs from it.
struct Scene: Sendable {
  let grid: CellGrid
  /// The empty place, 8.8 fixed point.
  private(set) var background: [UInt16]
  /// Connected groups of cells in the zone that the place does not explain; what is restless does not count in them.
  private(set) var blobs: BlobFinder
  /// Cells that certainly show the place.
  private(set) var isPlace: [Bool]
  /// Cells that the place does not explain.
  private(set) var isChanged: [Bool]

  private var light = LightGain()
  /// Cells in which there is another structure than the place has, and not only another light.
  private(set) var isStructured: [Bool]
  /// Cells with a structure that the place has not: what only shines on it shows the place's own, or none.
  private var hasOwn: [Bool]
  /// Cells in which anything moved within the last fifth of a second.
  private(set) var isMoving: [Bool]
  /// The share of the time that a cell was changed without a vehicle.
  private var restlessness: [Float]
  private var stillness: Stillness
  private let began: MonotonicTime
  private var last: MonotonicTime
  private var elapsed = 0.0

  init(first picture: LumaImage, time: MonotonicTime, zone: Zone?) {
    grid = CellGrid(width: picture.width, height: picture.height, scale: picture.scale, zone: zone)
    background = picture.pixels.map { UInt16($0) << 8 }
    isChanged = [Bool](repeating: false, count: grid.count)
    isPlace = isChanged
    isStructured = isChanged
    hasOwn = isChanged
    isMoving = isChanged
    restlessness = [Float](repeating: 0, count: grid.count)
    stillness = Stillness(first: picture, time: time, count: grid.count)
    blobs = BlobFinder(count: grid.count)
    began = time
    last = time
  }

  func fits(_ picture: LumaImage) -> Bool {
    picture.width == grid.pictureWidth && picture.height == grid.pictureHeight
  }

  /// Cells in which something moved fast.
  var isRushing: [Bool] { stillness.isRushing }

  /// How much more must differ than without the sensor's noise to be structure.
  var noiseFactor: Float { stillness.noise.structureFactor }

  /// Compares the picture with the place.
  mutating func look(
    at picture: LumaImage, time: MonotonicTime, in workspace: CellWorkspace, thresholds: MotionDetector.Thresholds
  ) {
    elapsed = max(0, min(time - last, 1))
    last = max(last, time)
    workspace.measure(picture, background: background, grid: grid)
    light.update(workspace.windows, sums: workspace.sums, thresholds: thresholds)
    classify(picture, workspace.sums, workspace.windows, thresholds)
    stillness.update(picture, time: time, elapsed: elapsed, grid: grid, isMoving: &isMoving)
    group(thresholds)
  }

  /// Which cells the background does not explain.
  private mutating func classify(
    _ picture: LumaImage, _ sums: CellSums, _ windows: WindowStatistics, _ thresholds: MotionDetector.Thresholds
  ) {
    let gain = light.value
    for cell in 0..<grid.count {
      let flat = thresholds.noise + thresholds.relativeNoise * windows.meanOne[cell]
      let floor = flat * flat
      let one = windows.varianceOne[cell]
      let other = windows.varianceOther[cell] * gain * gain
      let covariance = max(0, windows.covariance[cell]) * gain
      let explained = covariance * covariance / max(one * other, 1e-6)
      hasOwn[cell] = one > floor && explained < thresholds.alien
      // What is new in the picture or missing from it, after the best factor.
      let residue = max(one, other) * (1 - min(1, explained))
      let structured =
        residue > floor && explained < thresholds.unexplained && differs(cell, sums, gain, floor)
        && !grid.isShaken(cell, picture.pixels, background, gain: gain, floor: floor)
      var changed = structured
      if !structured && explained < 0.8 {
        let pixels = Float(CellGrid.cellSize * CellGrid.cellSize)
        // Eight grey levels on both sides keep the noise of black from looking like a change.
        let ratio = log((sums.one[cell] / pixels + 8) / (sums.other[cell] / pixels * gain + 8))
        changed = abs(ratio) > thresholds.brightness
      }
      isStructured[cell] = structured
      isChanged[cell] = changed
      isPlace[cell] = !changed && showsPlace(cell, sums, gain, floor)
    }
  }

  /// Whether the cell itself differs: its window also feels what happens next to it, and would make everything a cell thicker.
  private func differs(_ cell: Int, _ sums: CellSums, _ gain: Float, _ floor: Float) -> Bool {
    let pixels = Float(CellGrid.cellSize * CellGrid.cellSize)
    let squares =
      sums.oneSquared[cell] - 2 * gain * sums.product[cell] + gain * gain * sums.otherSquared[cell]
    return squares > floor * pixels
  }

  /// Whether the place itself is seen, pixel for pixel. Where both are white beyond the camera's range nobody knows.
  private func showsPlace(_ cell: Int, _ sums: CellSums, _ gain: Float, _ floor: Float) -> Bool {
    !differs(cell, sums, gain, floor) && sums.one[cell] < 250 * Float(CellGrid.cellSize * CellGrid.cellSize)
  }

  private mutating func group(_ thresholds: MotionDetector.Thresholds) {
    var inZone = isChanged
    for cell in 0..<grid.count where !grid.isInZone[cell] { inZone[cell] = false }
    let (structured, moving, restless) = (isStructured, isMoving, restlessness)
    blobs.find(in: grid, changed: inZone) { cell, blob in
      guard restless[cell] < thresholds.restless else { return }
      blob.count(isStructured: structured[cell], isMoving: moving[cell])
    }
  }

  /// Counts a cell into the blob of a thing.
  func count(_ cell: Int, into blob: inout Blob, _ thresholds: MotionDetector.Thresholds) {
    blob.enclose(cell, columns: grid.columns)
    guard restlessness[cell] < thresholds.restless else { return }
    blob.count(isStructured: isStructured[cell], isMoving: isMoving[cell])
    if hasOwn[cell] { blob.own += 1 }
  }

  /// How much of a rectangle's cells lie in the zone.
  func cellsInZone(of blob: Blob) -> Int {
    guard blob.top <= blob.bottom, blob.left <= blob.right else { return 0 }
    var cells = 0
    for row in blob.top...blob.bottom {
      for column in blob.left...blob.right where grid.isInZone[row * grid.columns + column] { cells += 1 }
    }
    return cells
  }

  /// Lets the place follow the picture where nothing is in the way. While `isHeld`, a vehicle is known to be in the lane.
  mutating func learn(
    from picture: LumaImage, tracker: Tracker, isHeld: Bool, in workspace: CellWorkspace,
    thresholds: MotionDetector.Thresholds
  ) {
    // A young background follows faster: the mean of what was seen so far.
    let follow = min(thresholds.followSeconds, max(last - began, elapsed))
    let rate = Float(elapsed / max(elapsed + follow, 1e-9))
    let protected = Double(grid.zoneCells) * thresholds.protectedShare
    let ghosts =
      isHeld
      ? stillness.ghosts(
        grid: grid, changed: isChanged, windows: workspace.windows, gain: light.value, leastArea: Int(protected))
      : nil
    let restRate = Float(elapsed / thresholds.restlessSeconds)
    let spotRate = Float(elapsed / (elapsed + thresholds.spotSeconds))
    let isBusy =
      !tracker.spots.isEmpty && RestlessSpot.fill(grid) { restlessness[$0] >= thresholds.restless }
    let toward = UInt32(rate * 65536)
    // What is covered cannot be learned, but it is known to be in the same light: all of the background stays comparable.
    let scale = 1 + rate * (light.value - 1)
    light.backgroundScaled(by: scale)
    let scaled = UInt32(scale * 65536)
    // What looks like the place, or is a speck, in the middle of a vehicle that stands is the vehicle: learned, it would look like a
    // ghost of itself.
    let spans = tracker.movingSpans(isMoving, grid)
    let vehicles = isHeld ? tracker.tracks.map(\.blob).filter { Double($0.area) >= protected } : []
    // Cells of a row that follow alike, which is most of them, are moved at once.
    var run: (cells: Range<Int>, toward: UInt32?) = (0..<0, nil)
    for cell in 0..<grid.count {
      let isCovered = vehicles.contains { $0.encloses(cell, in: grid) }
      if !isBusy, let more = tracker.restlessness(of: cell, before: restlessness[cell], rate: spotRate, in: grid) {
        restlessness[cell] = more
      } else if !isHeld {
        restlessness[cell] += restRate * ((isChanged[cell] ? 1 : 0) - restlessness[cell])
      }
      var blend = isChanged[cell] || isCovered ? nil : toward
      if isChanged[cell] {
        let label = Int(blobs.labels[cell])
        let isLarge = isCovered || label > 0 && Double(blobs.blobs[label - 1].area) >= protected
        let isMatter =
          label > 0 && isLarge
          && Double(blobs.blobs[label - 1].structured) >= thresholds.matter * Double(blobs.blobs[label - 1].area)
        let standing = isMatter ? thresholds.absorbSeconds : thresholds.doubtSeconds
        let patience = isHeld && isLarge ? standing : thresholds.settleSeconds
        if stillness.seconds[cell] >= Float(patience) || ghosts?[cell] == true && !tracker.hasDriven(to: cell)
          || isRevealed(cell, picture, tracker, spans, thresholds)
        {
          blend = 65536
        } else if !isLarge {
          // What is too small for a vehicle and does not go away (a swaying camera, a leaf) becomes part of the place, at half the pace.
          blend = toward / 2
        }
      }
      if cell % grid.columns == 0 || blend != run.toward {
        move(run.cells, picture, toward: run.toward, scaled: scaled)
        run = (cell..<cell, blend)
      }
      run.cells = run.cells.lowerBound..<(cell + 1)
    }
    move(run.cells, picture, toward: run.toward, scaled: scaled)
  }

  /// Whether a thing that moves has uncovered the place in a cell: what stands still there cannot be a part of it.
  ///
  /// Only where brightness changes along its way can stillness be seen: its smooth side and its long edges look still in any case. And not
  /// before all of it has gone by: a lamp that shines back from its side stands still while the side moves.
  private func isRevealed(
    _ cell: Int, _ picture: LumaImage, _ tracker: Tracker, _ spans: [Tracker.MovingSpan?],
    _ thresholds: MotionDetector.Thresholds
  ) -> Bool {
    guard stillness.seconds[cell] >= Float(thresholds.revealSeconds), tracker.owners[cell] > 0,
      let span = spans[Int(tracker.owners[cell]) - 1], span.hasLeft(cell, grid)
    else { return false }
    let speed = tracker.tracks[Int(tracker.owners[cell]) - 1].measuredSpeed
    // Two cells in that time: far enough for no part of it to look the same again.
    guard max(abs(speed.x), abs(speed.y)) * Float(thresholds.revealSeconds) >= 2 else { return false }
    let step = abs(speed.x) >= abs(speed.y) ? 1 : grid.pictureWidth
    let size = CellGrid.cellSize
    let (x, y) = (cell % grid.columns * size, cell / grid.columns * size)
    guard x + size < grid.pictureWidth, y + size < grid.pictureHeight else { return false }
    var sum = 0
    for row in y..<(y + size) {
      for column in x..<(x + size) {
        let at = row * grid.pictureWidth + column
        sum += abs(Int(picture.pixels[at + step]) - Int(picture.pixels[at]))
      }
    }
    return Float(sum) > 2 * thresholds.noise * Float(size * size)
  }

  /// Moves cells of a row of the background toward the picture (65536: all the way), or only along with the light.
  private mutating func move(_ cells: Range<Int>, _ picture: LumaImage, toward: UInt32?, scaled: UInt32) {
    guard !cells.isEmpty else { return }
    let size = CellGrid.cellSize
    let row = cells.lowerBound / grid.columns
    let width = grid.pictureWidth
    // The last row and column of cells also carry the pixels that are left over.
    let left = (cells.lowerBound - row * grid.columns) * size
    let right = cells.upperBound == (row + 1) * grid.columns ? width : (cells.upperBound - row * grid.columns) * size
    let bottom = row == grid.rows - 1 ? grid.pictureHeight : (row + 1) * size
    unsafe background.withUnsafeMutableBufferPointer { background in
      unsafe picture.pixels.withUnsafeBufferPointer { pixels in
        guard let background = background.baseAddress, let pixels = pixels.baseAddress else { return }
        for y in (row &* size)..<bottom {
          let at = y &* width &+ left
          if let toward {
            unsafe BackgroundBlend.move(background + at, toward: pixels + at, by: toward, count: right &- left)
          } else {
            unsafe BackgroundBlend.scale(background + at, by: scaled, count: right &- left)
          }
        }
      }
    }
  }
}
