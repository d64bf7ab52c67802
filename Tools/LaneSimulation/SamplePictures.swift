import CameraIO

/// Single pictures of a rendered lane as a camera sends them, with fine scratches whose places are known: what codecs are measured
/// with.
package struct SamplePictures {
  /// One picture.
  package struct Sample: Sendable {
    /// As the camera's own encoder makes it: 4:2:2, full range.
    package let jpeg: [UInt8]
    /// 1 where a scratch is, row after row.
    package let scratched: [UInt8]
  }

  package let width: Int
  package let height: Int
  private let camera: CameraPosition
  private let seed: UInt64

  /// Pictures of `camera`, of which the same seed gives the same.
  package init(camera: CameraPosition, width: Int = 1920, height: Int = 1200, seed: UInt64 = 1) {
    self.camera = camera
    self.width = width
    self.height = height
    self.seed = seed
  }

  /// `count` pictures, spread over the time in which a vehicle at 10 km/h is in front of the camera.
  package func make(_ count: Int, quality: Int = 94) throws -> [Sample] {
    guard let entry = ScenarioCatalogue.entry(named: "speed-10") else { return [] }
    let scenario = entry.make(ScenarioOptions(seed: seed))
    let renderer = CameraRenderer(
      camera: CameraRig.camera(camera, width: width, height: height), scenario: scenario,
      meshes: Fleet.sideBySide(of: scenario, seed: seed, pictureWidth: width), seed: seed, style: .init(rate: 30))
    let encoder = try JPEGEncoder(width: width, height: height, quality: quality)
    guard let drive = scenario.drives.first else { return [] }
    // From the nose in front of the camera to the tail there.
    let moments = (0..<Int(scenario.seconds * 30)).filter {
      (0.5...(drive.model.lengthMetres - 0.5)).contains(drive.motion.position(at: renderer.time(of: $0)))
    }
    var samples: [Sample] = []
    for number in 0..<min(count, moments.count) {
      let frame = moments[number * moments.count / min(count, moments.count)]
      _ = renderer.render(frame: frame)
      let scratched = scratch(renderer.planes, seed: seed &+ UInt64(number))
      try encoder.encode(renderer.planes) { bytes in
        unsafe bytes.withUnsafeBytes { unsafe samples.append(Sample(jpeg: Array($0), scratched: scratched)) }
      }
    }
    return samples
  }

  /// Lines of one or two pixels, a little brighter or darker than what they are on.
  private func scratch(_ planes: FramePlanes, seed: UInt64) -> [UInt8] {
    var random = SeededRandom(seed: seed, stream: "scratches")
    var mask = [UInt8](repeating: 0, count: width * height)
    for _ in 0..<400 {
      let start = SIMD2(random.unit() * Float(width), random.unit() * Float(height))
      let angle = random.unit() * 2 * Float.pi
      let way = SIMD2(cosine(angle), sine(angle))
      let contrast = (10 + 20 * random.unit()) * (random.unit() < 0.5 ? -1 : 1)
      let isWide = random.unit() < 0.5
      for step in 0..<Int(20 + 100 * random.unit()) {
        let at = start + way * Float(step)
        for aside in 0...(isWide ? 1 : 0) {
          let (x, y) = (Int(at.x) + aside, Int(at.y))
          guard (0..<width).contains(x), (0..<height).contains(y), mask[y * width + x] == 0 else { continue }
          mask[y * width + x] = 1
          unsafe planes.luma[y * width + x] = UInt8(clamp(Float(planes.luma[y * width + x]) + contrast, 0, 255))
        }
      }
    }
    return mask
  }
}
