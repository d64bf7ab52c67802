import CameraIO

/// The cameras of a lane and their pictures one after the other in order of time, grey and without files: what accuracy
/// is measured with. Owned by one thread.
package final class LanePictures {
  /// A camera as the lane must know it.
  package struct Camera: Sendable {
    package let position: CameraPosition
    /// Corners in pixels.
    package let zone: [ZonePoint]
    /// The driving direction in the picture: to the right, down.
    package let forward: SIMD2<Double>
  }

  /// Which picture it is.
  package struct Picture {
    package let camera: CameraPosition
    package let frame: Int
    /// Seconds since the scenario began.
    package let time: Double
  }

  /// The sensor's width: a smaller picture is the mean of its pixels, with less noise.
  private static let sensorWidth: Float = 1920

  /// Measured: the small picture of a JPEG of quality 85 deviates by 0.38 steps over time, where noise alone makes 0.21.
  private static let roundingNoise: Float = 0.23

  package let scenario: Scenario
  package let cameras: [Camera]
  private let seed: UInt64
  private let rate: Double
  private let renderers: [CameraRenderer]
  private var seen: [[CameraTruth.Picture]]

  package init(
    _ scenario: Scenario, seed: UInt64, cameras positions: [CameraPosition], width: Int, height: Int, rate: Double
  ) {
    self.scenario = scenario
    self.seed = seed
    self.rate = rate
    let meshes = Fleet(of: scenario, seed: seed, pictureWidth: width)
    var random = SeededRandom(seed: seed, stream: "phases")
    let views = positions.sorted().map { CameraRig.camera($0, width: width, height: height) }
    renderers = views.map { view in
      CameraRenderer(
        camera: view, scenario: scenario, meshes: meshes, seed: seed,
        style: .init(
          rate: rate, isGrey: true, noisePart: Float(width) / Self.sensorWidth, roundingNoise: Self.roundingNoise,
          phase: Double(random.unit())))
    }
    cameras = views.map { view in
      Camera(
        position: view.position, zone: view.zone.map { ZonePoint(x: Double($0.x), y: Double($0.y)) },
        forward: view.forwardInPicture)
    }
    seen = views.map { _ in [] }
  }

  /// Makes every picture of the scenario; the span of its luma, row after row, is valid inside `body` only.
  package func forEach(_ body: (Picture, RawSpan) throws -> Void) rethrows {
    let order = renderers.indices.sorted { renderers[$0].time(of: 0) < renderers[$1].time(of: 0) }
    for frame in 0..<Int((scenario.seconds * rate).rounded(.up)) {
      for index in order {
        let renderer = renderers[index]
        if scenario.isSilent(renderer.camera.position, at: renderer.time(of: frame)) { continue }
        if let picture = renderer.render(frame: frame) { seen[index].append(picture) }
        let planes = renderer.planes
        let luma = unsafe UnsafeRawBufferPointer(start: planes.luma, count: planes.width * planes.height)
        try body(
          Picture(camera: renderer.camera.position, frame: frame, time: renderer.time(of: frame)), unsafe luma.bytes)
      }
    }
  }

  /// What really happened in the pictures made so far.
  package var passages: [RecordingTruth.Passage] { RecordingTruth.passages(of: scenario, seenBy: truths) }

  /// The same picture by picture.
  package var truths: [CameraTruth] {
    zip(renderers, seen).map { renderer, pictures in
      CameraTruth(
        camera: renderer.camera.position.rawValue, width: renderer.camera.width, height: renderer.camera.height,
        pictures: pictures)
    }
  }
}
