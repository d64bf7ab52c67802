import CameraIO

/// How far one thing went in front of one camera since it appeared, along the way that it takes.
public struct Travel: Sendable, Equatable {
  /// Places that must agree before a step cannot be light: where lamps sweep a floor a dozen agree at most, on a vehicle twice as many.
  static let sureBlocks = 14
  /// Widths of the picture below which a sum of displacements may still be a wobble.
  static let certain = 0.04
  /// Widths of the picture that are no tremble: something that has gone so far may be a vehicle that creeps in.
  static let crept = 0.02
  /// So many times as far as along its way something must have gone beside it for that to be its way: a curve at the end does not turn a passage.
  static let turn = 1.5
  /// Seconds without a measurement that the last speed bridges: a vehicle's smooth door passes in that time.
  static let bridgeSeconds = 0.3

  /// Signed, in widths of the picture: forward is positive.
  public private(set) var position = 0.0
  /// The farthest that it was on either side of where it appeared.
  public private(set) var farthest = 0.0
  /// The same, where so many places of the thing agreed that it cannot be light: lamps and their shadows go over a place, too.
  public private(set) var borneOut = 0.0
  /// All of its ways added up, to and fro.
  public private(set) var path = 0.0
  /// Frames in which displacement was measured.
  public private(set) var measured = 0
  /// Places that agreed on the last step; none where it was not measured.
  private(set) var agreeing = 0

  /// The way that counts as forward; nil while it is not known.
  private(set) var way: LaneCamera.Way?
  /// Whether the way was told, and not taken from what moved.
  private let isWayTold: Bool
  private var x = 0.0
  private var y = 0.0
  private var speed = (x: 0.0, y: 0.0)
  private var lastTime: MonotonicTime?
  private var lastMeasured: MonotonicTime?
  private var sure = 0.0
  /// The last step, where it was a guess.
  private var bridged = (x: 0.0, y: 0.0)

  /// Nothing yet. With `forward` nil the way is the one that the thing takes first.
  public init(forward: LaneCamera.Way?) {
    isWayTold = forward != nil
    guard let forward else { return }
    let length = (forward.x * forward.x + forward.y * forward.y).squareRoot()
    if length > 0 { way = LaneCamera.Way(x: forward.x / length, y: forward.y / length) }
  }

  /// Whether the way leads across the picture rather than up or down; nil while it is not known.
  var isAcross: Bool? { way.map { abs($0.x) >= abs($0.y) } }

  /// Whether forward is to the right, or down where the way leads up or down; nil while the way is not known.
  var goesUp: Bool? { way.map { (abs($0.x) >= abs($0.y) ? $0.x : $0.y) > 0 } }

  /// Whether `position` can be relied on: it was measured, and not too long ago.
  public var isKnown: Bool {
    guard let lastTime, let lastMeasured else { return false }
    return lastTime - lastMeasured <= Self.bridgeSeconds
  }

  /// Goes on by what was measured at `time`; nil goes on with the last speed for a moment, and then stands.
  public mutating func add(_ displacement: Displacement?, at time: MonotonicTime) {
    let elapsed = lastTime.map { time - $0 } ?? 0
    lastTime = time
    agreeing = displacement?.blocks ?? 0
    if let displacement {
      measured += 1
      lastMeasured = time
      if elapsed > 0 { speed = (displacement.x / elapsed, displacement.y / elapsed) }
      if displacement.caughtUp != (0, 0) {
        move(x: displacement.caughtUp.x - bridged.x, y: displacement.caughtUp.y - bridged.y)
      }
      bridged = (0, 0)
      let before = position
      move(x: displacement.x, y: displacement.y)
      if displacement.blocks >= Self.sureBlocks {
        sure += position - before
        borneOut = max(borneOut, abs(sure))
      }
      return
    }
    bridged = isKnown ? (speed.x * elapsed, speed.y * elapsed) : (0, 0)
    if isKnown { move(x: bridged.x, y: bridged.y) }
  }

  private mutating func move(x deltaX: Double, y deltaY: Double) {
    x += deltaX
    y += deltaY
    if way == nil, max(abs(x), abs(y)) >= Self.certain {
      way = mainAxis
    } else if let known = way, !isWayTold, beside(known) > Self.turn * max(abs(farthest), Self.certain) {
      // It went there first by a slip: a nose that has just come in is matched askew by a few blocks.
      way = mainAxis
      farthest = 0
    }
    guard let way else { return }
    path += abs(deltaX * way.x + deltaY * way.y)
    position = x * way.x + y * way.y
    if abs(position) > abs(farthest) { farthest = position }
  }

  /// The picture's axis along which it has gone farther, in the direction of where it is.
  private var mainAxis: LaneCamera.Way {
    abs(x) >= abs(y) ? LaneCamera.Way(x: x < 0 ? -1 : 1, y: 0) : LaneCamera.Way(x: 0, y: y < 0 ? -1 : 1)
  }

  /// How far it is beside its way, in widths of the picture.
  private func beside(_ way: LaneCamera.Way) -> Double { abs(x * way.y - y * way.x) }

  /// Which way it went; unknown when it hardly moved.
  public var direction: Direction {
    if abs(farthest) < 2 * Self.certain { return .unknown }
    // Back to a third of its farthest: it left where it came from, a vehicle's length of uncertainty included.
    if abs(position) < abs(farthest) / 3 || (position < 0) != (farthest < 0) { return .turnedBack }
    return position > 0 ? .forward : .backward
  }

  /// Whether all that was seen is the same.
  public static func == (one: Self, other: Self) -> Bool {
    one.position == other.position && one.farthest == other.farthest && one.path == other.path
      && one.measured == other.measured && one.way == other.way && one.x == other.x && one.y == other.y
  }
}
