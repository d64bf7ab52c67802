import CameraIO

/// How much of each side of the zone was covered in the last moments.
///
/// A nose that comes in while the tail before it is still there hangs together with it for some pictures. When it came is read off the side
/// that it came in by: that had become free, and then was covered again.
struct EdgeHistory: Sendable {
  /// Seconds that are remembered: at walking pace a nose is apart from the tail before it within that time.
  static let seconds = 1.5
  /// Cells that a side is wide.
  static let width = 2

  private struct Moment {
    let time: MonotonicTime
    /// Of the cells at the sides, in their order: which were covered.
    let covered: [Bool]
  }

  private var moments: [Moment] = []
  /// The cells at the left, right, upper and lower side.
  private let sides: [[Int]]
  /// The same, one side after the other.
  private let cells: [Int]
  private let columns: Int

  init(grid: CellGrid) {
    columns = grid.columns
    var (left, right, top, bottom) = (grid.columns, -1, grid.rows, -1)
    for cell in 0..<grid.count where grid.isInZone[cell] {
      (left, right) = (min(left, cell % grid.columns), max(right, cell % grid.columns))
      (top, bottom) = (min(top, cell / grid.columns), max(bottom, cell / grid.columns))
    }
    let inside = (0..<grid.count).filter { grid.isInZone[$0] }
    sides = [
      inside.filter { $0 % grid.columns < left + Self.width }, inside.filter { $0 % grid.columns > right - Self.width },
      inside.filter { $0 / grid.columns < top + Self.width }, inside.filter { $0 / grid.columns > bottom - Self.width },
    ]
    cells = sides.flatMap(\.self)
  }

  mutating func note(_ owners: [Int32], at time: MonotonicTime) {
    moments.removeAll { time - $0.time > Self.seconds }
    moments.append(Moment(time: time, covered: cells.map { owners[$0] > 0 }))
  }

  /// When a thing with these cells, that has just been told from the one before it, came in; nil when it touches no side.
  func entry(of cells: [Int]) -> MonotonicTime? {
    let own = Set(cells)
    let touching = sides.map { side in side.reduce(0) { $0 + (own.contains($1) ? 1 : 0) } }
    guard let side = touching.indices.max(by: { touching[$0] < touching[$1] }), touching[side] > 0 else { return nil }
    // The rows (or columns) of that side through which it comes in now.
    let isAcross = side < 2
    let lines = Set(sides[side].filter { own.contains($0) }.map { isAcross ? $0 / columns : $0 % columns })
    let start = sides[..<side].reduce(0) { $0 + $1.count }
    let places = sides[side].indices.filter {
      lines.contains(isAcross ? sides[side][$0] / columns : sides[side][$0] % columns)
    }
    // Back to where they were as free as they became before they were covered again.
    var since: MonotonicTime?
    var least = Int.max
    for moment in moments.reversed() {
      let covered = places.reduce(0) { $0 + (moment.covered[start + $1] ? 1 : 0) }
      if least < .max, covered > least + 2 { break }
      if covered < least { (since, least) = (moment.time, covered) }
    }
    return since
  }
}
