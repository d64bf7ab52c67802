import CameraIO
import FrameSelect
import LaneSimulation

/// The pictures that steps are measured with: rendered by the project's own simulator, with a sensor's noise, and as large as a camera's.
///
/// Made when a step first asks for them. Owned by one thread.
final class Material {
  static let width = 1920
  static let height = 1200
  static let rate = 30.0
  /// With it a JPEG of the empty lane has about 450 kB, as cameras of that size send them.
  static let quality = 92
  static let seed: UInt64 = 1
  static let camera = CameraPosition.roofLeft

  let pool = FramePool(byteBudget: 2 << 30)

  /// A second of the lane in which nothing is, as JPEGs.
  private(set) lazy var emptyJPEGs = Result { try jpegs("empty", frames: 0..<30) }
  /// A second of a vehicle in the middle of the lane, as JPEGs.
  private(set) lazy var vehicleJPEGs = Result { try jpegs("speed-10", frames: Self.vehicleFrames) }
  /// Some pictures of the empty lane from a camera that does not compress.
  private(set) lazy var emptyYUYV = Result { try pictures("empty").yuyvFrames(0..<8) }
  /// Two seconds of the empty lane, grey and small.
  private(set) lazy var emptyGrey = Result { try pictures("empty").greyFrames(0..<60) }
  /// A vehicle that passes, from before it comes until it has left, grey and small.
  private(set) lazy var passageGrey = Result { try pictures("speed-10").greyFrames(0..<420) }

  private static let vehicleFrames = 150..<180

  private func pictures(_ scenario: String) throws -> CameraPictures {
    guard let entry = ScenarioCatalogue.entry(named: scenario) else {
      throw BenchmarkError(description: "there is no scenario \(scenario) any more")
    }
    return try CameraPictures(
      entry.make(ScenarioOptions(seed: Self.seed)), seed: Self.seed, camera: Self.camera, width: Self.width,
      height: Self.height, rate: Self.rate, quality: Self.quality)
  }

  private func jpegs(_ scenario: String, frames: Range<Int>) throws -> [[UInt8]] {
    let pictures = try pictures(scenario)
    return try frames.map { try pictures.jpeg(frame: $0) }
  }

  /// A frame of the pool with these bytes, as the grabber makes it.
  func frame(
    _ bytes: [UInt8], _ pixelFormat: FrameFormat.PixelFormat, width: Int = Material.width,
    height: Int = Material.height, camera: CameraPosition = Material.camera, number: Int = 0
  ) throws -> Frame {
    guard var lease = pool.lease(capacity: bytes.count) else {
      throw BenchmarkError(description: "the lane holds more frames than \(pool.byteBudget >> 20) MiB")
    }
    lease.withBytes { target in
      unsafe target.withUnsafeMutableBytes { unsafe $0.copyBytes(from: bytes) }
    }
    return lease.seal(
      byteCount: bytes.count, camera: camera, sequence: UInt64(number),
      time: MonotonicTime(seconds: Double(number) / Self.rate),
      format: FrameFormat(width: width, height: height, pixelFormat: pixelFormat))
  }

  /// The same for many pictures of a kind.
  func frames(_ pictures: [[UInt8]], _ pixelFormat: FrameFormat.PixelFormat) throws -> [Frame] {
    try pictures.enumerated().map { try frame($1, pixelFormat, number: $0) }
  }
}

extension CameraPictures {
  fileprivate func yuyvFrames(_ frames: Range<Int>) -> [[UInt8]] { frames.map { yuyv(frame: $0) } }
  fileprivate func greyFrames(_ frames: Range<Int>) -> [[UInt8]] { frames.map { smallGrey(frame: $0) } }
}
