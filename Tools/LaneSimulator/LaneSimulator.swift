import ArgumentParser
import CameraIO
import Foundation
import LaneSimulation

/// Renders recordings of vehicles driving through a lane, with the truth beside them.
@main
struct LaneSimulator: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lane-simulator", abstract: "Renders recordings of vehicles driving through a lane.",
    discussion: """
      Writes one Matroska file of JPEGs per camera, recording.json, and what really happened: passages in \
      recording.json, every picture's in truth/CAMERA.json. The same arguments give the same bytes.
      """)

  @Flag(help: "Name the scenarios and end.")
  var list = false

  @Option(help: ArgumentHelp("Folder of the recording; files of the same names are replaced.", valueName: "dir"))
  var output: String?

  @Option(help: "What happens (see --list); `all` renders every scenario into a folder of its name.")
  var scenario = "normal"

  @Option(help: ArgumentHelp("Camera positions, separated by commas, or `all`.", valueName: "positions"))
  var cameras = CameraRig.usual.map(\.rawValue).joined(separator: ",")

  @Option(help: ArgumentHelp("Pixels of a picture.", valueName: "WxH"))
  var size = "1920x1200"

  @Option(help: ArgumentHelp("Pictures per second.", valueName: "n"))
  var rate = 30.0

  @Option(help: ArgumentHelp("Another number gives other vehicles, scratches and noise.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("How many vehicles (default: as the scenario has it).", valueName: "n"))
  var vehicles: Int?

  @Option(help: ArgumentHelp("Speed of the first vehicle; others keep their ratio to it.", valueName: "km/h"))
  var speed: Double?

  @Option(help: ArgumentHelp("How long the sensor collects light for a picture.", valueName: "seconds"))
  var exposure = ScenarioOptions().exposureSeconds

  @Option(help: ArgumentHelp("Stop after so many seconds of recording.", valueName: "seconds"))
  var duration: Double?

  @Option(help: ArgumentHelp("JPEG quality, 1...100.", valueName: "n"))
  var quality = 85

  @Option(help: ArgumentHelp("When the recording says it began, ISO 8601.", valueName: "time"))
  var startedAt = "2026-01-01T12:00:00Z"

  func run() throws {
    if list {
      for entry in ScenarioCatalogue.entries {
        print(entry.name.padding(toLength: 20, withPad: " ", startingAt: 0) + entry.summary)
      }
      return
    }
    for render in try renders() { try run(render) }
  }

  /// What is rendered: one scenario into the folder, or all of them into folders of their names.
  func renders() throws -> [RecordingRender] {
    guard scenario == "all" else { return [try recordingRender()] }
    return try ScenarioCatalogue.entries.map { entry in
      var one = self
      one.scenario = entry.name
      one.output = output.map { "\($0)/\(entry.name)" }
      return try one.recordingRender()
    }
  }

  private func run(_ render: RecordingRender) throws {
    let bar = ProgressBar()
    do {
      let outcome = try render.render { bar.show($0) }
      bar.clear()
      report(outcome, in: render)
    } catch {
      bar.clear()
      FileHandle.standardError.write(Data("lane-simulator: \(error)\n".utf8))
      throw ExitCode(74)
    }
  }

  /// The arguments, checked.
  func recordingRender() throws -> RecordingRender {
    guard let output, !output.isEmpty else {
      throw ValidationError("--output DIR is needed: where shall the recording go?")
    }
    var render = RecordingRender(directory: output)
    guard ScenarioCatalogue.entry(named: scenario) != nil else {
      let names = ScenarioCatalogue.entries.map(\.name).joined(separator: ", ")
      throw ValidationError("--scenario \(scenario): there is no such scenario; there are \(names)")
    }
    render.scenarioName = scenario
    render.cameras = try positions()
    let sides = size.split(separator: "x").compactMap { Int($0) }
    guard sides.count == 2, sides.allSatisfy({ (32...8192).contains($0) }), sides.allSatisfy({ $0 % 2 == 0 }) else {
      throw ValidationError("--size \(size): two even numbers of 32 to 8192 are expected, such as 1920x1200")
    }
    (render.width, render.height) = (sides[0], sides[1])
    guard rate >= 1, rate <= 240 else {
      throw ValidationError("--rate \(rate): allowed are 1 to 240 pictures per second")
    }
    guard (1...100).contains(quality) else { throw ValidationError("--quality \(quality): allowed are 1 to 100") }
    if let vehicles, !(0...100).contains(vehicles) {
      throw ValidationError("--vehicles \(vehicles): allowed are 0 to 100")
    }
    if let speed, !(1...60).contains(speed) { throw ValidationError("--speed \(speed): allowed are 1 to 60 km/h") }
    guard exposure > 0, exposure <= 0.05 else {
      throw ValidationError("--exposure \(exposure): allowed are up to 0.05 seconds")
    }
    if let duration, duration <= 0 { throw ValidationError("--duration \(duration): more than 0 seconds are needed") }
    guard let begin = try? Date(startedAt, strategy: .iso8601) else {
      throw ValidationError("--started-at \(startedAt): a time such as 2026-01-01T12:00:00Z is expected")
    }
    render.rate = rate
    render.quality = quality
    render.seconds = duration
    render.startedAtMs = Int64((begin.timeIntervalSince1970 * 1000).rounded())
    render.options = ScenarioOptions(
      seed: seed, vehicles: vehicles, kilometresPerHour: speed, exposureSeconds: exposure)
    return render
  }

  private func positions() throws -> [CameraPosition] {
    if cameras == "all" { return CameraPosition.allCases }
    var positions: [CameraPosition] = []
    for name in cameras.split(separator: ",") {
      guard let position = CameraPosition(rawValue: String(name)) else {
        let known = CameraPosition.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--cameras \(name): there is no such position; there are \(known)")
      }
      if !positions.contains(position) { positions.append(position) }
    }
    guard !positions.isEmpty else { throw ValidationError("--cameras: at least one position is needed") }
    return positions
  }

  private func report(_ outcome: RecordingRender.Outcome, in render: RecordingRender) {
    for (camera, bytes) in outcome.bytes.sorted(by: { $0.key < $1.key }) {
      let name = camera.rawValue.padding(toLength: 12, withPad: " ", startingAt: 0)
      print("\(name) \(outcome.framesPerCamera) pictures, \(bytes / 1_000_000) MB")
    }
    for passage in outcome.truth.passages {
      let times = String(format: "%.2f to %.2f s", passage.from, passage.to)
      print("vehicle \(passage.vehicle): \(passage.model), \(passage.plate), \(passage.direction), \(times)")
    }
    print(
      "\(render.directory): \(render.scenarioName), \(rounded(outcome.seconds, 100)) s, \(outcome.bytes.count) cameras")
  }
}
