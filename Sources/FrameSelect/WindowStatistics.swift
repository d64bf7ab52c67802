/// Mean, variance and covariance of picture and background over a window of three by three cells around each cell.
struct WindowStatistics: Sendable {
  private(set) var meanOne: [Float]
  private(set) var meanOther: [Float]
  private(set) var varianceOne: [Float]
  private(set) var varianceOther: [Float]
  private(set) var covariance: [Float]
  /// The sums of each column of a row of windows, with a column of zeros on both sides.
  private var columns = Columns()

  private struct Columns {
    var one: [Float] = []
    var other: [Float] = []
    var oneSquared: [Float] = []
    var otherSquared: [Float] = []
    var product: [Float] = []
  }

  init(count: Int) {
    meanOne = [Float](repeating: 0, count: count)
    meanOther = meanOne
    varianceOne = meanOne
    varianceOther = meanOne
    covariance = meanOne
  }

  /// Sums are whole numbers below 2^24: a float holds them, in whatever order they are added.
  mutating func update(from sums: CellSums, grid: CellGrid) {
    let perCell = Float(CellGrid.cellSize * CellGrid.cellSize)
    for row in 0..<grid.rows {
      let rows = max(0, row - 1)...min(grid.rows - 1, row + 1)
      Self.add(rows, of: sums.one, grid, into: &columns.one)
      Self.add(rows, of: sums.other, grid, into: &columns.other)
      Self.add(rows, of: sums.oneSquared, grid, into: &columns.oneSquared)
      Self.add(rows, of: sums.otherSquared, grid, into: &columns.otherSquared)
      Self.add(rows, of: sums.product, grid, into: &columns.product)
      let inside = 1 / (perCell * Float(rows.count * 3))
      for column in 0..<grid.columns {
        let isInside = column > 0 && column < grid.columns - 1
        let wide = min(grid.columns - 1, column + 1) - max(0, column - 1) + 1
        let scale = isInside ? inside : 1 / (perCell * Float(rows.count * wide))
        let cell = row &* grid.columns &+ column
        let meanA = Self.window(columns.one, column) * scale
        let meanB = Self.window(columns.other, column) * scale
        meanOne[cell] = meanA
        meanOther[cell] = meanB
        varianceOne[cell] = max(0, Self.window(columns.oneSquared, column) * scale - meanA * meanA)
        varianceOther[cell] = max(0, Self.window(columns.otherSquared, column) * scale - meanB * meanB)
        covariance[cell] = Self.window(columns.product, column) * scale - meanA * meanB
      }
    }
  }

  /// Adds up rows of sums, one column beside the other.
  private static func add(_ rows: ClosedRange<Int>, of sums: [Float], _ grid: CellGrid, into columns: inout [Float]) {
    let count = grid.columns
    if columns.count != count + 2 { columns = [Float](repeating: 0, count: count + 2) }
    guard sums.count >= (rows.upperBound + 1) * count else { return }
    unsafe sums.withUnsafeBufferPointer { sums in
      unsafe columns.withUnsafeMutableBufferPointer { columns in
        guard let sums = sums.baseAddress, let target = columns.baseAddress else { return }
        for row in rows {
          let line = unsafe sums + row &* count
          if row == rows.lowerBound {
            for column in 0..<count { unsafe target[column &+ 1] = line[column] }
          } else {
            for column in 0..<count { unsafe target[column &+ 1] += line[column] }
          }
        }
      }
    }
  }

  /// Three columns; `column` is the first of them in `columns`.
  @inline(__always)
  private static func window(_ columns: [Float], _ column: Int) -> Float {
    columns[column] + columns[column &+ 1] + columns[column &+ 2]
  }
}
