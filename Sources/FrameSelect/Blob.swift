/// A connected group of changed cells.
struct Blob: Sendable, Equatable {
  /// Cells of it that count.
  var area = 0
  /// Cells of it whose structure changed, not only their brightness.
  var structured = 0
  /// Cells of it with a structure of its own.
  var own = 0
  /// Cells of it that are moving now.
  var moving = 0
  /// First and last column and row.
  var left = Int.max
  var right = -1
  var top = Int.max
  var bottom = -1
  /// Its number in the label picture.
  var label: Int32 = 0

  /// Counts a cell that belongs to it.
  mutating func count(isStructured: Bool, isMoving: Bool) {
    area += 1
    if isStructured { structured += 1 }
    if isMoving { moving += 1 }
  }

  /// Widens the rectangle around it to a cell.
  mutating func enclose(_ cell: Int, columns: Int) {
    let row = cell / columns
    let column = cell - row * columns
    left = min(left, column)
    right = max(right, column)
    top = min(top, row)
    bottom = max(bottom, row)
  }

  /// The rectangle around it, as shares of the picture.
  func box(in grid: CellGrid) -> PictureBox {
    let (columns, rows) = (Double(grid.columns), Double(grid.rows))
    return PictureBox(
      left: Double(left) / columns, top: Double(top) / rows, right: Double(right + 1) / columns,
      bottom: Double(bottom + 1) / rows)
  }

  /// Cells of the rectangle around it.
  var rectangle: Int { right < left ? 0 : (right - left + 1) * (bottom - top + 1) }

  /// Whether most of a smaller one's rectangle lies in this one's.
  func surrounds(_ other: Blob) -> Bool {
    let width = min(right, other.right) - max(left, other.left) + 1
    let height = min(bottom, other.bottom) - max(top, other.top) + 1
    let whole = (other.right - other.left + 1) * (other.bottom - other.top + 1)
    return area > other.area && width > 0 && height > 0 && 4 * width * height >= 3 * whole
  }

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
        blob.enclose(cell, columns: grid.columns)
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
