import Testing

@testable import FrameSelect

@Suite("The plate net answers as it did where it was trained")
struct PlateNetTests {
  /// The picture that `Tools/PlateTraining/export.py` drew.
  private static func luma(_ x: Int, _ y: Int) -> Int {
    guard (14..<50).contains(x), (18..<28).contains(y) else { return 60 + x + (x * 7 + y * 13) % 11 }
    return x == 14 || x == 49 || y == 18 || y == 27 || (x / 2 + y / 5) % 3 != 0 ? 225 : 30
  }

  @Test("Cell for cell, number for number")
  func answers() {
    let maps = PlateNet.Maps(width: 64, height: 48)
    for y in 0..<48 { for x in 0..<64 { maps.picture.pixel(x, y)[0] = Float(Self.luma(x, y) - 128) / 64 } }
    let net = PlateNet(PlateNet.trained)
    // What it looked at before, larger or smaller, must leave nothing in the memory that is used again.
    let others = [(96, 80), (64, 48), (32, 32)].map { PlateNet.Maps(width: $0.0, height: $0.1) }
    for other in others {
      for y in 0..<other.picture.height {
        for x in 0..<other.picture.width { other.picture.pixel(x, y)[0] = Float(1 + x % 3) }
      }
    }
    net.run(maps)
    for before in others {
      net.run(before)
      net.run(maps)
      #expect(PlateNetAnswers.cells.count == maps.answer.width * maps.answer.height)
      for (index, cell) in PlateNetAnswers.cells.enumerated() {
        let found = maps.answer.pixel(index % maps.answer.width, index / maps.answer.width)
        for (channel, value) in cell.enumerated() {
          let error = abs(found[channel] - value)
          #expect(error <= 0.002 + 0.002 * abs(value), "cell \(index), \(channel): \(found[channel]), not \(value)")
        }
      }
    }
  }
}

@Suite("The layers of the plate net do what their formulas say")
struct ConvolutionKernelTests {
  private var random = SeededNumbers(seed: 7)

  @Test("Entrance: three by three, every second pixel", arguments: [1, 2, 5, 8])
  func entrance(count: Int) {
    var random = random
    let (channels, stride) = (16, 2 * count + 1)
    let source = random.floats(3 * stride)
    let weights = random.floats(10 * channels)
    var target = [Float](repeating: -1, count: count * channels)
    ConvolutionKernels.entrance(
      source, rowStride: stride, weights: weights, channels: channels, into: &target, count: count)
    for x in 0..<count {
      for c in 0..<channels {
        var sum = weights[9 * channels + c]
        for tap in 0..<9 { sum += weights[tap * channels + c] * source[tap / 3 * stride + 2 * x + tap % 3] }
        #expect(abs(target[x * channels + c] - max(0, sum)) < 1e-4)
      }
    }
  }

  @Test("Depthwise: each channel for itself", arguments: [(3, 1), (3, 2), (5, 1)], [1, 6])
  func depthwise(shape: (size: Int, step: Int), count: Int) {
    var random = random
    let (channels, width) = (24, shape.step * (count - 1) + shape.size)
    let source = random.floats(shape.size * width * channels)
    let taps = shape.size * shape.size
    let weights = random.floats((taps + 1) * channels)
    var target = [Float](repeating: -1, count: count * channels)
    ConvolutionKernels.depthwise(
      source, rowStride: width * channels, step: shape.step, size: shape.size, weights: weights, channels: channels,
      into: &target, count: count)
    for x in 0..<count {
      for c in 0..<channels {
        var sum = weights[taps * channels + c]
        for tap in 0..<taps {
          let place = (tap / shape.size * width + x * shape.step + tap % shape.size) * channels + c
          sum += weights[tap * channels + c] * source[place]
        }
        #expect(abs(target[x * channels + c] - max(0, sum)) < 1e-4)
      }
    }
  }

  @Test("Pointwise: all channels, plain, rectified, and added to what was there", arguments: [1, 4, 7], [0, 1, 2])
  func pointwise(count: Int, kind: Int) {
    var random = random
    let (inputs, outputs) = (16, 24)
    let source = random.floats(count * inputs)
    let weights = random.floats(outputs * (inputs + 1))
    let before = random.floats(count * outputs)
    var target = [Float](repeating: 0, count: count * outputs)
    before.withUnsafeBufferPointer { before in
      ConvolutionKernels.pointwise(
        source, inputs: inputs, weights: weights, outputs: outputs, into: &target, count: count,
        finish: kind == 0 ? .plain : kind == 1 ? .rectify : .rectifyAndAdd(before.baseAddress!))
    }
    for x in 0..<count {
      for output in 0..<outputs {
        let panel = output / 8 * 8 * (inputs + 1) + output % 8
        var sum = weights[panel + 8 * inputs]
        for input in 0..<inputs { sum += weights[panel + 8 * input] * source[x * inputs + input] }
        let expected = kind == 0 ? sum : kind == 1 ? max(0, sum) : max(0, sum) + before[x * outputs + output]
        #expect(abs(target[x * outputs + output] - expected) < 1e-4)
      }
    }
  }

  @Test("Each pixel of half the width is added to two")
  func doubled() {
    var random = random
    let source = random.floats(3 * 8)
    let before = random.floats(6 * 8)
    var target = before
    ConvolutionKernels.addDoubled(source, channels: 8, to: &target, count: 6)
    for index in 0..<48 { #expect(target[index] == before[index] + source[index / 16 * 8 + index % 8]) }
  }
}

/// Numbers from -1 to 1, the same every time.
struct SeededNumbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func floats(_ count: Int) -> [Float] {
    (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(Int64(state >> 40)) / Float(1 << 23) - 1
    }
  }
}
