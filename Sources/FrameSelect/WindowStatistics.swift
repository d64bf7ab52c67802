import Foundation

/// Mean, variance and covariance of picture and background over a window of three by three cells around each cell.
struct WindowStatistics: Sendable {
  private(set) var meanOne: [Float]
  private(set) var meanOther: [Float]
  private(set) var varianceOne: [Float]
  private(set) var varianceOther: [Float]
  private(set) var covariance: [Float]

  init(count: Int) {
    meanOne = [Float](repeating: 0, count: count)
    meanOther = meanOne
    varianceOne = meanOne
    varianceOther = meanOne
    covariance = meanOne
  }

  mutating func update(from sums: CellSums, grid: CellGrid) {
    let perCell = Float(CellGrid.cellSize * CellGrid.cellSize)
    for row in 0..<grid.rows {
      let rows = max(0, row - 1)...min(grid.rows - 1, row + 1)
      for column in 0..<grid.columns {
        let columns = max(0, column - 1)...min(grid.columns - 1, column + 1)
        var one: Float = 0
        var other: Float = 0
        var oneSquared: Float = 0
        var otherSquared: Float = 0
        var product: Float = 0
        for y in rows {
          for x in columns {
            let at = y &* grid.columns &+ x
            one += sums.one[at]
            other += sums.other[at]
            oneSquared += sums.oneSquared[at]
            otherSquared += sums.otherSquared[at]
            product += sums.product[at]
          }
        }
        let scale = 1 / (perCell * Float(rows.count * columns.count))
        let cell = row &* grid.columns &+ column
        let meanA = one * scale
        let meanB = other * scale
        meanOne[cell] = meanA
        meanOther[cell] = meanB
        varianceOne[cell] = max(0, oneSquared * scale - meanA * meanA)
        varianceOther[cell] = max(0, otherSquared * scale - meanB * meanB)
        covariance[cell] = product * scale - meanA * meanB
      }
    }
  }
}
