import CameraIO

/// How far the thing in front of a camera moved since the picture before.
public struct Displacement: Sendable, Equatable {
  /// To the right, in widths of the picture.
  public let x: Double
  /// Down, in widths of the picture (not heights).
  public let y: Double
  /// The share of the measured places that agree, 0.5 to 1.
  public let confidence: Double
  /// How many places agree.
  public let blocks: Int
  /// The step before this one, where it is known only now to have been one: to the right and down, in widths of the picture.
  public let caughtUp: (x: Double, y: Double)

  /// A displacement.
  public init(
    x: Double, y: Double, confidence: Double, blocks: Int = DisplacementEstimator.maximumBlocks,
    caughtUp: (x: Double, y: Double) = (0, 0)
  ) {
    self.x = x
    self.y = y
    self.confidence = confidence
    self.blocks = blocks
    self.caughtUp = caughtUp
  }

  /// Whether all of it is the same.
  public static func == (one: Self, other: Self) -> Bool {
    (one.x, one.y, one.confidence, one.blocks) == (other.x, other.y, other.confidence, other.blocks)
      && one.caughtUp == other.caughtUp
  }
}

/// Measures how far the vehicle in front of one camera moves from picture to picture, and knows when it does not know.
///
/// Small blocks of the thing are looked for in an earlier picture, the anchor, that is kept until the thing has gone some way: what
/// creeps is measured over a longer distance, and what stands has moved by exactly nothing, without drift. The answer is the mean of
/// the blocks that agree with the median; where too few agree there is none. What moves goes on moving: a step that nothing announced
/// counts only when the next picture bears it out, since in light that wanders over a place blocks agree by chance now and then.
public struct DisplacementEstimator: Sendable {
  /// Pixels of the half-size picture along each side of a block: 16 pixels of the small picture, an eighth of a vehicle.
  static let blockSize = 8
  /// Pixels of the half-size picture that a thing may move between two pictures: a fifth of the width, 60 km/h at 1.5 m and 30 a second.
  static let reach = 24
  /// The most blocks that are measured.
  public static let maximumBlocks = 40
  /// Blocks that must agree.
  static let leastBlocks = 3
  /// Pixels of the small picture after which the anchor is renewed: by then the view of the thing has not changed yet.
  static let anchorDistance: Float = 6
  /// Pixels of the small picture that a thing may step without having been announced: no further than a place seems to move in another light.
  static let trivialStep: Float = 0.5

  /// What enough blocks say, in pixels since the anchor.
  private struct Agreement {
    let x: Float
    let y: Float
    let confidence: Double
    let blocks: Int
    /// Whether it was found where the last step said.
    var isExpected = false
  }

  private struct Anchor: Sendable {
    let picture: LumaImage
    let half: LumaImage
    let time: MonotonicTime
    /// What has been reported since this anchor was set.
    var reported: (x: Float, y: Float) = (0, 0)
  }

  private var anchor: Anchor?
  private var velocity: (x: Float, y: Float) = (0, 0)
  private var isLocked = false
  /// A step that nothing announced, until the next picture.
  private var unproven: (x: Float, y: Float)?

  /// An estimator that has seen nothing.
  public init() {}

  /// Measures on the cells of one thing; `half` is the picture at half its size. Nil when there is nothing to measure on or no agreement.
  mutating func observe(_ picture: LumaImage, half: LumaImage, at time: MonotonicTime, on cells: TrackCells)
    -> Displacement?
  {
    guard var anchor, anchor.picture.width == picture.width, anchor.picture.height == picture.height,
      time - anchor.time < 2
    else {
      self.anchor = Anchor(picture: picture, half: half, time: time)
      return nil
    }
    let expected = (x: anchor.reported.x + velocity.x, y: anchor.reported.y + velocity.y)
    guard let found = match(picture, half, anchor, cells, expected: expected) else {
      self.anchor = Anchor(picture: picture, half: half, time: time)
      isLocked = false
      unproven = nil
      velocity = (0, 0)
      return nil
    }
    velocity = (found.x - anchor.reported.x, found.y - anchor.reported.y)
    isLocked = true
    let isProven = found.isExpected || max(abs(velocity.x), abs(velocity.y)) <= Self.trivialStep
    let before: (x: Float, y: Float) = isProven ? unproven ?? (0, 0) : (0, 0)
    unproven = isProven ? nil : velocity
    let width = Double(picture.width)
    let result = Displacement(
      x: Double(velocity.x) / width, y: Double(velocity.y) / width, confidence: found.confidence, blocks: found.blocks,
      caughtUp: (Double(before.x) / width, Double(before.y) / width))
    if found.x * found.x + found.y * found.y > Self.anchorDistance * Self.anchorDistance {
      self.anchor = Anchor(picture: picture, half: half, time: time)
    } else {
      anchor.reported = (found.x, found.y)
      self.anchor = anchor
    }
    return isProven ? result : nil
  }

