/// The inner loops of the plate net, over rows of pixels whose channels lie side by side.
///
/// Channels come in eights. Plain multiplications and additions in a fixed order, never fused: the result is the same on
/// every processor. Sizes are the callers' promise; nothing here checks anything.
enum ConvolutionKernels {
  typealias Source = UnsafePointer<Float>
  typealias Target = UnsafeMutablePointer<Float>
  typealias Eight = SIMD8<Float>

  @inline(__always)
  private static func load(_ pointer: Source) -> Eight {
    unsafe UnsafeRawPointer(pointer).loadUnaligned(as: Eight.self)
  }

  @inline(__always)
  private static func store(_ value: Eight, _ pointer: Target) {
    unsafe UnsafeMutableRawPointer(pointer).storeBytes(of: value, as: Eight.self)
  }

  @inline(__always)
  private static func rectified(_ value: Eight) -> Eight { value.replacing(with: 0, where: value .< 0) }

  /// Three by three over a single channel, every second pixel; `source` is the upper left tap of the first pixel.
  /// `weights`: nine taps of `channels` each, then the biases.
  static func entrance(
    _ source: Source, rowStride: Int, weights: Source, channels: Int, into target: Target, count: Int
  ) {
    for block in stride(from: 0, to: channels, by: 8) {
      let w = unsafe weights + block
      let w0 = unsafe load(w)
      let w1 = unsafe load(w + channels)
      let w2 = unsafe load(w + 2 * channels)
      let w3 = unsafe load(w + 3 * channels)
      let w4 = unsafe load(w + 4 * channels)
      let w5 = unsafe load(w + 5 * channels)
      let w6 = unsafe load(w + 6 * channels)
      let w7 = unsafe load(w + 7 * channels)
      let w8 = unsafe load(w + 8 * channels)
      let bias = unsafe load(w + 9 * channels)
      for x in 0..<count {
        let a = unsafe source + 2 &* x
        let b = unsafe a + rowStride
        let c = unsafe b + rowStride
        var sum = unsafe bias + w0 * a[0]
        unsafe sum += w1 * a[1]
        unsafe sum += w2 * a[2]
        unsafe sum += w3 * b[0]
        unsafe sum += w4 * b[1]
        unsafe sum += w5 * b[2]
        unsafe sum += w6 * c[0]
        unsafe sum += w7 * c[1]
        unsafe sum += w8 * c[2]
        unsafe store(rectified(sum), target + (x &* channels &+ block))
      }
    }
  }

  /// `size` by `size` for each channel by itself. `source` is the upper left tap of the first pixel, `rowStride` the floats
  /// from one row to the next, `step` the distance of pixels. `weights`: the taps of `channels` each, then the biases.
  static func depthwise(
    _ source: Source, rowStride: Int, step: Int, size: Int, weights: Source, channels: Int, into target: Target,
    count: Int
  ) {
    if size == 3 {
      unsafe depthwise3(
        source, rowStride: rowStride, step: step, weights: weights, channels: channels, into: target, count: count)
    } else {
      unsafe depthwise5(
        source, rowStride: rowStride, weights: weights, channels: channels, into: target, count: count)
    }
  }

  private static func depthwise3(
    _ source: Source, rowStride: Int, step: Int, weights: Source, channels: Int, into target: Target, count: Int
  ) {
    for block in stride(from: 0, to: channels, by: 8) {
      let w = unsafe weights + block
      let bias = unsafe load(w + 9 &* channels)
      for x in 0..<count {
        let first = unsafe source + (x &* step &* channels &+ block)
        var sum = bias
        for y in 0..<3 {
          let row = unsafe first + y &* rowStride
          let taps = unsafe w + 3 &* y &* channels
          unsafe sum += load(row) * load(taps)
          unsafe sum += load(row + channels) * load(taps + channels)
          unsafe sum += load(row + 2 &* channels) * load(taps + 2 &* channels)
        }
        unsafe store(rectified(sum), target + (x &* channels &+ block))
      }
    }
  }

