/// What is known of the outline of a still thing, where it meets what has not changed.
///
/// Across the outline of a thing the picture changes and the background goes on; across the outline of a ghost it is the other way round.
struct Outline: Sendable {
  /// Cells next to what has not changed.
  private(set) var cells = 0
  /// How different picture and background are inside and outside of it, squared grey levels.
  private(set) var now: Float = 0
  private(set) var before: Float = 0
  /// Places where that was measured, and those where the background differs more.
  private(set) var places = 0
  private(set) var votes = 0
  /// Cells at which the thing goes on outside of the picture.
  private(set) var cut = 0

  /// Four cells are an outline and not a speck, and two thirds of what bounds the thing must be outline: too little is seen around what
  /// fills the picture. Beyond doubt is six times the difference, and at two of three places: a vehicle that stands is common and must
  /// stay, a ghost that stays is rare.
  var isGhost: Bool {
    cells >= 4 && cells >= 2 * cut && before > 6 * now && 3 * votes >= 2 * places
      && before > Self.contrast * Self.contrast * Float(places)
  }

  /// Grey levels by which a thing differs from its place: less is the unevenness of the ground under a shadow.
  private static let contrast: Float = 20

  mutating func look(
    at cell: Int, grid: CellGrid, changed: [Bool], windows: WindowStatistics, gain: Float
  ) {
    let row = cell / grid.columns
    let column = cell - row * grid.columns
    var isCut = false
    var isOutline = false
    for (x, y) in Self.sides {
      let (besideX, besideY) = (column + x, row + y)
      guard besideX >= 0, besideX < grid.columns, besideY >= 0, besideY < grid.rows else {
        isCut = true
        continue
      }
      let beside = besideY * grid.columns + besideX
      if changed[beside] { continue }
      isOutline = true
      // A window further in and one further out: the two do not overlap.
      let (inX, inY, outX, outY) = (column - x, row - y, column + 2 * x, row + 2 * y)
      guard min(inX, outX) >= 0, max(inX, outX) < grid.columns, min(inY, outY) >= 0, max(inY, outY) < grid.rows else {
        continue
      }
      let inside = inY * grid.columns + inX
      let outside = outY * grid.columns + outX
      let here = Self.difference(windows.meanOne, windows.varianceOne, inside, outside)
      let there = Self.difference(windows.meanOther, windows.varianceOther, inside, outside) * gain * gain
      now += here
      before += there
      places += 1
      if there > here { votes += 1 }
    }
    if isOutline { cells += 1 } else if isCut { cut += 1 }
  }

  private static let sides = [(-1, 0), (1, 0), (0, -1), (0, 1)]

  /// How different two places are, in brightness and in structure.
  private static func difference(_ means: [Float], _ variances: [Float], _ one: Int, _ other: Int) -> Float {
    let brightness = means[one] - means[other]
    let structure = variances[one].squareRoot() - variances[other].squareRoot()
    return brightness * brightness + structure * structure
  }
}
