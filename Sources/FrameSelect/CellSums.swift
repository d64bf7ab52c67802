/// Sums over the pixels of each cell, of one picture against another.
struct CellSums: Sendable {
  private(set) var one: [Float]
  private(set) var other: [Float]
  private(set) var oneSquared: [Float]
  private(set) var otherSquared: [Float]
  private(set) var product: [Float]

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
        guard let picture = picture.baseAddress, let background = background.baseAddress else { return }
        for row in 0..<grid.rows {
          let line = row &* size &* grid.pictureWidth
          var column = 0
          while grid.holdsPairs, column &+ 2 <= grid.columns {
            let sums = unsafe Self.pair(
              picture + (line &+ column &* size), background + (line &+ column &* size), width: grid.pictureWidth)
            for half in 0..<2 {
              let cell = row &* grid.columns &+ column &+ half
              one[cell] = sums.one[half]
              other[cell] = sums.other[half]
              oneSquared[cell] = sums.oneSquared[half]
              otherSquared[cell] = sums.otherSquared[half]
              product[cell] = sums.product[half]
            }
            column &+= 2
          }
          while column < grid.columns {
            unsafe measure(
              row &* grid.columns &+ column, picture + (line &+ column &* size),
              background + (line &+ column &* size), grid)
            column &+= 1
          }
        }
      }
    }
  }

  /// The same of one cell, in a picture of any size.
  private mutating func measure(
    _ cell: Int, _ picture: UnsafePointer<UInt8>, _ background: UnsafePointer<UInt16>, _ grid: CellGrid
  ) {
    var (a, b, aa, bb, ab): (UInt32, UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0, 0)
    for y in 0..<min(CellGrid.cellSize, grid.pictureHeight) {
      for x in 0..<min(CellGrid.cellSize, grid.pictureWidth) {
        let at = y &* grid.pictureWidth &+ x
        let p = unsafe UInt32(picture[at])
        let q = unsafe (UInt32(background[at]) &+ 128) &>> 8
        a &+= p
        b &+= q
        aa &+= p &* p
        bb &+= q &* q
        ab &+= p &* q
      }
    }
    one[cell] = Float(a)
    other[cell] = Float(b)
    oneSquared[cell] = Float(aa)
    otherSquared[cell] = Float(bb)
    product[cell] = Float(ab)
  }

  private struct Pair {
    let one: SIMD2<Float>
    let other: SIMD2<Float>
    let oneSquared: SIMD2<Float>
    let otherSquared: SIMD2<Float>
    let product: SIMD2<Float>
  }

  /// The sums of two cells side by side, eight pixels wide.
  @inline(__always)
  private static func pair(
    _ picture: UnsafePointer<UInt8>, _ background: UnsafePointer<UInt16>, width: Int
  ) -> Pair {
    var (a, b) = (SIMD8<UInt16>.zero, SIMD8<UInt16>.zero)
    var (aa, bb, ab) = (SIMD8<UInt32>.zero, SIMD8<UInt32>.zero, SIMD8<UInt32>.zero)
    for y in 0..<CellGrid.cellSize {
      let p = unsafe SIMD8<UInt16>(
        truncatingIfNeeded: UnsafeRawPointer(picture + y &* width).loadUnaligned(as: SIMD8<UInt8>.self))
      // Background is 65280 at most, 255 in 8.8: the rounding does not carry.
      let q = unsafe (UnsafeRawPointer(background + y &* width).loadUnaligned(as: SIMD8<UInt16>.self) &+ 128) &>> 8
      a &+= p
      b &+= q
      aa &+= SIMD8<UInt32>(truncatingIfNeeded: p &* p)
      bb &+= SIMD8<UInt32>(truncatingIfNeeded: q &* q)
      ab &+= SIMD8<UInt32>(truncatingIfNeeded: p &* q)
    }
    return Pair(
      one: SIMD2(a.cellTotals), other: SIMD2(b.cellTotals), oneSquared: SIMD2(aa.cellTotals),
      otherSquared: SIMD2(bb.cellTotals), product: SIMD2(ab.cellTotals))
  }
}

extension CellGrid {
  /// Whether two cells side by side are eight whole pixels wide and four high.
  var holdsPairs: Bool { pictureWidth >= 2 * Self.cellSize && pictureHeight >= Self.cellSize }
}

extension SIMD8 where Scalar: FixedWidthInteger {
  /// Of the columns of two cells, each added up: the totals of the cells.
  @inline(__always)
  var cellTotals: SIMD2<Scalar> {
    let pairs = evenHalf &+ oddHalf
    return pairs.evenHalf &+ pairs.oddHalf
  }
}
