/// Between which cells a thing moves, line by line along its way: what it has uncovered lies outside.
extension Tracker {
  /// The span of one thing.
  struct MovingSpan {
    let isAcross: Bool
    /// Whether it goes to the right, or down.
    let goesUp: Bool
    /// By row (or column): the first and the last cell of it that moves; nil where none does.
    fileprivate(set) var spans: [ClosedRange<Int>?]
    /// Between which rows (or columns) it moves.
    fileprivate(set) var lines: ClosedRange<Int>?
    /// Whether it goes on outside of the picture, ahead of all that is seen of it.
    fileprivate(set) var isCut = false

    /// Whether the thing may have been in a cell and is not any more.
    func hasLeft(_ cell: Int, _ grid: CellGrid) -> Bool {
      let (row, column) = (cell / grid.columns, cell % grid.columns)
      let (line, place) = isAcross ? (row, column) : (column, row)
      // Its smooth side shows nothing that moves: only of a thing that is seen whole it is known what is not it.
      guard let span = spans[line] else { return !isCut && lines?.contains(line) == false }
      if span.contains(place) { return false }
      return (place < span.lowerBound) == goesUp || !isCut
    }
  }

  /// Parts of the picture at the side that a thing goes to within which it is cut.
  private static let cutShare = 0.15

  /// The span of every thing whose speed is measured; nil for the others.
  func movingSpans(_ isMoving: [Bool], _ grid: CellGrid) -> [MovingSpan?] {
    var found: [MovingSpan?] = tracks.map { track in
      let speed = track.measuredSpeed
      guard speed.x != 0 || speed.y != 0 else { return nil }
      let isAcross = abs(speed.x) >= abs(speed.y)
      return MovingSpan(
        isAcross: isAcross, goesUp: (isAcross ? speed.x : speed.y) > 0,
        spans: [ClosedRange<Int>?](repeating: nil, count: isAcross ? grid.rows : grid.columns))
    }
    guard found.contains(where: { $0 != nil }) else { return found }
    for cell in owners.indices where owners[cell] > 0 && isMoving[cell] {
      let index = Int(owners[cell]) - 1
      // No copy of the span is held: it would be copied whole with the first cell that changes it.
      guard let (isAcross, goesUp) = found[index].map({ ($0.isAcross, $0.goesUp) }) else { continue }
      let (row, column) = (cell / grid.columns, cell % grid.columns)
      let (line, place) = isAcross ? (row, column) : (column, row)
      let length = Double(isAcross ? grid.columns : grid.rows)
      let isAtSide =
        goesUp ? Double(place) >= (1 - Self.cutShare) * length : Double(place) < Self.cutShare * length
      if isAtSide { found[index]?.isCut = true }
      let (span, lines) = (found[index]?.spans[line], found[index]?.lines)
      found[index]?.spans[line] = Self.widened(span ?? nil, to: place)
      found[index]?.lines = Self.widened(lines, to: line)
    }
    return found
  }

  private static func widened(_ span: ClosedRange<Int>?, to place: Int) -> ClosedRange<Int> {
    guard let span else { return place...place }
    return min(span.lowerBound, place)...max(span.upperBound, place)
  }
}
