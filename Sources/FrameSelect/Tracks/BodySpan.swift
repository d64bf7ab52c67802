/// Between which columns of the picture a thing lies, without the specks that it leaves behind.
extension Tracker {
  /// Parts of its highest column that a column where nothing moves must have to be the thing's: the smooth side of a van has all of them, a mark on
  /// the floor that looks otherwise now that the thing's shade has gone has few.
  private static let leastHeight = 0.25

  /// The first and the last column in which it moves or is high; `moving` encloses its cells that move.
  func bodySpan(of blob: Blob, moving: Blob, _ grid: CellGrid) -> ClosedRange<Int>? {
    guard blob.right >= blob.left else { return nil }
    let columns = blob.left...blob.right
    let heights = columns.map { column in
      (blob.top...blob.bottom).count { owners[$0 * grid.columns + column] == blob.label }
    }
    let least = Self.leastHeight * Double(heights.max() ?? 0)
    let high = zip(columns, heights).filter { Double($1) >= least }.map(\.0)
    guard let first = high.first, let last = high.last else { return nil }
    return min(first, moving.left)...max(last, moving.right)
  }
}
