import Foundation
import LaneSimulation

/// How much of the contrast of known scratches is left in a picture: 1 is all of it.
///
/// What is finer than a blur of three pixels is compared, on the scratches alone: <source, seen> / <source, source>.
struct Scratches {
  private let places: [Int]
  private let source: [Float]
  private let width: Int

  /// `luma` is the camera's own picture.
  init(_ sample: SamplePictures.Sample, luma: [UInt8], width: Int) {
    self.width = width
    places = sample.scratched.indices.filter { sample.scratched[$0] == 1 }
    let fine = Self.fine(luma, width: width)
    source = places.map { fine[$0] }
  }

  func kept(in luma: [UInt8]) -> Double {
    let fine = Self.fine(luma, width: width)
    var (both, own) = (0.0, 0.0)
    for (place, value) in zip(places, source) {
      both += Double(value * fine[place])
      own += Double(value * value)
    }
    return both / own
  }

  /// The picture less its Gaussian blur of three pixels.
  private static func fine(_ luma: [UInt8], width: Int) -> [Float] {
    let kernel = (-9...9).map { Float(exp(-Double($0 * $0) / 18)) }
    let sum = kernel.reduce(0, +)
    let height = luma.count / width
    let values = luma.map(Float.init)
    var across = values
    for y in 0..<height {
      for x in 0..<width {
        var mean: Float = 0
        for (index, weight) in kernel.enumerated() {
          mean += weight * values[y * width + min(max(x + index - 9, 0), width - 1)]
        }
        across[y * width + x] = mean / sum
      }
    }
    var result = values
    for y in 0..<height {
      for x in 0..<width {
        var mean: Float = 0
        for (index, weight) in kernel.enumerated() {
          mean += weight * across[min(max(y + index - 9, 0), height - 1) * width + x]
        }
        result[y * width + x] -= mean / sum
      }
    }
    return result
  }
}
