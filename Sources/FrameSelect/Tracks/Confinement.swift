import CameraIO

/// Tells what moves on the spot from what goes somewhere: a gate rides up, strips sway in a door, each within bounds that it does not leave.
/// A vehicle that moves grows out of any bounds, and one that waits does not move.
struct Confinement: Sendable {
  /// Whether the thing only moves on the spot.
  private(set) var isConfined = false
  /// Whether it was seen in this picture for the first time.
  private(set) var isNew = false
  /// When what is more than moved on the spot came; nil for what was never confined.
  private(set) var cameOut: MonotonicTime?
  /// Seconds in which it moved within its bounds without standing in between.
  private var moved = 0.0
  /// Seconds for which it stands.
  private var stood = 0.0
  /// Seconds that it took to fill them, and seconds since it appeared.
  private var grew = 0.0
  private var age = 0.0
  /// The rectangle around all that was ever seen of it.
  private(set) var bounds: Blob?
  private var wasCut = false
  /// When there was last nothing of it but what moves on the spot.
  private var wasAlone: MonotonicTime?

  /// Takes in where the thing is. `isFree`: it is too large to be confined, or went too far.
  mutating func note(
    _ blob: Blob, isMoving: Bool, isFree: Bool, at time: MonotonicTime, after elapsed: Double, in grid: CellGrid
  ) {
    let step = min(elapsed, Self.longestStep)
    age += step
    isNew = false
    let share = Double(blob.area) / Double(grid.zoneCells)
    let isInside = bounds?.holds(blob, slack: Self.slack) ?? false
    if isConfined {
      if share < Self.trace { wasAlone = time }
      guard !isInside, share >= Self.notice else { return }
      cameOut = wasAlone ?? time
      isConfined = false
    }
    let isCut = blob.isCut(by: grid)
    wasCut = wasCut || isCut
    guard !isFree, !isCut, isInside else {
      (moved, grew) = (0, age)
      bounds = bounds?.widened(to: blob) ?? blob
      return
    }
    // What creeps, waits and creeps on is no gate.
    stood = isMoving ? 0 : stood + step
    moved = isMoving ? moved + step : stood >= Self.momentSeconds ? 0 : moved
    let needed = max(Self.leastSeconds, min(Self.patience * grew, Self.mostSeconds))
    guard share >= Self.leastShare, grew <= Self.mostSeconds, moved >= needed else { return }
    (isConfined, isNew) = (true, true)
    (cameOut, wasAlone) = (nil, time)
  }

  /// Whether it was there for more than a moment and never touched a side of the picture. What a flake does takes less time.
  var mayBeOfThePlace: Bool { !wasCut && age >= Self.momentSeconds }

  /// Cells by which bounds may be missed: half a cell is seen at random.
  private static let slack = 1
  /// A gate is there at once, and a vehicle grows: what moves on the spot must do so for so many times as long as it took to grow, within these
  /// bounds. What grew for longer than that went somewhere.
  private static let patience = 3.0
  private static let leastSeconds = 0.5
  private static let mostSeconds = 2.0
  /// Seconds that are more than a moment.
  private static let momentSeconds = 0.25
  /// The share of the zone below which a vehicle from afar is too small to be seen to grow.
  private static let leastShare = 0.03
  /// Shares of the zone beside what moves on the spot: from which on something comes, and from which on that is believed.
  private static let trace = 0.002
  private static let notice = 0.02
  /// Seconds between two pictures of which is known what was between them.
  private static let longestStep = 0.2
}

/// A part of the place in which something moved without getting anywhere.
struct RestlessSpot: Sendable {
  /// The rectangle around it, and since when it moved.
  let bounds: Blob
  let since: MonotonicTime
  /// How much it says, 0 to 1.
  let weight: Float

  /// What was seen to move on the spot is beyond doubt; what vanished where it had appeared must do so twice.
  static let certain: Float = 1
  static let likely: Float = 0.25
  /// The share of the zone that may be left out for it: a door, but not the lane in a snowstorm.
  private static let mostShare = 0.25

  /// Whether so much of the zone is restless that no more may be left out; what stirs beside the zone is no matter.
  static func fill(_ grid: CellGrid, isRestless: (Int) -> Bool) -> Bool {
    Double((0..<grid.count).count { grid.isInZone[$0] && isRestless($0) }) >= mostShare * Double(grid.zoneCells)
  }
}

extension Tracker {
  /// How restless a cell is that was so by `before`, given what moves on the spot in it, `rate` of a picture's time; nil where nothing does.
  func restlessness(of cell: Int, before: Float, rate: Float, in grid: CellGrid) -> Float? {
    for spot in spots where spot.bounds.encloses(cell, in: grid) {
      if let last = covered[cell], last >= spot.since { return before + spot.weight * (1 - before) }
    }
    guard owners[cell] > 0, tracks[Int(owners[cell]) - 1].confinement.isConfined else { return nil }
    return before + rate * (1 - before)
  }
}

extension Blob {
  /// Whether it goes on outside of the picture.
  fileprivate func isCut(by grid: CellGrid) -> Bool {
    left == 0 || top == 0 || right >= grid.columns - 1 || bottom >= grid.rows - 1
  }

  /// Whether another's rectangle lies in this one's, or misses it by no more than some cells.
  fileprivate func holds(_ other: Blob, slack: Int) -> Bool {
    other.left >= left - slack && other.right <= right + slack && other.top >= top - slack
      && other.bottom <= bottom + slack
  }

  /// With a rectangle that holds another's as well.
  fileprivate func widened(to other: Blob) -> Blob {
    var wide = self
    (wide.left, wide.right) = (min(left, other.left), max(right, other.right))
    (wide.top, wide.bottom) = (min(top, other.top), max(bottom, other.bottom))
    return wide
  }
}
