import CameraIO

/// One thing in front of one camera, followed from picture to picture: a vehicle, a person, a leaf; nobody knows yet.
struct Track: Sendable {
  /// Counts the things of this camera.
  let number: Int
  /// When it appeared.
  let since: MonotonicTime
  /// When it was last seen.
  var lastSeen: MonotonicTime
  /// When a part of it last moved.
  var lastMoved: MonotonicTime
  /// The most cells that it ever had.
  var largest = 0
  /// The cells of it in the last picture that showed it.
  var blob = Blob()
  /// From where to where it lay in that picture's width, without the specks that it leaves behind.
  var body: ClosedRange<Double>?
  /// Cells along each axis that it moves a second, for the guess where it will be next.
  var speed = (x: Float(0), y: Float(0))
  /// Whether it moves.
  var isMoving: Bool { Double(blob.moving) >= Self.movingShare * Double(blob.area) }
  /// The same where it is measured beyond doubt; nothing where it is a guess.
  var measuredSpeed: (x: Float, y: Float) { displacement == nil ? (0, 0) : speed }
  /// The part of a cell's step that the guesses so far have left over.
  var remainder = (x: Float(0), y: Float(0))
  var estimator = DisplacementEstimator()
  var travel: Travel
  /// The last measured displacement; nil where none could be.
  var displacement: Displacement?
  /// How far the centre of its box went, as a share of the picture, and the farthest of it.
  private var sweep = (x: 0.0, y: 0.0)
  private(set) var swept = 0.0
  private var lastBox: PictureBox?
  /// When a good part of it last moved, and when all that moved of it was small, at a side, and fast.
  private var drove: MonotonicTime?
  private var leaving: MonotonicTime?
  /// The cells of it that moved when it last drove.
  var movers: [Int] = []
  /// Whether what moved has left, by a side or out of sight, and what is left of it stands: the place in another light, a gate, no vehicle.
  private(set) var isLeftover = false
  /// The most cells that it ever had while it touched nothing else.
  var largestAlone = 0
  /// Whether it was told from another by the place between the two: they are not one again because their shadows touch.
  var wasParted = false
  /// The thing that it was a piece of, where nothing but emptiness between the two says that they are two: it may be a part of one vehicle.
  var partedFrom: Int?
  /// Whether it only moves on the spot.
  private(set) var confinement = Confinement()
  /// Pictures in a row in which its parts were apart with the empty place between them.
  var dividedPictures = 0

  init(number: Int, since: MonotonicTime, forward: LaneCamera.Way?) {
    self.number = number
    self.since = since
    lastSeen = since
    lastMoved = since
    travel = Travel(forward: forward)
  }

  /// The way of the box's centre, for things that are too smooth or too fast to measure. Jumps are other things that joined, not motion.
  mutating func follow(_ box: PictureBox, after seconds: Double, grid: CellGrid) {
    defer { lastBox = box }
    guard let lastBox else { return }
    let step = (x: box.centre.x - lastBox.centre.x, y: box.centre.y - lastBox.centre.y)
    if isMoving, max(abs(step.x), abs(step.y)) <= Self.largestStep {
      sweep = (sweep.x + step.x, sweep.y + step.y)
      swept = max(swept, abs(sweep.x), abs(sweep.y))
    }
    guard seconds > 0 else { return }
    if let displacement {
      let cells = Float(grid.pictureWidth) / Float(CellGrid.cellSize) / Float(seconds)
      speed = (Float(displacement.x) * cells, Float(displacement.y) * cells)
    } else if max(abs(step.x), abs(step.y)) <= Self.largestStep {
      // The box of what enters or leaves grows at one side only: its centre moves at half the pace, in the right direction.
      let wanted = (
        x: Float(step.x * Double(grid.columns) / seconds), y: Float(step.y * Double(grid.rows) / seconds)
      )
      speed = (0.5 * speed.x + 0.5 * wanted.x, 0.5 * speed.y + 0.5 * wanted.y)
    }
  }

