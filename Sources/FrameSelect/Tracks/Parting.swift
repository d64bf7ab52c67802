import CameraIO

/// When one thing is two, and when two are one.
extension Tracker {
  /// Makes two of a thing whose parts have been apart for some pictures, with the place between them.
  mutating func divide(_ scene: Scene, at time: MonotonicTime, _ thresholds: MotionDetector.Thresholds) {
    var divided = false
    for index in tracks.indices {
      let piece = pieces(of: index, scene, thresholds)
      guard let part = piece ?? behindGap(of: index, scene) else {
        tracks[index].dividedPictures = 0
        continue
      }
      tracks[index].dividedPictures += 1
      guard tracks[index].dividedPictures >= Self.dividePictures else { continue }
      tracks[index].dividedPictures = 0
      let whole = tracks[index]
      let vehicle = Int(thresholds.protectedShare * Double(scene.grid.zoneCells))
      lastNumber += 1
      // A piece of what never was a vehicle's size came with the rest of it.
      let since = edges.entry(of: part) ?? (whole.largest < vehicle ? whole.since : time)
      tracks.append(Track(number: lastNumber, since: since, forward: forward))
      tracks[tracks.count - 1].wasParted = piece == nil || min(part.count, whole.blob.area - part.count) >= vehicle
      if piece != nil { tracks[tracks.count - 1].partedFrom = whole.number }
      for cell in part { owners[cell] = Int32(tracks.count) }
      divided = true
    }
    if divided { measure(scene, thresholds) }
  }

  /// The cells of a second piece of a thing, where it lies in pieces.
  private func pieces(of index: Int, _ scene: Scene, _ thresholds: MotionDetector.Thresholds) -> [Int]? {
    let grid = scene.grid
    let labels = scene.blobs.labels
    let owner = Int32(index + 1)
    let least = max(2, Int(Self.speck * Double(grid.zoneCells)))
    // By label: a dictionary takes memory for every cell that it is asked for.
    var parts = (0...scene.blobs.blobs.count).map { Blob(label: Int32($0)) }
    for cell in owners.indices where owners[cell] == owner {
      let label = Int(labels[cell])
      parts[label].enclose(cell, columns: grid.columns)
      parts[label].count(isStructured: false, isMoving: scene.isMoving[cell])
    }
    let sorted = parts.filter { $0.area >= least }.sorted {
      ($0.moving, $0.area, $1.label) > ($1.moving, $1.area, $0.label)
    }
    guard sorted.count > 1 else { return nil }
    var (first, second) = (sorted[0], sorted[1])
    let vehicle = Int(thresholds.protectedShare * Double(grid.zoneCells))
    if isOld(second, rather: first, tracks[index], grid, vehicle) { swap(&first, &second) }
    let isApart = SeeThrough(grid: grid, isPlace: scene.isPlace, isChanged: scene.isChanged).separates(
      border(grid) { owners[$0] == owner && labels[$0] == first.label },
      border(grid) { owners[$0] == owner && labels[$0] == second.label })
    return isApart ? owners.indices.filter { owners[$0] == owner && labels[$0] == second.label } : nil
  }

  /// Which of two pieces goes on as the thing that it was: usually what moves most, and not what it has left behind.
  private func isOld(
    _ one: Blob, rather other: Blob, _ track: Track, _ grid: CellGrid, _ vehicle: Int
  ) -> Bool {
    let isAcross = track.travel.isAcross ?? (abs(track.speed.x) >= abs(track.speed.y))
    func ends(_ piece: Blob) -> (low: Int, high: Int) {
      isAcross ? (piece.left, piece.right) : (piece.top, piece.bottom)
    }
    let (small, large) = one.area < other.area ? (one, other) : (other, one)
    let isAtSide = ends(small).low == 0 || ends(small).high == (isAcross ? grid.columns : grid.rows) - 1
    let speed = isAcross ? track.speed.x : track.speed.y
    // Somebody who walks past a vehicle that stands: what is small and seen whole is no vehicle that comes or goes.
    if !isAtSide, abs(speed) < 1, 2 * small.area <= large.area { return one.label == large.label }
    let middles = [one, other].map { ends($0).low + ends($0).high }
    let goesUp = abs(speed) >= 1 ? speed > 0 : track.travel.goesUp == (track.travel.position >= 0)
    guard goesUp ? middles[0] > middles[1] : middles[0] < middles[1] else { return false }
    // What comes behind a vehicle and is smaller was not there before it, however much it moves: leaves of a tree.
    if one.area >= 2 * other.area { return true }
    // Of two vehicles that drive the one ahead was there first. The last that is seen of a car before its trailer is none any more; neither
    // is what lamps throw ahead, of which little moves, nor what lies beside.
    let areDriven =
      Double(large.moving) >= Track.movingShare * Double(large.area)
      && Double(small.moving) >= Track.drivingShare * Double(small.area)
    let together = min(ends(one).high, ends(other).high) - max(ends(one).low, ends(other).low)
    let isBehind = 2 * together < ends(small).high - ends(small).low
    return areDriven && isBehind && abs(speed) >= 1 && small.area >= vehicle
  }

