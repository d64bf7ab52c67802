import CameraIO

/// How long each cell of the picture has not moved, and which of them are ghosts: places that a thing has left.
struct Stillness: Sendable {
  /// Seconds between the pictures compared: a vehicle at walking pace moves a pixel in that time.
  static let interval = 0.2
  /// Seconds of stillness after which a ghost is believed.
  static let ghostSeconds: Float = 1.5
  /// The share of a ghost that may have moved in that time: rain and what passes behind it.
  static let stirring = 0.2

  /// Sums over a cell's 16 pixels below and above which noise is cut off.
  private static let dark: Int32 = 16 * 20
  private static let white: Int32 = 16 * 235

  /// Seconds since a cell last moved.
  private(set) var seconds: [Float]
  /// Cells in which something moved by far more than what just still moves.
  private(set) var isRushing: [Bool]
  /// How much of what differs is noise.
  private(set) var noise = NoiseLevel()
  private var reference: [UInt8]
  private var referenceTime: MonotonicTime
  private var blobs: BlobFinder

  init(first picture: LumaImage, time: MonotonicTime, count: Int) {
    seconds = [Float](repeating: 0, count: count)
    isRushing = [Bool](repeating: false, count: count)
    reference = picture.pixels
    referenceTime = time
    blobs = BlobFinder(count: count)
  }

  mutating func update(
    _ picture: LumaImage, time: MonotonicTime, elapsed: Double, grid: CellGrid, isMoving: inout [Bool]
  ) {
    let isDue = time - referenceTime >= Self.interval
    let factor = noise.motionFactor
    unsafe picture.pixels.withUnsafeBufferPointer { picture in
      unsafe reference.withUnsafeBufferPointer { reference in
        guard let picture = picture.baseAddress, let reference = reference.baseAddress else { return }
        for row in 0..<grid.rows {
          let line = row &* CellGrid.cellSize &* grid.pictureWidth
          var column = 0
          while column < grid.columns {
            let at = line &+ column &* CellGrid.cellSize
            let cell = row &* grid.columns &+ column
            if grid.holdsPairs, column &+ 2 <= grid.columns {
              let pair = unsafe Difference.pair(picture + at, reference + at, width: grid.pictureWidth)
              note(pair.left, cell, factor, Float(elapsed), &isMoving)
              note(pair.right, cell &+ 1, factor, Float(elapsed), &isMoving)
              column &+= 2
            } else {
              note(unsafe Difference(picture + at, reference + at, grid), cell, factor, Float(elapsed), &isMoving)
              column &+= 1
            }
          }
        }
      }
    }
    noise.settle(after: Float(elapsed))
    if isDue {
      reference = picture.pixels
      referenceTime = time
    }
  }

  /// Whether a cell moves, by what became of it since the reference. `factor`: what noise makes of the level.
  @inline(__always)
  private mutating func note(
    _ difference: Difference, _ cell: Int, _ factor: Float, _ elapsed: Float, _ isMoving: inout [Bool]
  ) {
    let pixels = Float(CellGrid.cellSize * CellGrid.cellSize)
    // The common change of the cell is light; what is left is something that moved over it.
    let mean = Float(difference.sum) / pixels
    let variance = Float(difference.squares) / pixels - mean * mean
    let bare = 2 + 0.02 * Float(difference.brightness) / pixels
    // What is black or white beyond the camera's range has no noise.
    if difference.brightness > Self.dark, difference.brightness < Self.white { noise.add(variance / (bare * bare)) }
    let level = factor * bare
    let moves = variance > level * level || abs(mean) > 6 * level
    isMoving[cell] = moves
    isRushing[cell] = variance > 9 * level * level || abs(mean) > 12 * level
    seconds[cell] = moves ? 0 : seconds[cell] + elapsed
  }

  /// Cells of still things that are ghosts: what stood there has left.
  ///
  /// A thing is looked at as a whole, at least `leastArea` cells of it, and when hardly any of it moves: the parts of a vehicle that drives
  /// may look like anything.
  mutating func ghosts(
    grid: CellGrid, changed: [Bool], windows: WindowStatistics, gain: Float, leastArea: Int
  ) -> [Bool]? {
    guard (0..<grid.count).contains(where: { changed[$0] && seconds[$0] >= Self.ghostSeconds }) else { return nil }
    let still = seconds
    var outlines: [Outline] = []
    var current: Int32 = 0
    blobs.find(in: grid, changed: changed) { cell, blob in
      blob.area += 1
      if blob.label != current {
        current = blob.label
        outlines.append(Outline())
      }
      if still[cell] < Self.ghostSeconds { blob.moving += 1 }
      outlines[outlines.count - 1].look(at: cell, grid: grid, changed: changed, windows: windows, gain: gain)
    }
    let areGhosts = zip(blobs.blobs, outlines).map { blob, outline in
      blob.area >= leastArea && Double(blob.moving) <= Self.stirring * Double(blob.area) && outline.isGhost
    }
    return blobs.labels.map { $0 > 0 && areGhosts[Int($0) - 1] }
  }
}

/// How a cell differs from what it showed a moment ago, summed over its pixels.
private struct Difference {
  let sum: Int32
  let squares: Int32
  let brightness: Int32

  private init(sum: Int16, squares: UInt32, brightness: UInt16) {
    self.sum = Int32(sum)
    self.squares = Int32(truncatingIfNeeded: squares)
    self.brightness = Int32(brightness)
  }

  /// Of a cell in a picture of any size.
  init(_ picture: UnsafePointer<UInt8>, _ reference: UnsafePointer<UInt8>, _ grid: CellGrid) {
    var (sum, squares, brightness): (Int32, Int32, Int32) = (0, 0, 0)
    for y in 0..<min(CellGrid.cellSize, grid.pictureHeight) {
      for x in 0..<min(CellGrid.cellSize, grid.pictureWidth) {
        let at = y &* grid.pictureWidth &+ x
        let value = unsafe Int32(picture[at])
        let difference = unsafe value &- Int32(reference[at])
        sum &+= difference
        squares &+= difference &* difference
        brightness &+= value
      }
    }
    (self.sum, self.squares, self.brightness) = (sum, squares, brightness)
  }

  /// Of two cells side by side, eight pixels wide.
  @inline(__always)
  static func pair(
    _ picture: UnsafePointer<UInt8>, _ reference: UnsafePointer<UInt8>, width: Int
  ) -> (left: Difference, right: Difference) {
    var (sum, squares, brightness) = (SIMD8<Int16>.zero, SIMD8<UInt32>.zero, SIMD8<UInt16>.zero)
    for y in 0..<CellGrid.cellSize {
      let value = unsafe SIMD8<UInt16>(
        truncatingIfNeeded: UnsafeRawPointer(picture + y &* width).loadUnaligned(as: SIMD8<UInt8>.self))
      let before = unsafe SIMD8<UInt16>(
        truncatingIfNeeded: UnsafeRawPointer(reference + y &* width).loadUnaligned(as: SIMD8<UInt8>.self))
      let difference = SIMD8<Int16>(truncatingIfNeeded: value &- before)
      sum &+= difference
      // 255 squared fits 16 bits without a sign.
      squares &+= SIMD8<UInt32>(truncatingIfNeeded: SIMD8<UInt16>(truncatingIfNeeded: difference &* difference))
      brightness &+= value
    }
    let (sums, squared, bright) = (sum.cellTotals, squares.cellTotals, brightness.cellTotals)
    return (
      Difference(sum: sums[0], squares: squared[0], brightness: bright[0]),
      Difference(sum: sums[1], squares: squared[1], brightness: bright[1])
    )
  }
}
