/// What one tile of a grey picture holds, per pixel.
struct DetailTile: Sendable, Equatable {
  /// Mean squared difference of neighbours in a row.
  let across: Double
  /// Mean squared difference of neighbours in a column.
  let down: Double
  /// Variance: contrast squared.
  let variance: Double
}

extension HalfLuma {
  /// The picture in tiles of `side` x `side` pixels; what is left over at the right and the bottom makes no tile of its
  /// own, unless the picture is smaller than a tile. Empty for a picture without neighbours.
  func tiles(of side: Int) -> [DetailTile] {
    let tileWidth = min(side, width - 1)
    let tileHeight = min(side, height - 1)
    guard tileWidth > 0, tileHeight > 0 else { return [] }
    var tiles: [DetailTile] = []
    for top in stride(from: 0, through: height - 1 - tileHeight, by: tileHeight) {
      for left in stride(from: 0, through: width - 1 - tileWidth, by: tileWidth) {
        tiles.append(tile(left: left, top: top, width: tileWidth, height: tileHeight))
      }
    }
    return tiles
  }

  /// Sums fit 32 bits: 32 x 32 pixels x 255 squared is 6.7e7.
  private func tile(left: Int, top: Int, width tileWidth: Int, height tileHeight: Int) -> DetailTile {
    var sum: Int32 = 0
    var squares: Int32 = 0
    var across: Int32 = 0
    var down: Int32 = 0
    unsafe pixels.withUnsafeBufferPointer { pixels in
      for y in top..<(top + tileHeight) {
        let row = y &* width
        for x in left..<(left + tileWidth) {
          let at = row &+ x
          let here = unsafe Int32(pixels[at])
          let right = unsafe Int32(pixels[at &+ 1]) &- here
          let below = unsafe Int32(pixels[at &+ width]) &- here
          sum &+= here
          squares &+= here &* here
          across &+= right &* right
          down &+= below &* below
        }
      }
    }
    let count = Double(tileWidth * tileHeight)
    let mean = Double(sum) / count
    return DetailTile(
      across: Double(across) / count, down: Double(down) / count,
      variance: max(0, Double(squares) / count - mean * mean))
  }
}
