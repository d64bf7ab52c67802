/// Whether the empty place shows between two things, so that they are two and not two parts of one.
///
/// The smooth side of a van may look as empty as a white floor. So only what is *known* to be the place counts: where it has structure of its
/// own, that structure must be seen; where it has none, the brightness must be the same to a few hundredths.
struct SeeThrough {
  let grid: CellGrid
  /// Cells that show the empty place beyond doubt.
  let isPlace: [Bool]
  /// Cells that show something else.
  let isChanged: [Bool]

  /// The share of the cells between two things that must show the place.
  static let share = 0.6

  /// Whether the shortest ways from the cells of one thing to those of another lead over the empty place.
  func separates(_ one: [Int], _ other: [Int]) -> Bool {
    guard let (from, to) = nearest(one, other) else { return false }
    let start = (x: from % grid.columns, y: from / grid.columns)
    let end = (x: to % grid.columns, y: to / grid.columns)
    let steps = max(abs(end.x - start.x), abs(end.y - start.y))
    guard steps > 1 else { return false }
    // Beside the shortest way: a thin bridge of noise joins nothing, a hole in a thing parts nothing.
    let across = abs(end.x - start.x) >= abs(end.y - start.y) ? (x: 0, y: 1) : (x: 1, y: 0)
    var place = 0
    var all = 0
    for offset in -2...2 {
      for step in 1..<steps {
        let x = start.x + (end.x - start.x) * step / steps + across.x * offset
        let y = start.y + (end.y - start.y) * step / steps + across.y * offset
        guard x >= 0, x < grid.columns, y >= 0, y < grid.rows else { continue }
        let cell = y * grid.columns + x
        guard !isChanged[cell] else { continue }
        all += 1
        if isPlace[cell] { place += 1 }
      }
    }
    return all > 0 && Double(place) >= Self.share * Double(all)
  }

  /// The two cells that are closest, by the longer of the two axes; ties go to the first in order.
  private func nearest(_ one: [Int], _ other: [Int]) -> (Int, Int)? {
    var best = (distance: Int.max, from: 0, to: 0)
    for from in one {
      let (x, y) = (from % grid.columns, from / grid.columns)
      for to in other {
        let distance = max(abs(to % grid.columns - x), abs(to / grid.columns - y))
        if distance < best.distance { best = (distance, from, to) }
      }
    }
    return best.distance == .max ? nil : (best.from, best.to)
  }
}
