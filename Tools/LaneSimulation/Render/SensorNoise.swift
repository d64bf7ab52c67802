/// The sensor's noise from a table: as normal as it looks, and as cheap as an addition.
struct SensorNoise: Sendable {
  /// Luma deviates by this many steps, chroma by half of it.
  static let sigma: Float = 2

  private let luma: [Int8]
  private let chroma: [Int8]
  private let stream: String
  private let seed: UInt64
  private static let spread = 8192

  /// For rows of at most `width` pixels; `part` of the noise where a pixel is the mean of several of a sensor's.
  init(seed: UInt64, camera: String, width: Int, part: Float = 1) {
    self.seed = seed
    stream = "noise \(camera)"
    var random = SeededRandom(seed: seed, stream: stream)
    let count = width + Self.spread
    luma = (0..<count).map { _ in Int8(clamp((random.normal() * Self.sigma * part).rounded(), -9, 9)) }
    chroma = (0..<count).map { _ in Int8(clamp((random.normal() * Self.sigma * part / 2).rounded(), -5, 5)) }
  }

  /// Adds noise to a frame's planes, scaled before by `gain` where the light is not 1.
  func add(to planes: FramePlanes, frame: Int, gain: Double) {
    var random = SeededRandom(seed: seed &+ UInt64(frame), stream: stream)
    let factor = Int32((gain * 256).rounded())
    unsafe luma.withUnsafeBufferPointer { table in
      for row in 0..<planes.height {
        let offset = Int(random.next() % UInt64(Self.spread))
        unsafe Self.add(planes.luma + row * planes.width, planes.width, table, offset, factor, pivot: 0)
      }
    }
    guard !planes.isGrey else { return }
    let half = planes.chromaWidth
    unsafe chroma.withUnsafeBufferPointer { table in
      for row in 0..<planes.height {
        let offset = Int(random.next() % UInt64(Self.spread))
        let other = Int(random.next() % UInt64(Self.spread))
        unsafe Self.add(planes.blue + row * half, half, table, offset, factor, pivot: 128)
        unsafe Self.add(planes.red + row * half, half, table, other, factor, pivot: 128)
      }
    }
  }

  private static func add(
    _ line: UnsafeMutablePointer<UInt8>, _ count: Int, _ table: UnsafeBufferPointer<Int8>, _ offset: Int,
    _ factor: Int32, pivot: Int32
  ) {
    guard let start = table.baseAddress else { return }
    let noise = unsafe start + offset
    if factor == 256 {
      for index in 0..<count {
        let value = unsafe Int16(truncatingIfNeeded: line[index]) &+ Int16(truncatingIfNeeded: noise[index])
        unsafe line[index] = UInt8(truncatingIfNeeded: min(max(value, 0), 255))
      }
    } else {
      for index in 0..<count {
        let lit = unsafe ((Int32(line[index]) - pivot) * factor) >> 8 + pivot
        let value = unsafe lit + Int32(noise[index])
        unsafe line[index] = UInt8(truncatingIfNeeded: min(max(value, 0), 255))
      }
    }
  }
}
