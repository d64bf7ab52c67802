import CameraIO

/// How far the thing in front of a camera moved since the picture before.
public struct Displacement: Sendable, Equatable {
  /// To the right, in widths of the picture.
  public let x: Double
  /// Down, in widths of the picture (not heights).
  public let y: Double
  /// The share of the measured places that agree, 0.5 to 1.
  public let confidence: Double

  /// A displacement.
  public init(x: Double, y: Double, confidence: Double) {
    self.x = x
    self.y = y
    self.confidence = confidence
  }
}

/// Measures how far the vehicle in front of one camera moves from picture to picture, and knows when it does not know.
///
/// Small blocks of the thing are looked for in an earlier picture, the anchor, that is kept until the thing has gone some way: what
/// creeps is measured over a longer distance, and what stands has moved by exactly nothing, without drift. The answer is the mean of
/// the blocks that agree with the median; where too few agree there is none.
public struct DisplacementEstimator: Sendable {
  /// Pixels of the half-size picture along each side of a block: 16 pixels of the small picture, an eighth of a vehicle.
  static let blockSize = 8
  /// Pixels of the half-size picture that a thing may move between two pictures: a fifth of the width, 60 km/h at 1.5 m and 30 a second.
  static let reach = 24
  /// The most blocks that are measured.
  static let maximumBlocks = 40
  /// Blocks that must agree.
  static let leastBlocks = 3
  /// Pixels of the small picture after which the anchor is renewed: by then the view of the thing has not changed yet.
  static let anchorDistance: Float = 6

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
    let found = match(picture, half, anchor, cells, expected: expected)
    guard let found else {
      self.anchor = Anchor(picture: picture, half: half, time: time)
      isLocked = false
      velocity = (0, 0)
      return nil
    }
    velocity = (found.x - anchor.reported.x, found.y - anchor.reported.y)
    isLocked = true
    let width = Double(picture.width)
    let result = Displacement(
      x: Double(velocity.x) / width, y: Double(velocity.y) / width, confidence: found.confidence)
    if found.x * found.x + found.y * found.y > Self.anchorDistance * Self.anchorDistance {
      self.anchor = Anchor(picture: picture, half: half, time: time)
    } else {
      anchor.reported = (found.x, found.y)
      self.anchor = anchor
    }
    return result
  }

  private func match(
    _ picture: LumaImage, _ half: LumaImage, _ anchor: Anchor, _ cells: TrackCells,
    expected: (x: Float, y: Float)
  ) -> (x: Float, y: Float, confidence: Double)? {
    let blocks = BlockMatcher.blocks(in: half, on: cells)
    guard blocks.count >= Self.leastBlocks else { return nil }
    // Looked for near where it should be first; everywhere when that fails.
    if isLocked, let near = agreed(picture, half, anchor, blocks, around: expected, reach: 5) { return near }
    return agreed(picture, half, anchor, blocks, around: (0, 0), reach: Self.reach)
  }

  private func agreed(
    _ picture: LumaImage, _ half: LumaImage, _ anchor: Anchor, _ blocks: [BlockMatcher.Block],
    around: (x: Float, y: Float), reach: Int
  ) -> (x: Float, y: Float, confidence: Double)? {
    var vectors: [(x: Float, y: Float)] = []
    vectors.reserveCapacity(blocks.count)
    let centre = (x: Int((-around.x / 2).rounded()), y: Int((-around.y / 2).rounded()))
    for block in blocks {
      guard let rough = BlockMatcher.search(block, in: half, for: anchor.half, around: centre, reach: reach) else {
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
    return (sum.x / count, sum.y / count, Double(agreeing) / Double(vectors.count))
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
