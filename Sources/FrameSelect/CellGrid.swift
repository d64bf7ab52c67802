/// How the small picture is cut in cells, and which of them lie in the zone.
///
/// All decisions about motion are made on cells: single pixels are noise, and a vehicle is many cells long.
struct CellGrid: Sendable, Equatable {
  /// Pixels of the small picture along each side of a cell: 4 of 240 is a sixtieth of the width, finer than any vehicle part
  /// that matters and coarse enough that sensor noise averages out.
  static let cellSize = 4

  let pictureWidth: Int
  let pictureHeight: Int
  let columns: Int
  let rows: Int
  /// Whether a cell lies in the zone, row after row.
  let isInZone: [Bool]
  /// How many do; never zero.
  let zoneCells: Int

  var count: Int { columns * rows }

  init(width: Int, height: Int, scale: Double, zone: Zone?) {
    pictureWidth = width
    pictureHeight = height
    columns = max(1, width / Self.cellSize)
    rows = max(1, height / Self.cellSize)
    var inside = [Bool](repeating: true, count: columns * rows)
    if let zone {
      for row in 0..<rows {
        for column in 0..<columns {
          let x = (Double(column) + 0.5) * Double(Self.cellSize) * scale
          let y = (Double(row) + 0.5) * Double(Self.cellSize) * scale
          inside[row * columns + column] = zone.contains(x: x, y: y)
        }
      }
    }
    isInZone = inside
    zoneCells = max(1, inside.reduce(0) { $0 + ($1 ? 1 : 0) })
  }
}

extension CellGrid {
  /// Whether the cell shows the background moved by a pixel in any direction: cameras on poles and gantries shake.
  func isShaken(_ cell: Int, _ picture: [UInt8], _ background: [UInt16], gain: Float, floor: Float) -> Bool {
    let size = Self.cellSize
    let row = cell / columns
    let x = (cell - row * columns) * size
    let y = row * size
    guard x > 0, y > 0, x + size < pictureWidth, y + size < pictureHeight else { return false }
    let limit = floor * Float(size * size)
    return unsafe picture.withUnsafeBufferPointer { picture in
      unsafe background.withUnsafeBufferPointer { background in
        for dy in -1...1 {
          for dx in -1...1 where dx != 0 || dy != 0 {
            var squares: Float = 0
            for line in 0..<size {
              let at = (y &+ line) &* pictureWidth &+ x
              let shifted = at &+ dy &* pictureWidth &+ dx
              for column in 0..<size {
                let difference =
                  unsafe Float(picture[at &+ column]) - gain * Float(background[shifted &+ column]) / 256
                squares += difference * difference
              }
              if squares > limit { break }
            }
            if squares <= limit { return true }
          }
        }
        return false
      }
    }
  }
}
