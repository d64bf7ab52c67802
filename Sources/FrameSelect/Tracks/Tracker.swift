import CameraIO

/// Follows every thing in front of one camera, each for itself, as long as it is there.
///
/// A thing is the cells that it had a moment ago, moved on by its speed, and what hangs together with them now. Things that touch share
/// their cells by where each should be; what parts with the empty place showing between is two things from then on.
struct Tracker: Sendable {
  /// Seconds without a cell after which a thing is gone.
  static let forgetSeconds = 0.3
  /// Cells below which a group is a speck, as a share of the zone.
  static let speck = 0.006
  /// Cells across which the parts of one thing may lie apart when the place does not show between them.
  static let bridge = 12
  /// Pictures in a row in which the place must show between two parts before they are two things.
  static let dividePictures = 3

  var tracks: [Track] = []
  /// By cell: one more than the index in `tracks` of the thing that it belongs to; 0: none.
  var owners: [Int32]
  /// The same, with the last known place of things that are out of sight for a moment.
  private var remembered: [Int32]
  private var expected: [Int32]
  /// By cell: when a thing was last in it.
  private(set) var covered: [MonotonicTime?]
  /// Where in this picture something turned out to have moved without getting anywhere.
  private(set) var spots: [RestlessSpot] = []
  let forward: LaneCamera.Way?
  var edges: EdgeHistory
  var lastNumber = 0
  private var lastTime: MonotonicTime?

  init(grid: CellGrid, forward: LaneCamera.Way?) {
    owners = [Int32](repeating: 0, count: grid.count)
    edges = EdgeHistory(grid: grid)
    remembered = owners
    expected = owners
    covered = [MonotonicTime?](repeating: nil, count: grid.count)
    self.forward = forward
  }

  /// What is left of the things in `picture`, and what has come.
  mutating func follow(
    _ scene: Scene, _ picture: LumaImage, at time: MonotonicTime, isHeld: Bool, thresholds: MotionDetector.Thresholds
  ) {
    let elapsed = lastTime.map { max(0, time - $0) } ?? 0
    lastTime = time
    forget(scene.grid, thresholds, isHeld: isHeld, at: time)
    expect(scene.grid, after: elapsed)
    share(scene, isHeld: isHeld, thresholds)
    adopt(scene, at: time, isHeld: isHeld, thresholds)
    measure(scene, thresholds)
    edges.note(owners, at: time)
    for cell in owners.indices where owners[cell] > 0 { covered[cell] = time }
    divide(scene, at: time, thresholds)
    unite(scene, thresholds)
    observe(scene, picture, at: time, after: elapsed, thresholds)
    remember()
  }

  private mutating func remember() {
    for cell in owners.indices {
      let absent = expected[cell] > 0 && tracks[Int(expected[cell]) - 1].blob.area == 0
      remembered[cell] = owners[cell] == 0 && absent ? expected[cell] : owners[cell]
    }
  }

  /// Lets go of what has not been seen for a moment, and of what a vehicle that has left seems to have left behind.
  private mutating func forget(
    _ grid: CellGrid, _ thresholds: MotionDetector.Thresholds, isHeld: Bool, at time: MonotonicTime
  ) {
    let vehicle = Int(thresholds.protectedShare * Double(grid.zoneCells))
    let kept = tracks.map { track in
      let isRemnant = !track.confinement.isConfined && track.largest >= vehicle && track.blob.area < vehicle
      // While a vehicle is in the lane it may be its smooth side; afterwards it is the place that has changed.
      if track.isLeftover, !isHeld { return false }
      return time - track.lastSeen < Self.forgetSeconds && !(isRemnant && time - track.lastMoved >= Self.forgetSeconds)
    }
    spots = []
    guard kept.contains(false) else { return }
    // While a vehicle is in the lane it may have been a part of it.
    if !isHeld {
      spots = zip(tracks, kept).compactMap { $1 ? nil : $0.spot(in: grid) }
    }
    var number: Int32 = 0
    let renumbered = kept.map { isKept -> Int32 in
      number += isKept ? 1 : 0
      return isKept ? number : 0
    }
    for cell in remembered.indices where remembered[cell] > 0 {
      remembered[cell] = renumbered[Int(remembered[cell]) - 1]
    }
    tracks = zip(tracks, kept).filter(\.1).map(\.0)
  }

