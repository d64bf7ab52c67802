/// What a look works out of each cell on its way: memory that every look writes anew and that nothing keeps, one per camera and thread.
final class CellWorkspace {
  /// Sums of picture and background over each cell.
  private(set) var sums = CellSums(count: 0)
  /// What they say of the cells around each.
  private(set) var windows = WindowStatistics(count: 0)

  /// Measures a picture against the background (8.8 fixed point).
  func measure(_ picture: LumaImage, background: [UInt16], grid: CellGrid) {
    if sums.one.count != grid.count {
      sums = CellSums(count: grid.count)
      windows = WindowStatistics(count: grid.count)
    }
    sums.measure(picture.pixels, background: background, grid: grid)
    windows.update(from: sums, grid: grid)
  }
}
