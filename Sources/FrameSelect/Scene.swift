import CameraIO
import Foundation

/// What one camera's picture looks like without a vehicle, and how the picture of the moment differs from it.
struct Scene: Sendable {
  /// The cells of the largest thing, for whoever measures on it.
  struct Foreground: Sendable {
    let grid: CellGrid
    let labels: [Int32]
    let label: Int32
    let blob: Blob
  }

  let grid: CellGrid
  /// The empty place, 8.8 fixed point.
  private(set) var background: [UInt16]
  private(set) var foreground: Foreground?

  private var light = LightGain()
  private var sums: CellSums
  private var windows: WindowStatistics
  private var isChanged: [Bool]
  private var isStructured: [Bool]
  private var isMoving: [Bool]
  /// The share of the time that a cell was changed without a vehicle.
  private var restlessness: [Float]
  private var stillness: Stillness
  private var blobs: BlobFinder
  private let began: MonotonicTime
  private var last: MonotonicTime

  init(first picture: LumaImage, time: MonotonicTime, zone: Zone?) {
    grid = CellGrid(width: picture.width, height: picture.height, scale: picture.scale, zone: zone)
    background = picture.pixels.map { UInt16($0) << 8 }
    sums = CellSums(count: grid.count)
    windows = WindowStatistics(count: grid.count)
    isChanged = [Bool](repeating: false, count: grid.count)
    isStructured = isChanged
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

  mutating func look(
    at picture: LumaImage, time: MonotonicTime, isHeld: Bool, thresholds: MotionDetector.Thresholds
  ) -> MotionObservation {
    let elapsed = max(0, min(time - last, 1))
    last = max(last, time)
    sums.measure(picture.pixels, background: background, grid: grid)
    windows.update(from: sums, grid: grid)
    light.update(windows, sums: sums, thresholds: thresholds)
    classify(picture, thresholds)
    stillness.update(picture, time: time, elapsed: elapsed, grid: grid, isMoving: &isMoving)
    let observation = largest(isHeld: isHeld, thresholds)
    learn(picture, elapsed: elapsed, isHeld: isHeld, thresholds: thresholds)
    return observation
  }

  /// Which cells the background does not explain.
  private mutating func classify(_ picture: LumaImage, _ thresholds: MotionDetector.Thresholds) {
    let gain = light.value
    for cell in 0..<grid.count {
      let flat = thresholds.noise + thresholds.relativeNoise * windows.meanOne[cell]
      let floor = flat * flat
      let one = windows.varianceOne[cell]
      let other = windows.varianceOther[cell] * gain * gain
      let covariance = max(0, windows.covariance[cell]) * gain
      let explained = covariance * covariance / max(one * other, 1e-6)
      // What is new in the picture or missing from it, after the best factor.
      let residue = max(one, other) * (1 - min(1, explained))
      let structured =
        residue > floor && explained < thresholds.unexplained && differs(cell, gain, floor)
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
    }
  }

  /// Whether the cell itself differs: its window also feels what happens next to it, and would make everything a cell thicker.
  private func differs(_ cell: Int, _ gain: Float, _ floor: Float) -> Bool {
    let pixels = Float(CellGrid.cellSize * CellGrid.cellSize)
    let squares =
      sums.oneSquared[cell] - 2 * gain * sums.product[cell] + gain * gain * sums.otherSquared[cell]
    return squares > floor * pixels
  }

  private mutating func largest(isHeld: Bool, _ thresholds: MotionDetector.Thresholds) -> MotionObservation {
    var inZone = isChanged
    for cell in 0..<grid.count where !grid.isInZone[cell] { inZone[cell] = false }
    let structured = isStructured
    let moving = isMoving
    let restless = restlessness
    let before = foreground
    var changed = 0
    blobs.find(in: grid, changed: inZone) { cell, blob in
      guard restless[cell] < thresholds.restless else { return }
      changed += 1
      blob.area += 1
      blob.sumColumn += cell % grid.columns
      blob.sumRow += cell / grid.columns
      if structured[cell] { blob.structured += 1 }
      if moving[cell] { blob.moving += 1 }
      if let before, before.labels[cell] == before.label { blob.continuing += 1 }
    }
    let matter = isHeld ? thresholds.matterWhileHeld : thresholds.matter
    var best: Blob?
    for blob in blobs.blobs where blob.area > (best?.area ?? 0) {
      // What was matter does not turn into light: the side of a van that fills the picture shows neither structure nor outline, and is
      // still the thing that came in a moment ago.
      let isSameThing = isHeld && 2 * blob.continuing >= blob.area
      if isSameThing || Double(blob.structured) >= matter * Double(blob.area) { best = blob }
    }
    foreground = best.map { Foreground(grid: grid, labels: blobs.labels, label: $0.label, blob: $0) }
    let zoneCells = Double(grid.zoneCells)
    var observation = MotionObservation.empty
    observation.changed = Double(changed) / zoneCells
    observation.gain = Double(light.value)
    if let best {
      let columns = Double(grid.columns)
      let rows = Double(grid.rows)
      observation.presence = Double(best.area) / zoneCells
      observation.structure = Double(best.structured) / Double(best.area)
      observation.moving = Double(best.moving) / Double(best.area)
      observation.fill = Double(best.area) / Double(max(best.area, cellsInZone(of: best)))
      observation.box = PictureBox(
        left: Double(best.left) / columns, top: Double(best.top) / rows, right: Double(best.right + 1) / columns,
        bottom: Double(best.bottom + 1) / rows)
    }
    return observation
  }

  private func cellsInZone(of blob: Blob) -> Int {
    var cells = 0
    for row in blob.top...blob.bottom {
      for column in blob.left...blob.right where grid.isInZone[row * grid.columns + column] { cells += 1 }
    }
    return cells
  }

  private mutating func learn(
    _ picture: LumaImage, elapsed: Double, isHeld: Bool, thresholds: MotionDetector.Thresholds
  ) {
    // A young background follows faster: the mean of what was seen so far.
    let follow = min(thresholds.followSeconds, max(last - began, elapsed))
    let rate = Float(elapsed / max(elapsed + follow, 1e-9))
    let protected = Double(grid.zoneCells) * thresholds.protectedShare
    let ghosts =
      isHeld
      ? stillness.ghosts(grid: grid, changed: isChanged, windows: windows, gain: light.value, leastArea: Int(protected))
      : nil
    let restRate = Float(elapsed / thresholds.restlessSeconds)
    let toward = UInt32(rate * 65536)
    // What is covered cannot be learned, but it is known to be in the same light: all of the background stays comparable.
    let scale = 1 + rate * (light.value - 1)
    light.backgroundScaled(by: scale)
    let scaled = UInt32(scale * 65536)
    // What looks like the place, or is a speck, in the middle of a vehicle that stands is the vehicle: learned, it would look like a
    // ghost of itself.
    let vehicle = isHeld ? foreground?.blob : nil
    for cell in 0..<grid.count {
      let isCovered = vehicle.map { Double($0.area) >= protected && $0.encloses(cell, in: grid) } ?? false
      if !isHeld {
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
        if stillness.seconds[cell] >= Float(patience) || ghosts?[cell] == true {
          blend = 65536
        } else if !isLarge {
          // What is too small for a vehicle and does not go away (a swaying camera, a leaf) becomes part of the place, at half the pace.
          blend = toward / 2
        }
      }
      move(cell, picture, toward: blend, scaled: scaled)
    }
  }

  /// Moves a cell of the background toward the picture (65536: all the way), or only along with the light.
  private mutating func move(_ cell: Int, _ picture: LumaImage, toward: UInt32?, scaled: UInt32) {
    let size = CellGrid.cellSize
    let row = cell / grid.columns
    let column = cell - row * grid.columns
    let width = grid.pictureWidth
    // The last row and column of cells also carry the pixels that are left over.
    let bottom = row == grid.rows - 1 ? grid.pictureHeight : (row + 1) * size
    let right = column == grid.columns - 1 ? width : (column + 1) * size
    for y in (row * size)..<bottom {
      for x in (column * size)..<right {
        let at = y &* width &+ x
        let old = UInt32(background[at])
        if let toward {
          let new = UInt32(picture.pixels[at]) &<< 8
          background[at] = UInt16(
            truncatingIfNeeded: new >= old
              ? old &+ (((new &- old) &* toward) &>> 16) : old &- (((old &- new) &* toward) &>> 16))
        } else {
          background[at] = UInt16(truncatingIfNeeded: min(65280, (UInt64(old) &* UInt64(scaled)) &>> 16))
        }
      }
    }
  }
}
