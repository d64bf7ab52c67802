/// Looks for small pieces of one picture in another.
enum BlockMatcher {
  /// Upper left corner of a block in the half-size picture.
  struct Block: Sendable, Equatable {
    let x: Int
    let y: Int
  }

  /// The blocks of the thing that have enough structure to be found again, evenly taken when there are too many.
  static func blocks(in half: LumaImage, on cells: TrackCells) -> [Block] {
    let size = DisplacementEstimator.blockSize
    let grid = cells.grid
    let perBlock = size * 2 / CellGrid.cellSize
    let blob = cells.blob
    guard blob.area > 0 else { return [] }
    // Where a part moves, what stands beside it is not of the same thing, or cannot be seen to move: it has no say.
    let leastMoving = blob.moving * 10 >= blob.area ? 2 : 0
    var found: [Block] = []
    var row = blob.top
    while row + perBlock <= grid.rows, row <= blob.bottom {
      var column = blob.left
      while column + perBlock <= grid.columns, column <= blob.right {
        var inside = 0
        var moving = 0
        for y in row..<(row + perBlock) {
          for x in column..<(column + perBlock) where cells.owners[y * grid.columns + x] == cells.label {
            inside += 1
            if cells.isMoving[y * grid.columns + x] { moving += 1 }
          }
        }
        let block = Block(x: column * CellGrid.cellSize / 2, y: row * CellGrid.cellSize / 2)
        if inside * 4 >= perBlock * perBlock * 3, moving >= leastMoving, block.x + size <= half.width,
          block.y + size <= half.height,
          isStructured(block, in: half)
        {
          found.append(block)
        }
        column += perBlock / 2
      }
      row += perBlock / 2
    }
    let most = DisplacementEstimator.maximumBlocks
    guard found.count > most else { return found }
    return (0..<most).map { found[$0 * found.count / most] }
  }

  /// Whether brightness changes along both axes, so that a place can be told from its neighbours.
  private static func isStructured(_ block: Block, in half: LumaImage) -> Bool {
    let size = DisplacementEstimator.blockSize
    var across = 0
    var down = 0
    for y in block.y..<(block.y + size - 1) {
      for x in block.x..<(block.x + size - 1) {
        let at = y * half.width + x
        across += abs(Int(half.pixels[at]) - Int(half.pixels[at + 1]))
        down += abs(Int(half.pixels[at]) - Int(half.pixels[at + half.width]))
      }
    }
    // Two grey levels a pixel: what noise leaves after averaging is below one.
    let least = 2 * (size - 1) * (size - 1)
    return across >= least && down >= least
  }

  /// Where in `past` the block of `half` is found, relative to its own place; nil when two places look alike or none does.
  /// `costs`: memory that the search of one block after the other works in.
  static func search(
    _ block: Block, in half: LumaImage, for past: LumaImage, around centre: (x: Int, y: Int), reach: Int,
    costs: inout [UInt32]
  ) -> (x: Int, y: Int)? {
    let size = DisplacementEstimator.blockSize
    let lowX = max(-block.x, centre.x - reach)
    let highX = min(half.width - size - block.x, centre.x + reach)
    let lowY = max(-block.y, centre.y - reach)
    let highY = min(half.height - size - block.y, centre.y + reach)
    guard lowX <= highX, lowY <= highY else { return nil }
    var best = (cost: UInt32.max, x: 0, y: 0)
    let columns = highX - lowX + 1
    let places = columns * (highY - lowY + 1)
    if costs.count < places { costs = [UInt32](repeating: 0, count: places) }
    for y in lowY...highY {
      for x in lowX...highX {
        let cost = difference(
          half, block.x, block.y, past, block.x + x, block.y + y, size: size)
        costs[(y - lowY) * columns + x - lowX] = cost
        if cost < best.cost { best = (cost, x, y) }
      }
    }
    // At the rim of the search the true place may lie outside.
    guard best.x > lowX || lowX == -block.x, best.x < highX || highX == half.width - size - block.x,
      best.y > lowY || lowY == -block.y, best.y < highY || highY == half.height - size - block.y
    else { return nil }
    var second = UInt32.max
    for y in lowY...highY {
      for x in lowX...highX where abs(x - best.x) > 2 || abs(y - best.y) > 2 {
        second = min(second, costs[(y - lowY) * columns + x - lowX])
      }
    }
    // A tenth of a grey level per pixel and the ratio of four fifths: a block that is found twice says nothing.
    guard second == .max || best.cost * 5 + 6 <= second * 4 else { return nil }
    guard best.cost <= UInt32(16 * size * size) else { return nil }
    return (best.x, best.y)
  }

