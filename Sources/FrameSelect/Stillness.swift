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
  private var moved: [Bool]
  private var blobs: BlobFinder

  init(first picture: LumaImage, time: MonotonicTime, count: Int) {
    seconds = [Float](repeating: 0, count: count)
    isRushing = [Bool](repeating: false, count: count)
    reference = picture.pixels
    referenceTime = time
    moved = [Bool](repeating: false, count: count)
    blobs = BlobFinder(count: count)
  }

  mutating func update(
    _ picture: LumaImage, time: MonotonicTime, elapsed: Double, grid: CellGrid, isMoving: inout [Bool]
  ) {
    let isDue = time - referenceTime >= Self.interval
    let pixels = Float(CellGrid.cellSize * CellGrid.cellSize)
    let factor = noise.motionFactor
    for row in 0..<grid.rows {
      for column in 0..<grid.columns {
        let cell = row &* grid.columns &+ column
        var sum: Int32 = 0
        var squares: Int32 = 0
        var brightness: Int32 = 0
        var start = row &* CellGrid.cellSize &* grid.pictureWidth &+ column &* CellGrid.cellSize
        for _ in 0..<min(CellGrid.cellSize, grid.pictureHeight) {
          for x in 0..<min(CellGrid.cellSize, grid.pictureWidth) {
            let value = Int32(picture.pixels[start &+ x])
            let difference = value &- Int32(reference[start &+ x])
            sum &+= difference
            squares &+= difference &* difference
            brightness &+= value
          }
          start &+= grid.pictureWidth
        }
        // The common change of the cell is light; what is left is something that moved over it.
        let mean = Float(sum) / pixels
        let variance = Float(squares) / pixels - mean * mean
        let bare = 2 + 0.02 * Float(brightness) / pixels
        // What is black or white beyond the camera's range has no noise.
        if brightness > Self.dark, brightness < Self.white { noise.add(variance / (bare * bare)) }
        let level = factor * bare
        let moves = variance > level * level || abs(mean) > 6 * level
        isMoving[cell] = moves
        isRushing[cell] = variance > 9 * level * level || abs(mean) > 12 * level
        seconds[cell] = moves ? 0 : seconds[cell] + Float(elapsed)
      }
    }
    noise.settle(after: Float(elapsed))
    if isDue {
      reference = picture.pixels
      referenceTime = time
    }
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
