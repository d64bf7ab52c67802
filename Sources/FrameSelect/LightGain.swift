import Foundation

/// By which factor the light of a whole picture changed since its background was learned: clouds, lamps, the camera's own exposure.
struct LightGain: Sendable {
  /// The factor.
  private(set) var value: Float = 1
  private var lastMeans: [Float] = []

  private static let step: Float = 0.01

  /// Follows the picture.
  ///
  /// First by the step from the last picture: the median over all cells, because even a vehicle that fills the picture changes more than half
  /// of the cells from one picture to the next by nothing but light. Then by what is certainly background: windows that show the background's
  /// own structure, or, where a place has none, cells that the followed light explains already. That takes out the drift.
  mutating func update(_ windows: WindowStatistics, sums: CellSums, thresholds: MotionDetector.Thresholds) {
    let count = sums.one.count
    var steps = Histogram()
    if lastMeans.count == count {
      for cell in 0..<count where sums.one[cell] > 64 && sums.one[cell] < 4000 && lastMeans[cell] > 64 {
        steps.add(log(sums.one[cell] / lastMeans[cell]))
      }
      if steps.total * 4 >= count { value *= exp(steps.median) }
    }
    // In place: sums that are shared with the workspace would have to be made anew by the next look.
    if lastMeans.count == count {
      for cell in 0..<count { lastMeans[cell] = sums.one[cell] }
    } else {
      lastMeans = sums.one
    }

    var certain = Histogram()
    var plausible = Histogram()
    let expected = log(value)
    for cell in 0..<count where sums.one[cell] > 64 && sums.one[cell] < 4000 && sums.other[cell] > 64 {
      let one = windows.varianceOne[cell]
      let other = windows.varianceOther[cell]
      let level = thresholds.noise + thresholds.relativeNoise * windows.meanOne[cell]
      let covariance = max(0, windows.covariance[cell])
      let ratio = log(sums.one[cell] / sums.other[cell])
      if one > level * level, covariance * covariance > 0.7 * one * other {
        certain.add(ratio)
      } else if one < level * level, abs(ratio - expected) < thresholds.brightness / 2 {
        plausible.add(ratio)
      }
    }
    // A thirtieth of the picture is enough where it is certain; where it is only plausible it must be a fifth, and is trusted slowly.
    // Parts of a vehicle that fills the picture resemble what they cover by chance, each by another factor: light is one factor.
    let median = certain.median
    if certain.total * 30 >= count, 2 * certain.count(around: median, by: thresholds.brightness / 2) >= certain.total {
      value = exp(median)
    } else if plausible.total * 5 >= count {
      value *= exp(0.2 * (plausible.median - expected))
    }
    value = min(8, max(0.125, value))
  }

  /// The background has been moved toward the picture's light by `factor`.
  mutating func backgroundScaled(by factor: Float) { value /= factor }

  /// Counts of logarithmic ratios, for a median without sorting.
  private struct Histogram {
    private var counts = InlineArray<401, Int32>(repeating: 0)
    private var sums = InlineArray<401, Float>(repeating: 0)
    private(set) var total = 0

    mutating func add(_ ratio: Float) {
      let middle = counts.count / 2
      // Half a step more and the rest cut off is as good as rounding, and no call.
      let steps = ratio / LightGain.step
      let bin = min(counts.count - 1, max(0, Int(steps < 0 ? steps - 0.5 : steps + 0.5) + middle))
      counts[bin] += 1
      sums[bin] += ratio
      total += 1
    }

    /// How many of the values are no farther than `reach` from `ratio`.
    func count(around ratio: Float, by reach: Float) -> Int {
      let middle = counts.count / 2 + Int((ratio / LightGain.step).rounded())
      let width = Int(reach / LightGain.step)
      let low = max(0, min(counts.count - 1, middle - width))
      let high = max(low, min(counts.count - 1, middle + width))
      var count = 0
      for bin in low...high { count += Int(counts[bin]) }
      return count
    }

    /// The mean of the values in the bin that holds the median.
    var median: Float {
      var seen: Int32 = 0
      for bin in counts.indices {
        seen += counts[bin]
        if counts[bin] > 0, Int(seen) * 2 >= total { return sums[bin] / Float(counts[bin]) }
      }
      return 0
    }
  }
}
