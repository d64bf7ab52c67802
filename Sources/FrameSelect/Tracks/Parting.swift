import CameraIO

/// When one thing is two, and when two are one.
extension Tracker {
  /// Makes two of a thing whose parts have been apart for some pictures, with the place between them.
  mutating func divide(_ scene: Scene, at time: MonotonicTime, _ thresholds: MotionDetector.Thresholds) {
    var divided = false
    for index in tracks.indices {
      guard let part = pieces(of: index, scene) ?? behindGap(of: index, scene) else {
        tracks[index].dividedPictures = 0
        continue
      }
      tracks[index].dividedPictures += 1
      guard tracks[index].dividedPictures >= Self.dividePictures else { continue }
      tracks[index].dividedPictures = 0
      lastNumber += 1
      tracks.append(Track(number: lastNumber, since: edges.entry(of: part) ?? time, forward: forward))
      tracks[tracks.count - 1].wasParted = true
      for cell in part { owners[cell] = Int32(tracks.count) }
      divided = true
    }
    if divided { measure(scene, thresholds) }
  }

  /// The cells of a second piece of a thing, where it lies in pieces; what moves most goes on as the thing that it was.
  private func pieces(of index: Int, _ scene: Scene) -> [Int]? {
    let grid = scene.grid
    let labels = scene.blobs.labels
    let owner = Int32(index + 1)
    let least = max(2, Int(Self.speck * Double(grid.zoneCells)))
    var parts: [Int32: (cells: Int, moving: Int)] = [:]
    for cell in owners.indices where owners[cell] == owner {
      parts[labels[cell], default: (0, 0)].cells += 1
      if scene.isMoving[cell] { parts[labels[cell], default: (0, 0)].moving += 1 }
    }
    let sorted = parts.filter { $0.value.cells >= least }.sorted {
      ($0.value.moving, $0.value.cells, $1.key) > ($1.value.moving, $1.value.cells, $0.key)
    }
    guard sorted.count > 1 else { return nil }
    let (first, second) = (sorted[0].key, sorted[1].key)
    let isApart = SeeThrough(grid: grid, isPlace: scene.isPlace, isChanged: scene.isChanged).separates(
      border(grid) { owners[$0] == owner && labels[$0] == first },
      border(grid) { owners[$0] == owner && labels[$0] == second })
    return isApart ? owners.indices.filter { owners[$0] == owner && labels[$0] == second } : nil
  }

  /// The cells of what follows behind a gap through which the place shows from side to side: only shadows join the two.
  private func behindGap(of index: Int, _ scene: Scene) -> [Int]? {
    let grid = scene.grid
    let owner = Int32(index + 1)
    let speed = tracks[index].speed
    guard max(abs(speed.x), abs(speed.y)) >= 1 else { return nil }
    let isAcross = abs(speed.x) >= abs(speed.y)
    let blob = tracks[index].blob
    guard blob.left <= blob.right, blob.top <= blob.bottom else { return nil }
    let lines = isAcross ? blob.left...blob.right : blob.top...blob.bottom
    let places = isAcross ? blob.top...blob.bottom : blob.left...blob.right
    var solid = [Int](repeating: 0, count: lines.count)
    var isGap = [Bool](repeating: false, count: lines.count)
    for line in lines {
      var (place, all) = (0, 0)
      for other in places {
        let cell = isAcross ? other * grid.columns + line : line * grid.columns + other
        guard grid.isInZone[cell] else { continue }
        all += 1
        if owners[cell] == owner, scene.isStructured[cell] {
          solid[line - lines.lowerBound] += 1
        } else if scene.isPlace[cell] {
          place += 1
        }
      }
      isGap[line - lines.lowerBound] = solid[line - lines.lowerBound] <= 1 && 2 * place >= all && all > 0
    }
    let least = max(2, Int(Self.speck * Double(grid.zoneCells)))
    guard let gap = Self.widest(isGap), gap.count >= 2, solid[..<gap.lowerBound].reduce(0, +) >= least,
      solid[gap.upperBound...].reduce(0, +) >= least
    else { return nil }
    let goesUp = (isAcross ? speed.x : speed.y) > 0
    return owners.indices.filter { cell in
      guard owners[cell] == owner else { return false }
      let line = (isAcross ? cell % grid.columns : cell / grid.columns) - lines.lowerBound
      return goesUp ? line < gap.lowerBound : line >= gap.upperBound
    }
  }

  /// The longest run of true.
  private static func widest(_ flags: [Bool]) -> Range<Int>? {
    var best = 0..<0
    var start: Int?
    for (index, flag) in (flags + [false]).enumerated() {
      if flag {
        start = start ?? index
      } else if let from = start {
        if index - from > best.count { best = from..<index }
        start = nil
      }
    }
    return best.isEmpty ? nil : best
  }

  /// Of two things that touch, one that never was a vehicle's size for itself is a part of the other; so is what is left of one in the
  /// middle of another.
  mutating func unite(_ scene: Scene, _ thresholds: MotionDetector.Thresholds) {
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