  /// Whether a block shows the same structure where it is as before, in whatever light, and not less than where it was found.
  static func standsStill(_ block: Block, in half: LumaImage, for past: LumaImage, insteadOf found: (x: Int, y: Int))
    -> Bool
  {
    guard found.x != 0 || found.y != 0 else { return false }
    let here = likeness(half, block.x, block.y, past, block.x, block.y)
    // What moved by a pixel still resembles itself, but not more than where it went.
    return here >= 0.8 && here >= likeness(half, block.x, block.y, past, block.x + found.x, block.y + found.y) - 0.02
  }

  /// How alike the structure of two squares is, whatever their light: the correlation coefficient, -1 to 1.
  private static func likeness(_ one: LumaImage, _ x: Int, _ y: Int, _ other: LumaImage, _ otherX: Int, _ otherY: Int)
    -> Double
  {
    let size = DisplacementEstimator.blockSize
    var (sumOne, sumOther, squaresOne, squaresOther, product) = (0, 0, 0, 0, 0)
    for row in 0..<size {
      for column in 0..<size {
        let a = Int(one.pixels[(y + row) * one.width + x + column])
        let b = Int(other.pixels[(otherY + row) * other.width + otherX + column])
        sumOne += a
        sumOther += b
        squaresOne += a * a
        squaresOther += b * b
        product += a * b
      }
    }
    let count = size * size
    let variances = Double(count * squaresOne - sumOne * sumOne) * Double(count * squaresOther - sumOther * sumOther)
    return variances > 0 ? Double(count * product - sumOne * sumOther) / variances.squareRoot() : 0
  }

  /// The same at full size, to a fraction of a pixel.
  static func refine(
    _ block: Block, _ rough: (x: Int, y: Int), in picture: LumaImage, for past: LumaImage
  ) -> (x: Float, y: Float) {
    let size = DisplacementEstimator.blockSize * 2
    let x = block.x * 2
    let y = block.y * 2
    func cost(_ dx: Int, _ dy: Int) -> UInt32 {
      let left = x + dx
      let top = y + dy
      guard left >= 0, top >= 0, left + size <= past.width, top + size <= past.height,
        x + size <= picture.width, y + size <= picture.height
      else { return .max / 4 }
      return difference(picture, x, y, past, left, top, size: size)
    }
    var at = (x: rough.x * 2, y: rough.y * 2)
    var lowest = cost(at.x, at.y)
    for dy in -1...1 {
      for dx in -1...1 {
        let here = cost(rough.x * 2 + dx, rough.y * 2 + dy)
        if here < lowest {
          lowest = here
          at = (rough.x * 2 + dx, rough.y * 2 + dy)
        }
      }
    }
    func vertex(_ before: UInt32, _ after: UInt32) -> Float {
      guard before < .max / 4, after < .max / 4 else { return 0 }
      // Absolute differences make a valley with straight walls: the vertex lies where equal slopes meet.
      let rise = Float(max(before, after)) - Float(lowest)
      return rise > 0 ? 0.5 * (Float(before) - Float(after)) / rise : 0
    }
    return (
      Float(at.x) + vertex(cost(at.x - 1, at.y), cost(at.x + 1, at.y)),
      Float(at.y) + vertex(cost(at.x, at.y - 1), cost(at.x, at.y + 1))
    )
  }

  /// Sum of absolute differences of two squares.
  private static func difference(
    _ one: LumaImage, _ x: Int, _ y: Int, _ other: LumaImage, _ otherX: Int, _ otherY: Int, size: Int
  ) -> UInt32 {
    unsafe one.pixels.withUnsafeBufferPointer { a in
      unsafe other.pixels.withUnsafeBufferPointer { b in
        var sum: UInt32 = 0
        var first = y &* one.width &+ x
        var second = otherY &* other.width &+ otherX
        for _ in 0..<size {
          var row: UInt16 = 0
          for column in 0..<size {
            let p = unsafe Int16(a[first &+ column])
            let q = unsafe Int16(b[second &+ column])
            row &+= UInt16(truncatingIfNeeded: abs(p &- q))
          }
          sum &+= UInt32(row)
          first &+= one.width
          second &+= other.width
        }
        return sum
      }
    }
  }
}
