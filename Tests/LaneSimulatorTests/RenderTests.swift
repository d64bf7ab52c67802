import CameraIO
import Foundation
import TestSupport
import Testing

@testable import LaneSimulation

@Suite("Rendering")
struct RenderTests {
  private func render(_ directory: String, seed: UInt64 = 1, seconds: Double = 3.2) -> RecordingRender {
    var render = RecordingRender(directory: directory)
    render.options.seed = seed
    render.cameras = [.frontLeft, .topRight]
    render.options.vehicles = 1
    (render.width, render.height) = (64, 40)
    render.rate = 10
    render.seconds = seconds
    return render
  }

  @Test("The same arguments give the same bytes, another seed gives others")
  func determinism() throws {
    let folders = [try TemporaryDirectory(), try TemporaryDirectory(), try TemporaryDirectory()]
    for (folder, seed) in zip(folders, [1, 1, 2] as [UInt64]) { _ = try render(folder.path, seed: seed).render() }
    for name in ["frontLeft.mkv", "topRight.mkv", "recording.json", "truth/frontLeft.json", "truth/topRight.json"] {
      let contents = try folders.map { try Data(contentsOf: URL(fileURLWithPath: $0.file(name))) }
      #expect(contents[0] == contents[1], "\(name)")
      #expect(!contents[0].isEmpty)
      if name.hasSuffix("mkv") { #expect(contents[0] != contents[2], "\(name)") }
    }
  }

  @Test("The recording is one that the pipeline reads: manifest, lenses, zones, every picture at its time")
  func recording() throws {
    let folder = try TemporaryDirectory()
    let outcome = try render(folder.path).render()
    let path = folder.file("recording.json")
    let manifest = try RecordingManifest(json: Data(contentsOf: URL(fileURLWithPath: path)), path: path)
    #expect(manifest.cameras.keys.sorted() == [.frontLeft, .topRight])
    #expect(manifest.captureSet.minLicensePlateArea == 25_000)
    #expect(manifest.captureSet.lenses["lens0"]?.focalLength == 6)
    #expect(manifest.nominalRate == 10)
    let entry = try #require(manifest.cameras[.frontLeft])
    #expect(manifest.captureSet.lenses[entry.lens ?? ""] != nil)
    #expect(entry.zone?.count == 4)

    let source = try RecordingSource(path: folder.file(entry.file), camera: .frontLeft, timeOrigin: .recordingStart)
    let pool = FramePool(byteBudget: 8 << 20)
    var times: [Double] = []
    while case .frame(let frame) = try source.next(into: pool, waitingAtMost: 1) {
      #expect(frame.format.pixelFormat == .mjpeg && frame.format.width == 64 && frame.format.height == 40)
      times.append(frame.time.seconds)
    }
    #expect(times.count == outcome.framesPerCamera)
    for (index, time) in times.enumerated() { #expect(abs(time - Double(index) / 10) < 1e-6) }

    struct File: Decodable {
      let truth: RecordingTruth
    }
    let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    #expect(file.truth == outcome.truth)
    #expect(file.truth.passages.count == 1)
  }

  @Test("The faster a vehicle, the less sharp it is")
  func blur() {
    let sharpness = [0.0, 3, 12].map { speed -> Int in
      let pictures = Pictures(
        Pictures.passing(.van, at: 2.3, metresPerSecond: speed, exposure: 1.0 / 200), camera: .bottomLeft, width: 200,
        height: 124)
      let luma = pictures.luma(0).luma
      var sum = 0
      for row in 25..<83 {
        for column in 50..<150 {
          let step = luma[row * 200 + column + 1] - luma[row * 200 + column]
          sum += step * step
        }
      }
      return sum
    }
    for (slow, fast) in zip(sharpness, sharpness.dropFirst()) { #expect(fast < slow, "\(sharpness)") }
    #expect(Double(sharpness[2]) < Double(sharpness[0]) * 0.6, "\(sharpness)")
  }

  @Test("An empty lane differs from picture to picture by the sensor's noise alone")
  func noise() throws {
    let entry = try #require(ScenarioCatalogue.entry(named: "empty"))
    let pictures = Pictures(entry.make(ScenarioOptions()), camera: .roofRight)
    let one = pictures.luma(0)
    let other = pictures.luma(7)
    #expect(one.truth == nil)
    let squares = zip(one.luma, other.luma).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let deviation = (Double(squares) / Double(one.luma.count) / 2).squareRoot()
    #expect(abs(deviation - Double(SensorNoise.sigma)) < 0.2, "\(deviation)")
  }

  @Test("Less light makes every surface darker by its factor")
  func light() throws {
    let entry = try #require(ScenarioCatalogue.entry(named: "light-step"))
    let pictures = Pictures(entry.make(ScenarioOptions()), camera: .roofLeft, rate: 1)
    let bright = pictures.luma(1).luma.reduce(0, +)
    let dark = pictures.luma(5).luma.reduce(0, +)
    #expect(abs(Double(dark) / Double(bright) - 0.67) < 0.01)
  }

  @Test(
    "Every camera sees every vehicle come and go, and most of them are filled by it",
    arguments: CameraPosition.allCases)
  func everyCamera(position: CameraPosition) {
    for model in [VehicleModel.hatchback, .van] {
      var shares: [Double] = []
      let pictures = Pictures(
        Pictures.passing(model, at: -5, metresPerSecond: 4), camera: position, width: 48, height: 30, rate: 5)
      for frame in 0..<20 { shares.append(pictures.luma(frame).truth?.vehicles.first?.share ?? 0) }
      #expect(shares[0] == 0 && shares[19] == 0, "\(model.name)")
      #expect((shares.max() ?? 0) > 0.35, "\(model.name) \(shares)")
    }
  }

  @Test("The same seed gives the same small pictures, another one others")
  func smallDeterminism() throws {
    let entry = try #require(ScenarioCatalogue.entry(named: "lorry"))
    func pictures(_ seed: UInt64) -> [[UInt8]] {
      var all: [[UInt8]] = []
      let lane = LanePictures(
        entry.make(ScenarioOptions(seed: seed)), seed: seed, cameras: [.frontLeft, .roofRight], width: 48, height: 30,
        rate: 2)
      lane.forEach { _, luma in all.append(luma.withUnsafeBytes { [UInt8]($0) }) }
      return all
    }
    let first = pictures(3)
    #expect(first == pictures(3))
    #expect(first != pictures(4))
  }

  @Test(
    "A full picture brought down to a small one looks like the small one, effects included",
    arguments: [
      ("speed-10", CameraPosition.roofLeft), ("leaves", .frontLeft), ("gate", .frontLeft), ("headlights", .frontLeft),
      ("sunset", .backRight),
    ])
  func smallAndFull(name: String, position: CameraPosition) throws {
    let scenario = try #require(ScenarioCatalogue.entry(named: name)).make(ScenarioOptions(seed: 2))
    let drive = try #require(scenario.drives.first)
    // Once with nobody there, once with the nose in the middle.
    let inside = stride(from: drive.motion.startsAt, to: drive.motion.endsAt, by: 0.1).first {
      drive.motion.position(at: $0) > 0
    }
    let frames = [20, Int(try #require(inside) * 10)]
    func luma(_ width: Int, noisePart: Float) -> [[Int]] {
      let renderer = CameraRenderer(
        camera: CameraRig.camera(position, width: width, height: width / 8 * 5), scenario: scenario,
        meshes: Fleet(of: scenario, seed: 2, pictureWidth: width), seed: 2,
        style: .init(rate: 10, isGrey: true, noisePart: noisePart))
      return frames.map { frame in
        _ = renderer.render(frame: frame)
        return (0..<width * width / 8 * 5).map { Int(renderer.planes.luma[$0]) }
      }
    }
    for (small, full) in zip(luma(64, noisePart: 0.2), luma(192, noisePart: 0.4)) {
      var squares = 0
      for row in 0..<40 {
        for column in 0..<64 {
          var sum = 0
          for y in 0..<3 { for x in 0..<3 { sum += full[(row * 3 + y) * 192 + column * 3 + x] } }
          let off = sum / 9 - small[row * 64 + column]
          squares += off * off
        }
      }
      // Edges step in the small one; the rest is the same within a few levels.
      let deviation = (Double(squares) / 2560).squareRoot()
      #expect(deviation < 9, "\(deviation)")
    }
  }

  @Test("A folder that cannot be made is one line that says so")
  func badFolder() {
    #expect {
      _ = try render("/dev/null/recording").render()
    } throws: { error in
      let text = "\(error)"
      return text.hasPrefix("/dev/null/recording") && text.contains("--output") && !text.contains("\n")
    }
  }
}