  private static func depthwise5(
    _ source: Source, rowStride: Int, weights: Source, channels: Int, into target: Target, count: Int
  ) {
    for block in stride(from: 0, to: channels, by: 8) {
      let w = unsafe weights + block
      let bias = unsafe load(w + 25 &* channels)
      for x in 0..<count {
        let first = unsafe source + (x &* channels &+ block)
        var sum = bias
        for y in 0..<5 {
          let row = unsafe first + y &* rowStride
          let taps = unsafe w + 5 &* y &* channels
          unsafe sum += load(row) * load(taps)
          unsafe sum += load(row + channels) * load(taps + channels)
          unsafe sum += load(row + 2 &* channels) * load(taps + 2 &* channels)
          unsafe sum += load(row + 3 &* channels) * load(taps + 3 &* channels)
          unsafe sum += load(row + 4 &* channels) * load(taps + 4 &* channels)
        }
        unsafe store(rectified(sum), target + (x &* channels &+ block))
      }
    }
  }

  /// What becomes of a sum of `pointwise`.
  @unsafe enum Finish {
    case plain
    case rectify
    /// Rectified, and this is added, pixel by pixel as many channels as outputs.
    case rectifyAndAdd(UnsafePointer<Float>)
  }

  /// One by one over all channels. `weights`: for each eight outputs the eight of every input in turn, then their biases.
  ///
  /// Four pixels at a time, so that a weight that was loaded serves four times and sixteen registers are enough.
  static func pointwise(
    _ source: Source, inputs: Int, weights: Source, outputs: Int, into target: Target, count: Int, finish: Finish
  ) {
    for block in stride(from: 0, to: outputs, by: 8) {
      let panel = unsafe weights + block &* (inputs &+ 1)
      let bias = unsafe load(panel + 8 &* inputs)
      var x = 0
      while x &+ 4 <= count {
        let p0 = unsafe source + x &* inputs
        let p1 = unsafe p0 + inputs
        let p2 = unsafe p1 + inputs
        let p3 = unsafe p2 + inputs
        var (s0, s1, s2, s3) = (bias, bias, bias, bias)
        for c in 0..<inputs {
          let w = unsafe load(panel + 8 &* c)
          unsafe s0 += w * p0[c]
          unsafe s1 += w * p1[c]
          unsafe s2 += w * p2[c]
          unsafe s3 += w * p3[c]
        }
        let place = x &* outputs &+ block
        unsafe put(s0, target, at: place, finish)
        unsafe put(s1, target, at: place &+ outputs, finish)
        unsafe put(s2, target, at: place &+ 2 &* outputs, finish)
        unsafe put(s3, target, at: place &+ 3 &* outputs, finish)
        x &+= 4
      }
      while x < count {
        let pixel = unsafe source + x &* inputs
        var sum = bias
        for c in 0..<inputs { unsafe sum += load(panel + 8 &* c) * pixel[c] }
        unsafe put(sum, target, at: x &* outputs &+ block, finish)
        x &+= 1
      }
    }
  }

  @inline(__always)
  private static func put(_ sum: Eight, _ target: Target, at index: Int, _ finish: Finish) {
    switch unsafe finish {
    case .plain: unsafe store(sum, target + index)
    case .rectify: unsafe store(rectified(sum), target + index)
    case .rectifyAndAdd(let other): unsafe store(load(other + index) + rectified(sum), target + index)
    }
  }

  /// Adds each pixel of a row of half the width to two pixels of `target`.
  static func addDoubled(_ source: Source, channels: Int, to target: Target, count: Int) {
    for x in 0..<count {
      for block in stride(from: 0, to: channels, by: 8) {
        let place = unsafe target + (x &* channels &+ block)
        unsafe store(load(place) + load(source + ((x &>> 1) &* channels &+ block)), place)
      }
    }
  }
}
