import CameraIO
import Foundation

/// Renders a scenario into a recording folder: one video per camera, `recording.json`, and the truth.
package struct RecordingRender: Sendable {
  package var directory: String
  package var scenarioName = "normal"
  package var options = ScenarioOptions()
  package var cameras: [CameraPosition] = CameraRig.usual
  package var width = 1920
  package var height = 1200
  package var rate = 30.0
  package var quality = 85
  /// At most this many seconds; nil: the whole scenario.
  package var seconds: Double?
  /// Milliseconds since 1970. A fixed moment unless somebody asks for another, so that files come out the same.
  package var startedAtMs: Int64 = RecordingRender.standardStart

  /// 2026-01-01T12:00:00Z.
  package static let standardStart: Int64 = 1_767_268_800_000

  /// Renders into `directory`.
  package init(directory: String) { self.directory = directory }

  /// What was written.
  package struct Outcome: Sendable {
    package let truth: RecordingTruth
    package let cameras: [CameraTruth]
    package let framesPerCamera: Int
    package let seconds: Double
    package let bytes: [CameraPosition: Int]
  }

  /// Renders it all, cameras side by side; `progress` is told the part that is done, from any thread.
  package func render(progress: @escaping @Sendable (Double) -> Void = { _ in }) throws -> Outcome {
    guard let entry = ScenarioCatalogue.entry(named: scenarioName) else {
      let names = ScenarioCatalogue.entries.map(\.name).joined(separator: ", ")
      throw RenderError(reason: "--scenario \(scenarioName): there is no such scenario; there are \(names)")
    }
    let scenario = entry.make(options)
    let duration = min(seconds ?? scenario.seconds, scenario.seconds)
    let frames = max(Int((duration * rate).rounded(.up)), 1)
    try makeFolder(directory + "/truth")
    let meshes = Fleet.sideBySide(of: scenario, seed: options.seed, pictureWidth: width)
    // A camera that never gave a picture is not in a recording.
    let positions = cameras.sorted().filter { !scenario.isSilent($0, at: 0) }
    let results = Results(total: frames * positions.count, progress: progress)
    DispatchQueue.concurrentPerform(iterations: positions.count) { index in
      let result = Result { try renderCamera(positions[index], scenario, meshes, frames, results) }
      results.add(result, of: positions[index])
    }
    let truths = try positions.compactMap { try results.truth(of: $0) }
    let truth = RecordingTruth(
      scenario: scenario.name, seed: options.seed,
      passages: RecordingTruth.passages(of: scenario, seenBy: truths),
      frames: Dictionary(uniqueKeysWithValues: positions.map { ($0.rawValue, "truth/\($0.rawValue).json") }))
    for truth in truths { try write(Self.json(truth), to: "truth/\(truth.camera).json") }
    try manifest(positions).write(toFolder: directory, truth: Self.json(truth, pretty: true))
    var bytes: [CameraPosition: Int] = [:]
    for position in positions {
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(directory)/\(position.rawValue).mkv")
      bytes[position] = (attributes[.size] as? NSNumber)?.intValue ?? 0
    }
    return Outcome(truth: truth, cameras: truths, framesPerCamera: frames, seconds: duration, bytes: bytes)
  }

  private func renderCamera(
    _ position: CameraPosition, _ scenario: Scenario, _ meshes: Fleet, _ frames: Int, _ results: Results
  ) throws -> CameraTruth {
    let camera = CameraRig.camera(position, width: width, height: height)
    let renderer = CameraRenderer(
      camera: camera, scenario: scenario, meshes: meshes, seed: options.seed, style: .init(rate: rate))
    let encoder = try JPEGEncoder(width: width, height: height, quality: quality)
    let writer = try RecordingWriter(
      path: "\(directory)/\(position.rawValue).mkv", width: width, height: height, pixelFormat: .mjpeg,
      nominalRate: rate)
    var pictures: [CameraTruth.Picture] = []
    for frame in 0..<frames {
      let time = MonotonicTime(seconds: renderer.time(of: frame))
      if scenario.isSilent(position, at: time.seconds) {
        results.countFrame()
        continue
      }
      if let picture = renderer.render(frame: frame) { pictures.append(picture) }
      try encoder.encode(renderer.planes) { try writer.append($0, at: time) }
      if results.hasFailed { break }
      results.countFrame()
    }
    try writer.finish()
    return CameraTruth(camera: position.rawValue, width: width, height: height, pictures: pictures)
  }

  private func manifest(_ positions: [CameraPosition]) -> RecordingManifest {
    var entries: [CameraPosition: RecordingManifest.Camera] = [:]
    for position in positions {
      let camera = CameraRig.camera(position, width: width, height: height)
      entries[position] = RecordingManifest.Camera(
        file: "\(position.rawValue).mkv", lens: camera.lens,
        zone: camera.zone.map { ZonePoint(x: Double($0.x.rounded()), y: Double($0.y.rounded())) })
    }
    return RecordingManifest(
      startedAtMs: startedAtMs, nominalRate: rate, cameras: entries,
      captureSet: CaptureSetOverrides(
        minLicensePlateArea: CameraRig.minLicensePlateArea, lenses: CameraRig.lenses))
  }

  private func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw RenderError(reason: "\(path): cannot be created (\(error.localizedDescription)); choose another --output")
    }
  }

  private func write(_ json: Data, to name: String) throws {
    do {
      try json.write(to: URL(fileURLWithPath: "\(directory)/\(name)"), options: .atomic)
    } catch {
      throw RenderError(reason: "\(directory)/\(name): cannot be written (\(error.localizedDescription))")
    }
  }

  private static func json(_ value: some Encodable, pretty: Bool = false) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = pretty ? [.sortedKeys, .prettyPrinted] : [.sortedKeys]
    return try encoder.encode(value)
  }
}

/// What the cameras' threads bring back.
///
/// `@unchecked Sendable`: every member is read and written under the lock.
private final class Results: @unchecked Sendable {
  private let lock = NSLock()
  private var byCamera: [CameraPosition: Result<CameraTruth, any Error>] = [:]
  private var done = 0
  private var failed = false
  private let total: Int
  private let progress: @Sendable (Double) -> Void

  init(total: Int, progress: @escaping @Sendable (Double) -> Void) {
    self.total = total
    self.progress = progress
  }

  var hasFailed: Bool { lock.withLock { failed } }

  func add(_ result: Result<CameraTruth, any Error>, of camera: CameraPosition) {
    lock.withLock {
      byCamera[camera] = result
      if case .failure = result { failed = true }
    }
  }

  func truth(of camera: CameraPosition) throws -> CameraTruth? { try lock.withLock { try byCamera[camera]?.get() } }

  func countFrame() {
    let part = lock.withLock {
      done += 1
      return Double(done) / Double(total)
    }
    progress(part)
  }
}