  private func match(
    _ picture: LumaImage, _ half: LumaImage, _ anchor: Anchor, _ cells: TrackCells,
    expected: (x: Float, y: Float)
  ) -> Agreement? {
    let blocks = BlockMatcher.blocks(in: half, on: cells)
    guard blocks.count >= Self.leastBlocks else { return nil }
    // Looked for near where it should be first; everywhere when that fails.
    if isLocked, var near = agreed(picture, half, anchor, blocks, around: expected, reach: 5) {
      near.isExpected = true
      return near
    }
    return agreed(picture, half, anchor, blocks, around: (0, 0), reach: Self.reach)
  }

  private func agreed(
    _ picture: LumaImage, _ half: LumaImage, _ anchor: Anchor, _ blocks: [BlockMatcher.Block],
    around: (x: Float, y: Float), reach: Int
  ) -> Agreement? {
    var vectors: [(x: Float, y: Float)] = []
    vectors.reserveCapacity(blocks.count)
    let centre = (x: Int((-around.x / 2).rounded()), y: Int((-around.y / 2).rounded()))
    var costs: [UInt32] = []
    for block in blocks {
      guard
        let rough = BlockMatcher.search(
          block, in: half, for: anchor.half, around: centre, reach: reach, costs: &costs)
      else { continue }
      // Light that changes over a place that stands still makes it resemble any other part of itself.
      if BlockMatcher.standsStill(block, in: half, for: anchor.half, insteadOf: rough) {
        vectors.append((0, 0))
        continue
      }
      let fine = BlockMatcher.refine(block, rough, in: picture, for: anchor.picture)
      // The block was found in the past at +v, so the thing has moved by -v.
      vectors.append((-fine.x, -fine.y))
    }
    guard vectors.count >= Self.leastBlocks else { return nil }
    let medianX = vectors.map(\.x).sorted()[vectors.count / 2]
    let medianY = vectors.map(\.y).sorted()[vectors.count / 2]
    // Perspective: near parts of one vehicle move up to a third faster than its middle.
    let tolerance = max(1, 0.35 * max(abs(medianX), abs(medianY)))
    var sum = (x: Float(0), y: Float(0))
    var agreeing = 0
    for vector in vectors where abs(vector.x - medianX) <= tolerance && abs(vector.y - medianY) <= tolerance {
      sum.x += vector.x
      sum.y += vector.y
      agreeing += 1
    }
    guard agreeing >= Self.leastBlocks, agreeing * 2 >= vectors.count else { return nil }
    let count = Float(agreeing)
    return Agreement(
      x: sum.x / count, y: sum.y / count, confidence: Double(agreeing) / Double(vectors.count), blocks: agreeing)
  }
}

extension LumaImage {
  /// The same at half the size, each pixel the mean of four.
  func halved() -> LumaImage {
    let halfWidth = width / 2
    let halfHeight = height / 2
    let source = pixels
    let result = unsafe [UInt8](unsafeUninitializedCapacity: halfWidth * halfHeight) { buffer, count in
      unsafe source.withUnsafeBufferPointer { source in
        for y in 0..<halfHeight {
          let upper = 2 &* y &* width
          let lower = upper &+ width
          for x in 0..<halfWidth {
            let at = 2 &* x
            let sum =
              unsafe UInt16(source[upper &+ at]) &+ UInt16(source[upper &+ at &+ 1]) &+ UInt16(source[lower &+ at])
              &+ UInt16(source[lower &+ at &+ 1])
            unsafe buffer[y &* halfWidth &+ x] = UInt8(truncatingIfNeeded: (sum &+ 2) &>> 2)
          }
        }
      }
      count = halfWidth * halfHeight
    }
    return LumaImage(width: halfWidth, height: halfHeight, pixels: result, scale: scale * 2)
  }
}
