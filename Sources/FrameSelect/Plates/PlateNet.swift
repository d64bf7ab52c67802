/// The net that knows plates: a grey picture in, for every 8 x 8 pixels out how sure it is and where the plate's edges are.
///
/// `Tools/PlateTraining/net.py` is the same net as it was trained, and says why its layers are what they are.
@safe final class PlateNet {
  /// Width and height of a picture must be multiples of this.
  static let grain = 16
  /// Pixels of the picture for one cell of the answer.
  static let cell = 8
  /// Channels of the answer: a logit, then left, top, right and bottom as logarithms of pixels over 8; three say nothing.
  static let answerChannels = 8

  private static let first = 16
  private static let quarter = 32
  private static let eighth = 48
  private static let sixteenth = 80
  /// Rows at a quarter of the size for which rows at half the size are made at a time: the latter are most of the net's memory, and stay in the
  /// processor's.
  private static let strip = 8

  /// A depthwise layer followed by a pointwise one.
  private struct Block {
    let inputs: Int
    let outputs: Int
    let size: Int
    let step: Int
    var parameterCount: Int { (size * size + 1) * inputs + (inputs + 1) * outputs }
  }

  private static let fine = [
    Block(inputs: first, outputs: quarter, size: 3, step: 2),
    Block(inputs: quarter, outputs: quarter, size: 3, step: 1),
    Block(inputs: quarter, outputs: eighth, size: 3, step: 2), Block(inputs: eighth, outputs: eighth, size: 3, step: 1),
    Block(inputs: eighth, outputs: eighth, size: 3, step: 1),
  ]
  private static let coarse =
    [Block(inputs: eighth, outputs: sixteenth, size: 3, step: 2)]
    + [Block](repeating: Block(inputs: sixteenth, outputs: sixteenth, size: 5, step: 1), count: 4)
  private static let last = Block(inputs: eighth, outputs: eighth, size: 3, step: 1)

  /// How many parameters all layers have together.
  static let parameterCount =
    10 * first + (fine + coarse + [last]).reduce(0) { $0 + $1.parameterCount } + (sixteenth + 1) * eighth
    + (eighth + 1) * answerChannels

  private let parameters: UnsafeMutablePointer<Float>
  private var row: UnsafeMutablePointer<Float>
  private var rowCapacity = 0
  /// Some rows at half the size: they are used up as they are made.
  private let half = ChannelMap()
  /// What the layers say, in turns; `one` keeps what `other` and `third` come back to.
  private let one = ChannelMap()
  private let other = ChannelMap()
  private let third = ChannelMap()
  private var next = 0

  /// A net with `parameters` in the order in which the layers use them.
  init(_ parameters: [Float]) {
    precondition(parameters.count == Self.parameterCount, "\(parameters.count) parameters, not \(Self.parameterCount)")
    unsafe self.parameters = .allocate(capacity: parameters.count)
    for (index, value) in parameters.enumerated() { unsafe (self.parameters + index).initialize(to: value) }
    unsafe row = .allocate(capacity: 1)
  }

  deinit {
    unsafe parameters.deallocate()
    unsafe row.deallocate()
  }

  /// What goes into the net and what comes out of it, for pictures of one size; kept by the caller from picture to picture.
  struct Maps {
    /// The picture: (luma - 128) / 64.
    let picture: ChannelMap
    /// What the net answers.
    let answer: ChannelMap

    /// Maps for a picture whose sides are multiples of `grain`.
    init(width: Int, height: Int) {
      precondition(width % grain == 0 && height % grain == 0 && width > 0 && height > 0, "\(width)x\(height)")
      picture = ChannelMap(width: width, height: height, channels: 1)
      answer = ChannelMap(width: width / cell, height: height / cell, channels: answerChannels)
    }
  }

