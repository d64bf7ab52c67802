import CameraIO

@testable import FrameSelect

/// Small pictures of a made-up lane: a textured place, things that move over it, light and noise, all from fixed numbers.
struct SyntheticLane {
  /// A textured rectangle that moves.
  struct Thing {
    var width: Int
    var height: Int
    var top: Int
    /// Left edge at a time in seconds; nil while it is not there.
    var left: (Double) -> Int?
    var brightness = 150
    /// Amplitude of its texture; a smooth one has edges only.
    var contrast = 60
    var seed: UInt32 = 7
  }

  let width = 240
  let height = 150
  /// Pictures a second; tests that do not need many take few.
  var rate = 15.0
  var noise = 2
  /// Amplitude of the ground's texture.
  var ground = 40
  var things: [Thing] = []
  /// The light at a time and a column.
  var light: (Double, Int) -> Double = { _, _ in 1 }

  static func hash(_ a: Int, _ b: Int, _ seed: UInt32) -> UInt32 {
    var value = UInt32(truncatingIfNeeded: a) &* 0x9E37_79B1 ^ UInt32(truncatingIfNeeded: b) &* 0x85EB_CA77 ^ seed
    value ^= value >> 15
    value = value &* 0x2C1B_3C6D
    value ^= value >> 12
    value = value &* 0x297A_2D39
    return value ^ (value >> 15)
  }

  /// Patches of four and of nine pixels: structure at the sizes that vehicles and places have.
  static func texture(_ x: Int, _ y: Int, _ amplitude: Int, _ seed: UInt32) -> Int {
    let coarse = Int(hash(x / 9, y / 9, seed) % 1024)
    let fine = Int(hash(x / 4, y / 4, seed &+ 1) % 1024)
    return amplitude * (coarse * 2 + fine - 1536) / 1536
  }

  /// Grain between -1 and 1, in 255ths, used again from another place for every picture.
  private static let grain: [Int] = (0..<65_536).map { Int(hash($0, 1, 99) % 511) - 255 }
  private static let groundTexture: [Int] = (0..<(240 * 150)).map { texture($0 % 240, $0 / 240, 1024, 3) }

  func picture(at index: Int) -> LumaImage {
    let time = Double(index) / rate
    var values = Self.groundTexture
    for at in 0..<values.count { values[at] = 100 + values[at] * ground / 1024 }
    for thing in things {
      guard let left = thing.left(time) else { continue }
      for y in thing.top..<min(height, thing.top + thing.height) {
        for x in max(0, left)..<max(0, left, min(width, left + thing.width)) {
          values[y * width + x] =
            thing.brightness + Self.texture(x - left, y - thing.top, thing.contrast, thing.seed)
        }
      }
    }
    let lights = (0..<width).map { Int(light(time, $0) * 1024) }
    let start = Int(Self.hash(index, 5, 11) % 65_536)
    let grain = Self.grain
    var pixels = [UInt8](repeating: 0, count: width * height)
    for y in 0..<height {
      for x in 0..<width {
        let at = y * width + x
        let noisy = values[at] * lights[x] / 1024 + grain[(start + at) % 65_536] * noise / 255
        pixels[at] = UInt8(max(0, min(255, noisy)))
      }
    }
    return LumaImage(width: width, height: height, pixels: pixels, scale: 8)
  }

  /// What a camera and the segmenter behind it say about `seconds` of it.
  func passages(seconds: Double, camera: LaneCamera = LaneCamera()) -> (
    ended: [Passage], dismissed: Int, positions: [Double?]
  ) {
    var watch = CameraWatch(camera: camera, thresholds: .init())
    var segmenter = PassageSegmenter(cameras: [.frontLeft])
    var ended: [Passage] = []
    var dismissed = 0
    var positions: [Double?] = []
    func note(_ events: [PassageSegmenter.Event]) {
      for event in events {
        if case .ended(let passage) = event { ended.append(passage) }
        if case .dismissed = event { dismissed += 1 }
      }
    }
    for index in 0..<Int(seconds * rate) {
      let time = MonotonicTime(seconds: Double(index) / rate)
      let things = watch.look(at: picture(at: index), time: time, isHeld: segmenter.isHolding)
      positions.append(things.max { $0.presence < $1.presence }?.position)
      note(segmenter.observe(.init(camera: .frontLeft, time: time, things: things)))
    }
    note(segmenter.finish())
    return (ended, dismissed, positions)
  }

  /// A vehicle of `length` that comes in from the left at `from` seconds and goes through at `speed` pixels a second.
  static func crossing(
    from: Double, speed: Double, length: Int = 120, height: Int = 70, top: Int = 50, pictureWidth: Int = 240
  ) -> Thing {
    Thing(width: length, height: height, top: top) { time in
      guard time >= from else { return nil }
      let left = Int((time - from) * speed) - length
      return left < pictureWidth ? left : nil
    }
  }
}
