/// How much of what differs from picture to picture is the sensor's own noise: dark lanes, small sensors, pictures that nobody scaled down.
///
/// It is the difference of the calmest third of the cells: vehicles, rain and leaves move some cells, noise moves all. And it is the least of a
/// while, so that a vehicle that fills the picture, or a gust that shakes the camera, does not blind it.
struct NoiseLevel: Sendable {
  /// The variance of the difference of two pictures that is noise, as a share of what counts as motion.
  private var share: Float?
  private var counts = [Int32](repeating: 0, count: NoiseLevel.bins)
  private var total: Int32 = 0

  /// Bins of the histogram, and how many make up one.
  private static let bins = 256
  private static let binsPerUnit: Float = 16
  /// Of so many cells the calmest are asked.
  private static let calmest: Int32 = 3
  /// The mean of a variance over a cell's 16 pixels, in terms of the value that a third of them stay below (chi-square, 15 degrees of freedom).
  private static let meanOverThird: Float = 1.26
  /// The highest of a thousand such variances, in terms of their mean (the same distribution).
  private static let highest: Float = 2.5
  /// Seconds in which a higher level is believed.
  private static let riseSeconds: Float = 20

  /// The factor by which a cell must differ more from the picture before than without noise, in grey levels.
  var motionFactor: Float { max(1, Self.highest * (share ?? 0)).squareRoot() }
  /// The same for what differs from the place. Motion is noise against noise, and its level two thirds of that of structure.
  var structureFactor: Float { max(1, Self.highest * (share ?? 0) / 2 * Self.levels).squareRoot() }
  /// The square of motion's level in terms of structure's.
  private static let levels: Float = 0.44

  /// A cell differed by so much, as a share of what counts as motion.
  mutating func add(_ variance: Float) {
    counts[min(Self.bins - 1, Int(min(variance, 1000) * Self.binsPerUnit))] += 1
    total += 1
  }

  /// All cells of a picture have been added.
  mutating func settle(after seconds: Float) {
    defer {
      for bin in counts.indices { counts[bin] = 0 }
      total = 0
    }
    guard total > 0 else { return }
    var seen: Int32 = 0
    var bin = 0
    while bin < Self.bins - 1, seen + counts[bin] < total / Self.calmest {
      seen += counts[bin]
      bin += 1
    }
    let found = Float(bin) / Self.binsPerUnit * Self.meanOverThird
    guard let share else { return share = found }
    self.share = found < share ? found : share + (found - share) * min(1, seconds / Self.riseSeconds)
  }
}