  /// The cells of what follows behind a gap between two vehicles that only shadows join.
  private func behindGap(of index: Int, _ scene: Scene) -> [Int]? {
    let speed = tracks[index].speed
    guard max(abs(speed.x), abs(speed.y)) >= 1 else { return nil }
    let isAcross = abs(speed.x) >= abs(speed.y)
    let gap = VehicleGap(
      scene: scene, owners: owners, thing: tracks[index].blob, isAcross: isAcross,
      since: tracks[index].since, covered: covered)
    let goesUp = (isAcross ? speed.x : speed.y) > 0
    return gap.cells(behind: goesUp)
  }

  /// Of two things that touch, one that never was a vehicle's size for itself is a part of the other; so is what is left of one in the
  /// middle of another.
  mutating func unite(_ scene: Scene, _ thresholds: MotionDetector.Thresholds) {
    guard !tracks.isEmpty else { return }
    let labels = scene.blobs.labels
    let vehicle = Int(thresholds.protectedShare * Double(scene.grid.zoneCells))
    var owner = [Int32](repeating: 0, count: scene.blobs.blobs.count)
    var isAlone = [Bool](repeating: true, count: tracks.count)
    var joins = [Int32](repeating: 0, count: tracks.count + 1)
    func last(_ owner: Int32) -> Int32 {
      var target = owner
      while joins[Int(target)] > 0 { target = joins[Int(target)] }
      return target
    }
    for cell in owners.indices where owners[cell] > 0 && labels[cell] > 0 {
      let group = Int(labels[cell]) - 1
      guard owner[group] > 0 else {
        owner[group] = owners[cell]
        continue
      }
      guard owner[group] != owners[cell] else { continue }
      isAlone[Int(owner[group]) - 1] = false
      isAlone[Int(owners[cell]) - 1] = false
      let (one, other) = (last(owner[group]), last(owners[cell]))
      guard one != other else { continue }
      let (first, second) = (tracks[Int(one) - 1], tracks[Int(other) - 1])
      if Self.isRemnant(first, within: second, vehicle) {
        joins[Int(one)] = other
        continue
      } else if Self.isRemnant(second, within: first, vehicle) {
        joins[Int(other)] = one
        continue
      }
      let sizes = (first.largestAlone, second.largestAlone)
      guard min(sizes.0, sizes.1) < vehicle, !first.wasParted, !second.wasParted else { continue }
      // The larger one stays; of two that are new the one that was there first.
      let isFirst = max(sizes.0, sizes.1) < vehicle ? one < other : sizes.0 >= sizes.1
      joins[Int(isFirst ? other : one)] = isFirst ? one : other
    }
    for index in tracks.indices where isAlone[index] {
      tracks[index].largestAlone = max(tracks[index].largestAlone, tracks[index].blob.area)
    }
    guard joins.contains(where: { $0 > 0 }) else { return }
    for cell in owners.indices where owners[cell] > 0 { owners[cell] = last(owners[cell]) }
    measure(scene, thresholds)
  }

  /// What is left of a thing that has gone: still, or hardly anything, in the middle of another.
  private static func isRemnant(_ one: Track, within other: Track, _ vehicle: Int) -> Bool {
    let isLittle =
      one.blob.area < vehicle / 4 || (4 * one.blob.area < other.blob.area && 3 * one.blob.moving < one.blob.area)
    return isLittle && other.blob.surrounds(one.blob)
  }
}