  /// Answers for `maps.picture` in `maps.answer`.
  func run(_ maps: Maps) {
    let (width, height) = (maps.picture.width, maps.picture.height)
    let longest = width / 2 * Self.sixteenth
    if rowCapacity < longest {
      unsafe row.deallocate()
      unsafe row = .allocate(capacity: longest)
      rowCapacity = longest
    }
    next = 0
    // Each layer reads one map and writes another, which takes the shape of what is written.
    half.shape(width: width / 2, height: 2 * Self.strip + 1, channels: Self.first)
    one.shape(width: width / 4, height: height / 4, channels: Self.quarter)
    enter(maps.picture, one)
    run(Self.fine[1], one, other)
    run(Self.fine[2], other, one)
    run(Self.fine[3], one, other)
    run(Self.fine[4], other, one)
    run(Self.coarse[0], one, other)
    var (source, target) = (other, third)
    for block in Self.coarse.dropFirst() {
      run(block, source, target)
      swap(&source, &target)
    }
    goBack(from: source, to: one)
    run(Self.last, one, other)
    let weights = unsafe take((Self.eighth + 1) * Self.answerChannels)
    for y in 0..<maps.answer.height {
      unsafe ConvolutionKernels.pointwise(
        other.pixel(0, y), inputs: Self.eighth, weights: weights, outputs: Self.answerChannels,
        into: maps.answer.pixel(0, y), count: maps.answer.width, finish: .plain)
    }
  }

  private func take(_ count: Int) -> UnsafePointer<Float> {
    defer { next += count }
    return unsafe UnsafePointer(parameters + next)
  }

  /// The first two layers, strip by strip.
  private func enter(_ picture: ChannelMap, _ target: ChannelMap) {
    let weights = unsafe take(10 * half.channels)
    let (depth, point) = unsafe take(Self.fine[0])
    for top in stride(from: 0, to: target.height, by: Self.strip) {
      let rows = min(Self.strip, target.height - top)
      // From the row above the strip's first on; above the picture there is nothing.
      for line in 0...(2 * rows) {
        let y = 2 * top - 1 + line
        if y < 0 {
          unsafe half.pixel(0, line).update(repeating: 0, count: half.width * half.channels)
        } else {
          unsafe ConvolutionKernels.entrance(
            picture.pixel(-1, 2 * y - 1), rowStride: picture.rowStride, weights: weights, channels: half.channels,
            into: half.pixel(0, line), count: half.width)
        }
      }
      for row in 0..<rows {
        unsafe layer(Self.fine[0], depth, point, half, centre: 2 * row + 1, target, top + row)
      }
    }
  }

  private func take(_ block: Block) -> (depth: UnsafePointer<Float>, point: UnsafePointer<Float>) {
    let depth = unsafe take((block.size * block.size + 1) * block.inputs)
    return unsafe (depth, take((block.inputs + 1) * block.outputs))
  }

  private func run(_ block: Block, _ source: ChannelMap, _ target: ChannelMap) {
    let (depth, point) = unsafe take(block)
    target.shape(width: source.width / block.step, height: source.height / block.step, channels: block.outputs)
    for y in 0..<target.height { unsafe layer(block, depth, point, source, centre: y * block.step, target, y) }
  }

  /// One row of a block, so that what lies between its two layers stays in the processor's nearest memory. `centre`: the middle one of the
  /// rows of `source` that it looks at.
  private func layer(
    _ block: Block, _ depth: UnsafePointer<Float>, _ point: UnsafePointer<Float>, _ source: ChannelMap, centre: Int,
    _ target: ChannelMap, _ y: Int
  ) {
    let reach = block.size / 2
    let keeps = block.step == 1 && block.inputs == block.outputs
    unsafe ConvolutionKernels.depthwise(
      source.pixel(-reach, centre - reach), rowStride: source.rowStride, step: block.step, size: block.size,
      weights: depth, channels: block.inputs, into: row, count: target.width)
    unsafe ConvolutionKernels.pointwise(
      row, inputs: block.inputs, weights: point, outputs: block.outputs, into: target.pixel(0, y),
      count: target.width, finish: keeps ? .rectifyAndAdd(source.pixel(0, y)) : .rectify)
  }

  /// What was seen from far comes back to where it was seen.
  private func goBack(from source: ChannelMap, to target: ChannelMap) {
    let weights = unsafe take((source.channels + 1) * target.channels)
    for y in 0..<source.height {
      unsafe ConvolutionKernels.pointwise(
        source.pixel(0, y), inputs: source.channels, weights: weights, outputs: target.channels, into: row,
        count: source.width, finish: .plain)
      for half in 0..<2 {
        unsafe ConvolutionKernels.addDoubled(
          row, channels: target.channels, to: target.pixel(0, 2 * y + half), count: target.width)
      }
    }
  }
}