  /// Sees whether it goes anywhere. What it is and how far it went is reckoned from where something comes out of it.
  mutating func noteConfinement(at time: MonotonicTime, after seconds: Double, grid: CellGrid, forward: LaneCamera.Way?)
  {
    confinement.note(blob, isMoving: isMoving, isFree: isFree(in: grid), at: time, after: seconds, in: grid)
    guard confinement.isConfined else { return }
    // It is there, though it does not count.
    lastSeen = time
    (largest, sweep, swept, speed) = (0, (0, 0), 0, (0, 0))
    displacement = nil
    travel = Travel(forward: forward)
  }

  /// Whether it is a vehicle close by, or went so far over the picture that it is not bound to a spot.
  private func isFree(in grid: CellGrid) -> Bool {
    Double(largest) >= Self.closeShare * Double(grid.zoneCells) || swept >= Self.freeSweep
  }

  /// Where it turned out in this picture to move on the spot.
  var newSpot: RestlessSpot? {
    guard confinement.isNew, let bounds = confinement.bounds else { return nil }
    return RestlessSpot(bounds: bounds, since: since, weight: RestlessSpot.certain)
  }

  /// Where it was, now that it is gone, if it never got anywhere.
  func spot(in grid: CellGrid) -> RestlessSpot? {
    guard confinement.mayBeOfThePlace, !isFree(in: grid), let bounds = confinement.bounds else { return nil }
    return RestlessSpot(bounds: bounds, since: since, weight: RestlessSpot.likely)
  }

  /// Whether a good part of it moves.
  var isDriving: Bool { Double(blob.moving) >= Self.drivingShare * Double(blob.area) }

  /// Tells a vehicle that has left from one that stops: what brakes moves all over until it stands, and stands where it moved last.
  ///
  /// `isThere`: whether it, or another that moves, has a cell. `least`: from so many cells on what stands may be a vehicle.
  mutating func note(moving: Blob, in grid: CellGrid, least: Int, isThere: (Int) -> Bool, at time: MonotonicTime) {
    if isDriving { drove = time }
    if hasVanished(moving, least: least, isThere: isThere, at: time) {
      isLeftover = true
      leaving = nil
      return
    }
    let isAtSide =
      moving.left == 0 || moving.top == 0 || moving.right == grid.columns - 1 || moving.bottom == grid.rows - 1
    if moving.area >= 3, isAtSide, 2 * moving.rectangle < blob.rectangle, 5 * moving.moving >= 2 * moving.area {
      leaving = time
    }
    // A glow that follows it fades without rushing.
    if moving.area >= 3, 10 * moving.moving >= moving.area || leaving.map({ time - $0 >= Self.fadingSeconds }) ?? true {
      isLeftover = false
      return
    }
    guard let drove, let leaving, time - drove < Self.leavingSeconds else { return }
    // What brakes creeps at last; what leaves goes as fast as before until it is gone.
    isLeftover = isLeftover || time - leaving < Self.fadingSeconds
  }

  /// Whether what drove a moment ago is in hardly any of the cells that it moved in, and what is left stands, as large as a vehicle.
  private func hasVanished(_ moving: Blob, least: Int, isThere: (Int) -> Bool, at time: MonotonicTime) -> Bool {
    guard let drove, time - drove < Self.fadingSeconds, !isDriving, !isLeftover, !movers.isEmpty, moving.area < 3,
      blob.area >= least, abs(travel.farthest) >= Travel.certain
    else { return false }
    return Double(movers.count(where: isThere)) < Self.remainingShare * Double(movers.count)
  }

  /// The share of its cells that move where it moves at all: rain and blinkers move fewer.
  static let movingShare = 0.05
  /// Shares of the zone and of the picture for that: a gate from outside fills a fifth, and the middle of what sways wanders by a seventh.
  private static let closeShare = 0.3
  private static let freeSweep = 0.15
  /// The share of its cells that move while it drives.
  static let drivingShare = 0.3
  /// Of the cells in which it moved last it still has so many, where it only stopped.
  private static let remainingShare = 0.3
  /// Seconds in which the last of a vehicle leaves the picture.
  private static let leavingSeconds = 1.5

  /// Seconds in which what shines behind it fades.
  private static let fadingSeconds = 0.5

  /// The share of the picture that a box's centre moves between two pictures at most.
  private static let largestStep = 0.12
}
