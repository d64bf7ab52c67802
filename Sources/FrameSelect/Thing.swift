import CameraIO

/// What one frame of one camera shows of one thing that may be a vehicle.
public struct Thing: Sendable {
  /// Which of the camera's things; a number stays with a thing as long as the camera can follow it.
  public var track: Int
  /// The thing that it was a piece of until emptiness showed between the two: it may be another vehicle, or a part of the same.
  public var partedFrom: Int?
  /// When it appeared in this camera, where that is known better than by when it was first told from others; nil: with its first frame.
  public var appeared: MonotonicTime?
  /// How much of the zone it fills, 0 to 1.
  public var presence: Double
  /// Whether it moves.
  public var isMoving: Bool
  /// The share of it that has a structure of its own: light has none, and neither has a place that was thought to look otherwise.
  public var own = 1.0
  /// Whether what moved of it has left, by a side or out of sight, and the rest stands: the place in another light, a gate - or a vehicle's
  /// smooth side.
  public var isLeftover = false
  /// Whether it only moves on the spot: a gate, strips in a door.
  public var isConfined = false
  /// The picture's width in its heights.
  public var aspect = 1.6
  /// Where it is; nil where nobody knows.
  public var box: PictureBox?
  /// From where to where it lies in the picture's width, without the specks that it leaves behind; nil: as its box.
  var body: ClosedRange<Double>?
  /// How much of its box it fills, 0 to 1.
  public var fill: Double
  /// How far it went since it appeared in this camera; nil when displacement is not measured at all.
  public var travel: Travel?
  /// How far its box has moved over the picture since it appeared, as a share of the picture: coarser than `travel`, but always known.
  public var swept: Double

  /// A thing.
  public init(
    track: Int, appeared: MonotonicTime? = nil, presence: Double, isMoving: Bool, box: PictureBox? = nil,
    fill: Double = 1, travel: Travel? = nil, swept: Double = 0
  ) {
    self.track = track
    self.appeared = appeared
    self.presence = presence
    self.isMoving = isMoving
    self.box = box
    self.fill = fill
    self.travel = travel
    self.swept = swept
  }

  /// How a thing looks.
  enum Shape {
    /// Longer along its way than high: a vehicle, a dog.
    case long
    /// All of it is seen, and it is not.
    case upright
    /// It goes on outside of the picture, or nobody knows which way it goes.
    case unknown
  }

  /// How long a vehicle is at least, in its heights.
  static let longness = 1.2

  var shape: Shape {
    guard let box else { return .long }
    guard let isAcross = travel?.isAcross else { return .unknown }
    let width = (box.right - box.left) * aspect
    let height = box.bottom - box.top
    if (isAcross ? width / height : height / width) >= Self.longness { return .long }
    let isCut = isAcross ? box.left <= 0.01 || box.right >= 0.99 : box.top <= 0.01 || box.bottom >= 0.99
    return isCut ? .unknown : .upright
  }

  /// Whether the two are beside each other on their way, as two vehicles of one lane never are.
  func isBeside(_ other: Thing) -> Bool {
    guard let box, let beside = other.box, let isAcross = (travel?.isAcross ?? other.travel?.isAcross) else {
      return false
    }
    let (one, two) =
      isAcross
      ? ((box.left, box.right), (beside.left, beside.right)) : ((box.top, box.bottom), (beside.top, beside.bottom))
    let shared = min(one.1, two.1) - max(one.0, two.0)
    return shared > Self.besideShare * min(one.1 - one.0, two.1 - two.0)
  }

  /// The share of the shorter one's length: bumper to bumper seen from above they overlap by less.
  private static let besideShare = 0.4

  /// Where on it the frame looks, in widths of the picture since it appeared; nil when displacement cannot tell.
  var position: Double? { travel.flatMap { $0.isKnown ? $0.position : nil } }
}
