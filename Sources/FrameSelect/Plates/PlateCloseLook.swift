/// A closer look at a place that may be a plate: the net once more, at a piece of the picture in which a plate there is as wide as the net
/// knows plates best.
///
/// The pyramid shows a plate at whatever size its scales make of it, between 17 and 128 pixels; one that slopes or is small there looks like
/// many things. From close by it looks like a plate, and a grille like a grille.
struct PlateCloseLook {
  /// The piece, in pixels of the net.
  static let width = 256
  static let height = 160
  /// How wide a plate is in it. Of 72 to 128 this tells plates from others best.
  static let plateWidth = 92.0
  /// A plate of two lines has its letters as large when it is so high, in its widths.
  private static let highest = 1 / 1.6
  /// What is found must share this much of both together with the place that was looked at.
  private static let sameness = 0.2

  private let maps = PlateNet.Maps(width: width, height: height)

  /// The weights of the old pixels along one axis: tents that reach to the next new pixel, so that nothing is skipped.
  private struct Axis {
    let starts: [Int]
    let weights: [Float]
    let taps: Int

    /// New pixels are `step` old ones apart; the first begins at `origin`.
    init(origin: Double, step: Double, count: Int) {
      let reach = max(1, step)
      taps = Int((2 * reach).rounded(.up)) + 1
      var starts: [Int] = []
      var weights: [Float] = []
      for index in 0..<count {
        let centre = origin + (Double(index) + 0.5) * step - 0.5
        let first = Int((centre - reach).rounded(.up))
        let tents = (0..<taps).map { max(0, 1 - abs(Double(first + $0) - centre) / reach) }
        let sum = tents.reduce(0, +)
        starts.append(first)
        weights += tents.map { Float($0 / sum) }
      }
      self.starts = starts
      self.weights = weights
    }
  }

  /// The piece around `place` as the net sees it, and where in the picture it lies: its corner, and old pixels for one of its own.
  ///
  /// Beyond the picture its last pixels go on.
  private func show(
    _ place: Plate, of pixels: [UInt8], _ size: (width: Int, height: Int)
  ) -> (x: Double, y: Double, step: Double) {
    let step = max(place.width, place.height / Self.highest) / Self.plateWidth
    let x = place.x + place.width / 2 - step * Double(Self.width) / 2
    let y = place.y + place.height / 2 - step * Double(Self.height) / 2
    let across = Axis(origin: x, step: step, count: Self.width)
    let down = Axis(origin: y, step: step, count: Self.height)
    let first = across.starts[0]
    var sums = [Float](repeating: 0, count: across.starts[Self.width - 1] + across.taps - first)
    // Columns that are in the picture.
    let inside = min(sums.count - 1, max(0, -first))..<max(1, min(sums.count, size.width - first))
    for row in 0..<Self.height {
      unsafe sums.withUnsafeMutableBufferPointer { sums in
        unsafe pixels.withUnsafeBufferPointer { pixels in
          for index in inside { unsafe sums[index] = 0 }
          for tap in 0..<down.taps {
            let weight = down.weights[row * down.taps + tap] / 64
            guard weight > 0 else { continue }
            let line = min(size.height - 1, max(0, down.starts[row] + tap)) * size.width + first
            for index in inside { unsafe sums[index] += weight * Float(pixels[line &+ index]) }
          }
        }
      }
      for index in 0..<inside.lowerBound { sums[index] = sums[inside.lowerBound] }
      for index in inside.upperBound..<sums.count { sums[index] = sums[inside.upperBound - 1] }
      let line = unsafe maps.picture.pixel(0, row)
      for column in 0..<Self.width {
        var mean: Float = -2
        let from = across.starts[column] - first
        for tap in 0..<across.taps { mean += sums[from + tap] * across.weights[column * across.taps + tap] }
        unsafe line[column] = mean
      }
    }
    return (x, y, step)
  }

  /// What is at `place` of a grey picture of `size`, in its pixels; nil when it is no plate at all.
  func look(at place: Plate, of pixels: [UInt8], _ size: (width: Int, height: Int), with net: PlateNet) -> Plate? {
    guard place.width > 0, place.height > 0, pixels.count == size.width * size.height, !pixels.isEmpty else {
      return nil
    }
    let piece = show(place, of: pixels, size)
    net.run(maps)
    let answers = PlateDetector.answers(maps.answer, scale: (1, 1), (Self.width, Self.height)).map { answer in
      Plate(
        x: piece.x + answer.x * piece.step, y: piece.y + answer.y * piece.step, width: answer.width * piece.step,
        height: answer.height * piece.step, confidence: answer.confidence)
    }
    return PlateGrouping.plates(answers).first { PlateGrouping.overlap($0, place).union > Self.sameness }?
      .clipped(to: size)
  }
}

extension Plate {
  /// The part of it that lies in a picture of `size`; nil when none does.
  fileprivate func clipped(to size: (width: Int, height: Int)) -> Plate? {
    let (left, top) = (max(0, x), max(0, y))
    let (right, bottom) = (min(Double(size.width), x + width), min(Double(size.height), y + height))
    guard right > left, bottom > top else { return nil }
    return Plate(x: left, y: top, width: right - left, height: bottom - top, confidence: confidence)
  }

  /// The same where pixels are so many times as large.
  func scaled(_ x: Double, _ y: Double) -> Plate {
    Plate(x: self.x * x, y: self.y * y, width: width * x, height: height * y, confidence: confidence)
  }
}
