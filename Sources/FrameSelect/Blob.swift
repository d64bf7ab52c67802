/// A connected group of changed cells.
struct Blob: Sendable, Equatable {
  /// Cells of it that count.
  var area = 0
  /// Cells of it whose structure changed, not only their brightness.
  var structured = 0
  /// Cells of it that are moving now.
  var moving = 0
  /// Cells of it that belonged to the largest thing in the picture before.
  var continuing = 0
  /// First and last column and row.
  var left = Int.max
  var right = -1
  var top = Int.max
  var bottom = -1
  /// Sums of column and row, for the centre.
  var sumColumn = 0
  var sumRow = 0
  /// Its number in the label picture.
  var label: Int32 = 0

  /// Whether a cell lies in the rectangle around it.
  func encloses(_ cell: Int, in grid: CellGrid) -> Bool {
    let row = cell / grid.columns
    let column = cell - row * grid.columns
    return row >= top && row <= bottom && column >= left && column <= right
  }
}

/// Finds connected groups of cells, eight neighbours each, in the order in which they are met from the top left.
struct BlobFinder: Sendable {
  private(set) var labels: [Int32]
  private(set) var blobs: [Blob] = []
  private var stack: [Int32] = []

  init(count: Int) { labels = [Int32](repeating: 0, count: count) }

  /// Labels the groups of cells for which `isChanged` holds; `tally` adds a cell to its blob.
  mutating func find(in grid: CellGrid, changed: [Bool], tally: (Int, inout Blob) -> Void) {
    blobs.removeAll(keepingCapacity: true)
    for cell in 0..<grid.count { labels[cell] = 0 }
    for seed in 0..<grid.count where changed[seed] && labels[seed] == 0 {
      var blob = Blob()
      blob.label = Int32(blobs.count + 1)
      labels[seed] = blob.label
      stack.append(Int32(seed))
      while let next = stack.popLast() {
        let cell = Int(next)
        let row = cell / grid.columns
        let column = cell - row * grid.columns
        tally(cell, &blob)
        blob.left = min(blob.left, column)
        blob.right = max(blob.right, column)
        blob.top = min(blob.top, row)
        blob.bottom = max(blob.bottom, row)
        for y in max(0, row - 1)...min(grid.rows - 1, row + 1) {
          for x in max(0, column - 1)...min(grid.columns - 1, column + 1) {
            let neighbour = y * grid.columns + x
            if changed[neighbour] && labels[neighbour] == 0 {
              labels[neighbour] = blob.label
              stack.append(Int32(neighbour))
            }
          }
        }
      }
      blobs.append(blob)
    }
  }
}