  /// Moves the cells of every thing to where it should be by now.
  private mutating func expect(_ grid: CellGrid, after elapsed: Double) {
    for cell in expected.indices { expected[cell] = 0 }
    var shifts: [(x: Int, y: Int)] = []
    for index in tracks.indices {
      let wanted = (
        x: tracks[index].speed.x * Float(elapsed) + tracks[index].remainder.x,
        y: tracks[index].speed.y * Float(elapsed) + tracks[index].remainder.y
      )
      let shift = (x: Int(wanted.x.rounded()), y: Int(wanted.y.rounded()))
      tracks[index].remainder = (wanted.x - Float(shift.x), wanted.y - Float(shift.y))
      shifts.append(shift)
    }
    for cell in remembered.indices where remembered[cell] > 0 {
      let owner = remembered[cell]
      let shift = shifts[Int(owner) - 1]
      let (x, y) = (cell % grid.columns + shift.x, cell / grid.columns + shift.y)
      guard x >= 0, x < grid.columns, y >= 0, y < grid.rows else { continue }
      let target = y * grid.columns + x
      // Where two should be in the same place, the one that was there first stays in front.
      if expected[target] == 0 || expected[target] > owner { expected[target] = owner }
    }
  }

  /// Gives every group of cells to the things that should be there.
  private mutating func share(_ scene: Scene, isHeld: Bool, _ thresholds: MotionDetector.Thresholds) {
    let labels = scene.blobs.labels
    for cell in owners.indices { owners[cell] = 0 }
    guard !tracks.isEmpty else { return }
    // How many cells of each group each thing should have.
    var claims = [[Int32: Int]](repeating: [:], count: scene.blobs.blobs.count)
    for cell in labels.indices where labels[cell] > 0 && expected[cell] > 0 {
      claims[Int(labels[cell]) - 1][expected[cell], default: 0] += 1
    }
    let matter = isHeld ? thresholds.matterWhileHeld : thresholds.matter
    let isBelieved = zip(scene.blobs.blobs, claims).map { blob, claims in
      // What was matter does not turn into light: the side of a van that fills the picture shows neither structure nor outline, and is
      // still the thing that came in a moment ago.
      let known = claims.values.reduce(0, +)
      return known > 0 && (isHeld && 2 * known >= blob.area || Double(blob.structured) >= matter * Double(blob.area))
    }
    var isShared = false
    for cell in labels.indices where labels[cell] > 0 && isBelieved[Int(labels[cell]) - 1] {
      let group = claims[Int(labels[cell]) - 1]
      if group.count == 1, let only = group.keys.first {
        owners[cell] = only
      } else {
        owners[cell] = expected[cell]
        isShared = true
      }
    }
    if isShared { spread(scene.grid, labels) }
  }

  /// Cells of a shared group that nobody expected go to the nearest thing in the group.
  private mutating func spread(_ grid: CellGrid, _ labels: [Int32]) {
    var front = owners.indices.filter { owners[$0] > 0 }
    while !front.isEmpty {
      var next: [Int] = []
      for cell in front {
        let (row, column) = (cell / grid.columns, cell % grid.columns)
        for y in max(0, row - 1)...min(grid.rows - 1, row + 1) {
          for x in max(0, column - 1)...min(grid.columns - 1, column + 1) {
            let beside = y * grid.columns + x
            if owners[beside] == 0, labels[beside] == labels[cell] {
              owners[beside] = owners[cell]
              next.append(beside)
            }
          }
        }
      }
      front = next
    }
  }

  /// Groups that nobody expected: parts of a thing that is near, or something new.
  private mutating func adopt(
    _ scene: Scene, at time: MonotonicTime, isHeld: Bool, _ thresholds: MotionDetector.Thresholds
  ) {
    let labels = scene.blobs.labels
    let least = max(2, Int(Self.speck * Double(scene.grid.zoneCells)))
    var isOwned = [Bool](repeating: false, count: scene.blobs.blobs.count)
    for cell in labels.indices where labels[cell] > 0 && owners[cell] > 0 { isOwned[Int(labels[cell]) - 1] = true }
    let known = tracks.count
    for (index, blob) in scene.blobs.blobs.enumerated() where !isOwned[index] && blob.area > 0 {
      guard known > 0 || blob.area >= least else { continue }
      let cells = labels.indices.filter { labels[$0] == blob.label }
      if let near = nearby(cells, scene, among: known) {
        for cell in cells { owners[cell] = Int32(near + 1) }
      } else if blob.area >= least, Double(blob.structured) >= thresholds.matter * Double(blob.area) {
        lastNumber += 1
        tracks.append(Track(number: lastNumber, since: time, forward: forward))
        for cell in cells { owners[cell] = Int32(tracks.count) }
      }
    }
  }

