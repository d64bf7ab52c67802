import CameraIO

/// How far vehicles go through one camera's picture, as far as earlier ones showed: what pictures are spaced by before a vehicle's length is known.
///
/// In widths of the picture, from the first sight of the nose to the last of the tail.
struct WayPlan: Sendable, Equatable {
  /// A car in front of a camera close to it that looks across the lane: what is expected of the first vehicle.
  static let usualWay = 4.0

  /// The same by what a camera looks at: where it looks along the lane a car comes from afar or goes there, and takes fewer widths. Of rendered
  /// vehicles it is 1.8 to 4.4 there, the middle 2.6; of those that look across 2.1 to 5.0.
  static func usualWay(of camera: CameraPosition) -> Double {
    camera.looksAlong ? 2.5 : usualWay
  }

  /// The way that a vehicle is expected to make.
  private(set) var way: Double
  private var isLearned = false
  /// Widths of the picture that pictures may lie apart and still show every place twice.
  private(set) var widest: Double

  /// `straight`: the part of a picture's width that looks at a vehicle straight enough.
  init(straight: Double = 1, way: Double = usualWay) {
    widest = straight / 2
    self.way = way
  }

  /// Learns from a vehicle that went by: the first counts for what it is, a longer one at once, a shorter one by and by.
  mutating func learn(_ measured: Double) {
    guard measured.isFinite, measured > 0 else { return }
    let measured = min(measured, Self.mostWay)
    way = isLearned ? max(measured, way + Self.forgetting * (measured - way)) : measured
    isLearned = true
  }

  /// How far from the last picture the next one is to be, when the vehicle has gone `gone` and `left` more pictures are allowed.
  ///
  /// As far as they lie apart on the expected vehicle; farther when what is left would not be enough for a longer one, or when this is one.
  func step(after gone: Double, left: Int, limit: Int) -> Double {
    let even = way / Double(max(limit - 1, 1))
    let coming = max(way * Self.longer, gone * Self.going) - gone
    // The last one is for the end of the way.
    let spare = Double(max(left - 1, 1))
    if even + (spare - 1) * widest >= coming { return even }
    return max(even, coming / spare)
  }

  /// The same where a width of the picture counts `scale`.
  func counted(in scale: Double) -> WayPlan {
    var plan = self
    plan.way *= scale
    plan.widest *= scale
    return plan
  }

  /// Widths of the picture within which one frame stands for all: a third of what pictures lie apart.
  func grain(limit: Int) -> Double { way / Double(max(limit - 1, 1)) / 3 }

  /// A van or a car with a trailer makes so many times the expected way.
  private static let longer = 1.5
  /// What is longer still has always half of its way to come.
  private static let going = 1.5
  /// Parts of the difference by which a shorter vehicle counts.
  private static let forgetting = 0.2
  /// Widths beyond which no way is believed.
  private static let mostWay = 20.0
}

/// What is expected of the vehicles in front of one camera, by what its pictures are spread over.
struct WayPlans: Sendable, Equatable {
  private var own: WayPlan
  private var lane: WayPlan

  /// What is expected at first: by the camera's own pictures, and by those of the lane's cameras that see a vehicle from its side.
  init(own: WayPlan, lane: WayPlan) {
    self.own = own
    self.lane = lane
  }

  /// What is expected along one axis, in its units.
  func plan(along axis: SpreadAxis, _ way: LaneWay) -> WayPlan { axis == .lane ? lane.counted(in: way.scale) : own }

  /// Learns from a vehicle that went by.
  mutating func learn(_ measured: Double, along axis: SpreadAxis) {
    if axis == .lane { lane.learn(measured) } else { own.learn(measured) }
  }
}
