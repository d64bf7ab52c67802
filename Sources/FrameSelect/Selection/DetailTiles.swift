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
  /// A rectangle of the picture.
  struct Part {
    let columns: Range<Int>
    let rows: Range<Int>
  }

  /// Pixels along each side below which there is too little of a vehicle to judge its picture by.
  private static let leastSide = 16

  /// What of the picture is in `box`; all of it when that is too little, or nobody knows where the vehicle is.
  func part(in box: PictureBox?) -> Part {
    let all = Part(columns: 0..<width, rows: 0..<height)
    guard let box else { return all }
    func range(_ low: Double, _ high: Double, _ count: Int) -> Range<Int> {
      let from = Int((min(max(low, 0), 1) * Double(count)).rounded(.down))
      return from..<max(from, Int((min(max(high, 0), 1) * Double(count)).rounded(.up)))
    }
    let part = Part(columns: range(box.left, box.right, width), rows: range(box.top, box.bottom, height))
    return part.columns.count >= Self.leastSide && part.rows.count >= Self.leastSide ? part : all
  }

  /// A part of the picture in tiles of `side` x `side` pixels; what is left over at the right and the bottom makes no tile of its
  /// own, unless the part is smaller than a tile. Empty for a picture without neighbours.
  func tiles(of side: Int, in part: Part) -> [DetailTile] {
    // The last column and row have no neighbour.
    let right = min(part.columns.upperBound, width - 1)
    let bottom = min(part.rows.upperBound, height - 1)
    let tileWidth = min(side, right - part.columns.lowerBound)
    let tileHeight = min(side, bottom - part.rows.lowerBound)
    guard tileWidth > 0, tileHeight > 0 else { return [] }
    var tiles: [DetailTile] = []
    for top in stride(from: part.rows.lowerBound, through: bottom - tileHeight, by: tileHeight) {
      for left in stride(from: part.columns.lowerBound, through: right - tileWidth, by: tileWidth) {
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