  /// The known thing that a group lies so near to that, without the place showing between, it is a part of it.
  private func nearby(_ cells: [Int], _ scene: Scene, among known: Int) -> Int? {
    let grid = scene.grid
    var best: (index: Int, distance: Int)?
    for index in 0..<known {
      let owner = Int32(index + 1)
      let border = border(grid) { owners[$0] == owner }
      var distance = Int.max
      for from in border {
        for to in cells {
          distance = min(
            distance,
            max(abs(from % grid.columns - to % grid.columns), abs(from / grid.columns - to / grid.columns)))
        }
      }
      guard distance <= Self.bridge, distance < best?.distance ?? .max else { continue }
      let isApart = SeeThrough(grid: grid, isPlace: scene.isPlace, isChanged: scene.isChanged).separates(border, cells)
      if !isApart { best = (index, distance) }
    }
    return best?.index
  }

  /// Cells of a set that have a neighbour outside of it.
  func border(_ grid: CellGrid, _ isInside: (Int) -> Bool) -> [Int] {
    (0..<grid.count).filter { cell in
      guard isInside(cell) else { return false }
      let (row, column) = (cell / grid.columns, cell % grid.columns)
      return row == 0 || column == 0 || row == grid.rows - 1 || column == grid.columns - 1
        || !isInside(cell - 1) || !isInside(cell + 1) || !isInside(cell - grid.columns)
        || !isInside(cell + grid.columns)
    }
  }

  mutating func measure(_ scene: Scene, _ thresholds: MotionDetector.Thresholds) {
    for index in tracks.indices {
      tracks[index].blob = Blob()
      tracks[index].blob.label = Int32(index + 1)
    }
    for cell in owners.indices where owners[cell] > 0 {
      scene.count(cell, into: &tracks[Int(owners[cell]) - 1].blob, thresholds)
    }
  }

  private mutating func observe(
    _ scene: Scene, _ picture: LumaImage, at time: MonotonicTime, after elapsed: Double,
    _ thresholds: MotionDetector.Thresholds
  ) {
    let grid = scene.grid
    let least = max(2, Int(Self.speck * Double(grid.zoneCells)))
    var moving = [Blob](repeating: Blob(), count: tracks.count)
    for index in tracks.indices where tracks[index].isDriving { tracks[index].movers.removeAll(keepingCapacity: true) }
    for cell in owners.indices where owners[cell] > 0 && scene.isMoving[cell] {
      if tracks[Int(owners[cell]) - 1].isDriving { tracks[Int(owners[cell]) - 1].movers.append(cell) }
      moving[Int(owners[cell]) - 1].enclose(cell, columns: grid.columns)
      moving[Int(owners[cell]) - 1].area += 1
      if scene.isRushing[cell] { moving[Int(owners[cell]) - 1].moving += 1 }
    }
    let half = tracks.isEmpty ? nil : picture.halved()
    let isMoving = tracks.map(\.isMoving)
    let standing = Int(thresholds.protectedShare * Double(grid.zoneCells))
    for index in tracks.indices {
      let blob = tracks[index].blob
      if blob.right >= 0 {
        tracks[index].noteConfinement(at: time, after: elapsed, grid: grid, forward: forward)
      }
      if let spot = tracks[index].newSpot { spots.append(spot) }
      guard !tracks[index].confinement.isConfined else { continue }
      guard blob.area > 0, let half else {
        tracks[index].displacement = nil
        tracks[index].travel.add(nil, at: time)
        continue
      }
      if blob.area >= least { tracks[index].lastSeen = time }
      tracks[index].body = bodySpan(of: blob, moving: moving[index], grid)
      if tracks[index].isMoving { tracks[index].lastMoved = time }
      // Where another moves now, that may be what moved there as a part of this one.
      let label = Int32(index + 1)
      tracks[index].note(
        moving: moving[index], in: grid, least: standing,
        isThere: { cell in owners[cell] == label || owners[cell] > 0 && isMoving[Int(owners[cell]) - 1] }, at: time)
      tracks[index].largest = max(tracks[index].largest, blob.area)
      let cells = TrackCells(grid: grid, owners: owners, isMoving: scene.isMoving, label: blob.label, blob: blob)
      tracks[index].displacement = tracks[index].estimator.observe(picture, half: half, at: time, on: cells)
      tracks[index].travel.add(tracks[index].displacement, at: time)
      tracks[index].follow(blob.box(in: grid), after: elapsed, grid: grid)
    }
  }

  /// Whether the thing in a cell came there by itself and stopped: whatever its outline looks like, it is no ghost.
  func hasDriven(to cell: Int) -> Bool {
    guard owners[cell] > 0 else { return false }
    let track = tracks[Int(owners[cell]) - 1]
    return abs(track.travel.farthest) >= Travel.crept && !track.isLeftover
  }
}

/// The cells of one thing, for whoever measures on it.
struct TrackCells {
  let grid: CellGrid
  let owners: [Int32]
  let isMoving: [Bool]
  let label: Int32
  let blob: Blob
}
