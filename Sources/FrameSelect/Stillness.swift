import CameraIO

/// How long each cell of the picture has not moved, and which of them are ghosts: places that a thing has left.
struct Stillness: Sendable {
  /// Seconds between the pictures compared: a vehicle at walking pace moves a pixel in that time.
  static let interval = 0.2
  /// Seconds of stillness after which a ghost is believed.
  static let ghostSeconds: Float = 1.5

  /// Seconds since a cell last moved.
  private(set) var seconds: [Float]
  private var reference: [UInt8]
  private var referenceTime: MonotonicTime
  private var moved: [Bool]
  private var blobs: BlobFinder

  init(first picture: LumaImage, time: MonotonicTime, count: Int) {
    seconds = [Float](repeating: 0, count: count)
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
        let level = 2 + 0.02 * Float(brightness) / pixels
        let moves = variance > level * level || abs(mean) > 6 * level
        isMoving[cell] = moves
        seconds[cell] = moves ? 0 : seconds[cell] + Float(elapsed)
      }
    }
    if isDue {
      reference = picture.pixels
      referenceTime = time
    }
  }

  /// Cells of still things whose outline is in the background and not in the picture: what stood there has left.
  mutating func ghosts(grid: CellGrid, changed: [Bool], windows: WindowStatistics, gain: Float) -> [Bool]? {
    var still = changed
    var any = false
    for cell in 0..<grid.count {
      still[cell] = changed[cell] && seconds[cell] >= Self.ghostSeconds
      any = any || still[cell]
    }
    guard any else { return nil }
    var borders: [(now: Float, before: Float, cells: Int)] = []
    var current: Int32 = 0
    blobs.find(in: grid, changed: still) { cell, blob in
      blob.area += 1
      if blob.label != current {
        current = blob.label
        borders.append((0, 0, 0))
      }
      let row = cell / grid.columns
      let column = cell - row * grid.columns
      let isBorder =
        (column > 0 && !still[cell - 1]) || (column < grid.columns - 1 && !still[cell + 1])
        || (row > 0 && !still[cell - grid.columns]) || (row < grid.rows - 1 && !still[cell + grid.columns])
      if isBorder {
        borders[borders.count - 1].now += windows.varianceOne[cell]
        borders[borders.count - 1].before += windows.varianceOther[cell] * gain * gain
        borders[borders.count - 1].cells += 1
      }
    }
    var result = [Bool](repeating: false, count: grid.count)
    for cell in 0..<grid.count where blobs.labels[cell] > 0 {
      let border = borders[Int(blobs.labels[cell]) - 1]
      result[cell] = border.cells >= 4 && border.before > 2 * border.now
    }
    return result
  }
}
