import CameraIO

/// The gap between two vehicles bumper to bumper, where a camera shows them as one thing.
///
/// From the side the place shows between them from above down to where their shadows join, far below the top of both: a notch so deep is in
/// no vehicle. What joins a car with its trailer hangs in the air, and the place shows below it, too. From above the place shows from one side
/// to the other.
struct VehicleGap {
  let scene: Scene
  /// By cell: whose it is.
  let owners: [Int32]
  let thing: Blob
  /// Whether the way leads across the picture.
  let isAcross: Bool
  /// When the thing came.
  let since: MonotonicTime
  /// By cell: when anything was last there. A post in front of the lane never is covered.
  let covered: [MonotonicTime?]

  /// How high what joins the two may be, in parts of the lower one's height.
  private static let joint = 0.45
  /// Parts of the picture on both sides of the gap within which that height is taken: a nose or a tail.
  private static let beside = 0.25
  /// Parts of the thing that one of the two is at least: leaves behind a vehicle are less.
  private static let least = 16
  /// Cells of the place below what hangs.
  private static let hanging = 3

  /// The cells of the thing that lie behind the gap; nil where there is none. `goesUp`: whether it goes to the right, or down.
  func cells(behind goesUp: Bool) -> [Int]? {
    let grid = scene.grid
    guard thing.left <= thing.right, thing.top <= thing.bottom else { return nil }
    let lines = isAcross ? thing.left...thing.right : thing.top...thing.bottom
    let profiles = lines.map(profile)
    let least = max(2, Int(Tracker.speck * Double(grid.zoneCells)), thing.area / Self.least)
    guard let gap = Self.widest(open(profiles)), gap.count >= 2,
      profiles[..<gap.lowerBound].reduce(0, { $0 + $1.solid }) >= least,
      profiles[gap.upperBound...].reduce(0, { $0 + $1.solid }) >= least
    else { return nil }
    return owners.indices.filter { cell in
      guard owners[cell] == thing.label else { return false }
      let line = (isAcross ? cell % grid.columns : cell / grid.columns) - lines.lowerBound
      return goesUp ? line < gap.lowerBound : line >= gap.upperBound
    }
  }

  /// What one line across the way shows.
  private struct Profile {
    /// Cells of the thing with a structure of its own.
    var solid = 0
    /// How high they reach, in cells.
    var height = 0
    /// Whether the place shows from side to side.
    var isEmpty = false
    /// Whether the place shows above the thing, where it has been before, and not below it.
    var isNotch = false
  }

  private func profile(_ line: Int) -> Profile {
    let grid = scene.grid
    var profile = Profile()
    var (place, all) = (0, 0)
    var above = (place: 0, covered: 0, all: 0)
    var placeBelow = 0
    let extent = isAcross ? thing.top...thing.bottom : thing.left...thing.right
    for other in (isAcross ? 0...thing.bottom : extent) {
      let cell = isAcross ? other * grid.columns + line : line * grid.columns + other
      guard grid.isInZone[cell] else { continue }
      if owners[cell] == thing.label, scene.isStructured[cell] {
        profile.solid += 1
        if profile.height == 0 { profile.height = extent.upperBound - other + 1 }
        placeBelow = 0
      } else if scene.isPlace[cell] {
        placeBelow += 1
        if extent.contains(other) { place += 1 }
      }
      if extent.contains(other) { all += 1 }
      guard profile.height == 0 else { continue }
      above.all += 1
      if scene.isPlace[cell] { above.place += 1 }
      if let covered = covered[cell], covered >= since { above.covered += 1 }
    }
    profile.isEmpty = profile.solid <= 1 && 2 * place >= all && all > 0
    profile.isNotch =
      isAcross && above.all > 0 && 2 * above.place >= above.all && 4 * above.covered >= above.all
      && placeBelow < Self.hanging
    return profile
  }

  /// Which lines a gap may be in.
  private func open(_ profiles: [Profile]) -> [Bool] {
    let reach = max(2, Int(Self.beside * Double(scene.grid.columns)))
    return profiles.indices.map { index in
      if profiles[index].isEmpty { return true }
      guard profiles[index].isNotch else { return false }
      let before = profiles[max(0, index - reach)..<index].map(\.height).max() ?? 0
      let after = profiles[(index + 1)..<min(profiles.count, index + 1 + reach)].map(\.height).max() ?? 0
      return Double(profiles[index].height) <= Self.joint * Double(min(before, after))
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
}
