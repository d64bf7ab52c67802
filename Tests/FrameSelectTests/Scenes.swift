import CameraIO
import Foundation

@testable import FrameSelect

/// Pictures with something to see in them, the same on every machine.
enum Scenes {
  static func decibels(_ ratio: Double) -> Double { 10 * log10(ratio) }

  /// A smooth body with door gaps, a scratch, a badge and a sky: like a car, and hard enough for a codec.
  static func texture(width: Int, height: Int) -> TestPicture {
    TestPicture(width: width, height: height) { x, y in
      let base = 120 + 50 * sin(Double(x) / 37) * cos(Double(y) / 29) + 14 * sin(Double(x + 2 * y) / 5)
      let gap = x % 90 < 3 ? -70.0 : 0
      let scratch = (x + 3 * y) % 140 < 2 ? 45.0 : 0
      let value = min(250, max(5, base + gap + scratch))
      return TestColor(Int(value), Int(min(255, value * 0.9 + 12)), Int(min(255, value * 0.8 + 25)))
    }
  }

  /// Numbers like dice, from a seed.
  struct Dice {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }
    mutating func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
    /// 0..<1.
    mutating func fraction() -> Double { Double(next() >> 11) / Double(1 << 53) }
  }

  /// Grey blocks of many sizes and edges in all directions.
  static func blocks(width: Int, height: Int, contrast: Double = 1, brightness: Double = 0) -> [Double] {
    var dice = Dice(7)
    var pixels = [Double](repeating: 120, count: width * height)
    for _ in 0..<(width * height / 300) {
      let (w, h) = (2 + Int(dice.fraction() * 30), 2 + Int(dice.fraction() * 30))
      let (left, top) = (Int(dice.fraction() * Double(width)), Int(dice.fraction() * Double(height)))
      let value = 40 + 170 * dice.fraction()
      for y in top..<min(height, top + h) {
        for x in left..<min(width, left + w) { pixels[y * width + x] = value }
      }
    }
    return pixels.map { 128 + ($0 - 128) * contrast + brightness }
  }

  /// The mean over `across` x `down` pixels: what motion does to a picture while the shutter is open.
  static func smeared(_ pixels: [Double], width: Int, across: Int, down: Int = 1) -> [Double] {
    let height = pixels.count / width
    var result = pixels
    for y in 0..<height where across > 1 {
      var sum = (0..<across).reduce(0) { $0 + pixels[y * width + min($1, width - 1)] }
      for x in 0..<width {
        result[y * width + x] = sum / Double(across)
        sum += pixels[y * width + min(x + across, width - 1)] - pixels[y * width + x]
      }
    }
    guard down > 1 else { return result }
    let source = result
    for x in 0..<width {
      var sum = (0..<down).reduce(0) { $0 + source[min($1, height - 1) * width + x] }
      for y in 0..<height {
        result[y * width + x] = sum / Double(down)
        sum += source[min(y + down, height - 1) * width + x] - source[y * width + x]
      }
    }
    return result
  }

  static func noisy(_ pixels: [Double], deviation: Double) -> [Double] {
    var dice = Dice(11)
    return pixels.map { value in
      // Three fractions, each of a variance of 1/12, are nearly normal; twice their sum has a deviation of one.
      value + deviation * 2 * (dice.fraction() + dice.fraction() + dice.fraction() - 1.5)
    }
  }

  static func bytes(_ pixels: [Double]) -> [UInt8] { pixels.map { UInt8(min(255, max(0, $0.rounded()))) } }
}
