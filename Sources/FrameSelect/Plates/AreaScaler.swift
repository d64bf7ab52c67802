/// Makes a picture smaller: each new pixel is the mean of the area that it covers.
struct AreaScaler {
  /// The old pixels under one new pixel along one axis.
  private struct Axis {
    let starts: [Int]
    /// As many weights for each new pixel, zeros where fewer are needed.
    let weights: [Float]
    let taps: Int

    init(from old: Int, to new: Int) {
      let step = Double(old) / Double(new)
      var covers: [[Float]] = []
      var starts: [Int] = []
      for index in 0..<new {
        let (begin, end) = (Double(index) * step, min(Double(old), Double(index + 1) * step))
        let first = min(Int(begin), old - 1)
        let last = max(first + 1, min(old, Int(end.rounded(.up))))
        starts.append(first)
        covers.append(
          (first..<last).map { Float(max(0, min(end, Double($0 + 1)) - max(begin, Double($0))) / (end - begin)) })
      }
      let taps = covers.map(\.count).max() ?? 1
      self.starts = starts
      self.taps = taps
      weights = covers.flatMap { $0 + [Float](repeating: 0, count: taps - $0.count) }
    }
  }

  /// Pixels of the old picture.
  let from: (width: Int, height: Int)
  /// Pixels of the new one.
  let to: (width: Int, height: Int)
  private let across: Axis
  private let down: Axis
  private var sums: [Float]

  /// From one size to another that is no larger.
  init(from: (width: Int, height: Int), to: (width: Int, height: Int)) {
    self.from = from
    self.to = to
    across = Axis(from: from.width, to: to.width)
    down = Axis(from: from.height, to: to.height)
    // Taps of weight zero may reach beyond the last pixel of a row.
    sums = [Float](repeating: 0, count: from.width + across.taps)
  }

  /// Scales bytes into the picture of a net, (luma - 128) / 64, repeating the last pixels up to the map's size.
  mutating func scale(_ pixels: [UInt8], into map: ChannelMap) {
    precondition(pixels.count == from.width * from.height && to.width <= map.width && to.height <= map.height)
    unsafe pixels.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return }
      unsafe run(into: map, offset: -2) { row, weight, sums, count in
        let line = unsafe start + row * count
        for x in 0..<count { unsafe sums[x] += Float(line[x]) * (weight / 64) }
      }
    }
  }

  /// Scales the picture of one net into that of another.
  mutating func scale(_ source: ChannelMap, into map: ChannelMap) {
    precondition(from.width <= source.width && from.height <= source.height)
    unsafe run(into: map, offset: 0) { row, weight, sums, count in
      let line = unsafe source.pixel(0, row)
      for x in 0..<count { unsafe sums[x] += line[x] * weight }
    }
  }

  private mutating func run(
    into map: ChannelMap, offset: Float, addRow: (Int, Float, UnsafeMutablePointer<Float>, Int) -> Void
  ) {
    let (across, down, to, count) = (across, down, to, from.width)
    unsafe sums.withUnsafeMutableBufferPointer { buffer in
      guard let sums = buffer.baseAddress else { return }
      for y in 0..<to.height {
        unsafe sums.update(repeating: 0, count: count)
        for tap in 0..<down.taps {
          let weight = down.weights[y * down.taps + tap]
          if weight > 0 { unsafe addRow(down.starts[y] + tap, weight, sums, count) }
        }
        let line = unsafe map.pixel(0, y)
        unsafe across.starts.withUnsafeBufferPointer { starts in
          unsafe across.weights.withUnsafeBufferPointer { weights in
            for x in 0..<to.width {
              var mean = offset
              let first = unsafe starts[x]
              for tap in 0..<across.taps {
                unsafe mean += sums[first &+ tap] * weights[x &* across.taps &+ tap]
              }
              unsafe line[x] = mean
            }
          }
        }
        for x in to.width..<max(to.width, map.width) { unsafe line[x] = line[to.width - 1] }
      }
    }
    for y in to.height..<max(to.height, map.height) {
      unsafe map.pixel(0, y).update(from: map.pixel(0, to.height - 1), count: map.width)
    }
  }
}
