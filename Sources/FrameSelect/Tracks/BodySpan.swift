/// From where to where in the picture's width a thing lies, without the specks that it leaves behind.
extension Tracker {
  /// Parts of its highest column that a column where nothing moves must have to be the thing's: the smooth side of a van has all of them, a mark on
  /// the floor that looks otherwise now that the thing's shade has gone has few.
  private static let leastHeight = 0.25

  /// From the first to the last column in which it moves or is high, as shares of the picture's width; `moving` encloses its cells that move.
  func bodySpan(of blob: Blob, moving: Blob, _ grid: CellGrid) -> ClosedRange<Double>? {
    guard blob.right >= blob.left else { return nil }
    func height(_ column: Int) -> Int {
      (blob.top...blob.bottom).count { owners[$0 * grid.columns + column] == blob.label }
    }
    let columns = blob.left...blob.right
    let least = Self.leastHeight * Double(columns.lazy.map(height).max() ?? 0)
    guard let first = columns.first(where: { Double(height($0)) >= least }),
      let last = columns.last(where: { Double(height($0)) >= least })
    else { return nil }
    let whole = Double(grid.columns)
    return Double(min(first, moving.left)) / whole...Double(max(last, moving.right) + 1) / whole
  }
}
