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

/// Sums over the pixels of each cell, of one picture or of two against each other.
struct CellSums: Sendable {
  var one: [Float]
  var other: [Float]
  var oneSquared: [Float]
  var otherSquared: [Float]
  var product: [Float]

  init(count: Int) {
    one = [Float](repeating: 0, count: count)
    other = one
    oneSquared = one
    otherSquared = one
    product = one
  }

  /// Adds up `picture` against `background` (8.8 fixed point), cell by cell.
  mutating func measure(_ picture: [UInt8], background: [UInt16], grid: CellGrid) {
    let size = CellGrid.cellSize
    guard picture.count >= grid.pictureWidth * grid.pictureHeight, background.count == picture.count else { return }
    unsafe picture.withUnsafeBufferPointer { picture in
      unsafe background.withUnsafeBufferPointer { background in
        for row in 0..<grid.rows {
          for column in 0..<grid.columns {
            var a: UInt32 = 0
            var b: UInt32 = 0
            var aa: UInt32 = 0
            var bb: UInt32 = 0
            var ab: UInt32 = 0
            var start = row &* size &* grid.pictureWidth &+ column &* size
            for _ in 0..<min(size, grid.pictureHeight) {
              for x in 0..<min(size, grid.pictureWidth) {
                let p = unsafe UInt32(picture[start &+ x])
                let q = unsafe (UInt32(background[start &+ x]) &+ 128) &>> 8
                a &+= p
                b &+= q
                aa &+= p &* p
                bb &+= q &* q
                ab &+= p &* q
              }
              start &+= grid.pictureWidth
            }
            let cell = row &* grid.columns &+ column
            one[cell] = Float(a)
            other[cell] = Float(b)
            oneSquared[cell] = Float(aa)
            otherSquared[cell] = Float(bb)
            product[cell] = Float(ab)
          }
        }
      }
    }
  }
}
