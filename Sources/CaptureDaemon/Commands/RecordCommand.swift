import ArgumentParser
import CameraIO
import Foundation

/// `capture-daemon record`: what the cameras deliver, as they deliver it, into a recording that `replay` replays.
struct RecordCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record", abstract: "What the cameras deliver, unchanged, into a recording for replay.",
    discussion: """
      Compressed pictures are not compressed again, raw ones are kept as they are; every picture keeps its own time. Without \
      --duration and --passages it records until SIGINT or SIGTERM, which always end a recording in order. A recording that \
      is cut off, by a power failure for instance, can be replayed up to about its last second.
      """)

  @Option(help: ArgumentHelp("The folder of the recording: a new one, or an empty one.", valueName: "dir"))
  var output: String

  @Option(help: ArgumentHelp("How long, from the first picture on: 30s, 5 min (100 ms ... 7 d).", valueName: "time"))
  var duration: String?

  @Option(
    help: ArgumentHelp(
      "Record so many vehicles, each with what was before and after it, and nothing of the time in between.",
      valueName: "count"))
  var passages: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Only these of the configured cameras (default: all).", valueName: "position"))
  var camera: [CameraPosition] = []

  @Option(
    help: ArgumentHelp(
      "With --passages: how much of the time before a vehicle is noticed (default: 2s; 0s ... 10s).", valueName: "time")
  )
  var preRoll: String?

  @Option(
    help: ArgumentHelp(
      "The most that the recording may take (default: 20GiB). 2 GiB stay free on the disk whatever it is, and twice as much beside the outbox.",
      valueName: "size"))
  var budget: String?

  @Flag(help: "One JSON object per vehicle and a summary on standard output.")
  var json = false

  @OptionGroup var options: ConfigurationOptions

  mutating func validate() throws { _ = try request() }

  func run() async throws {
    try await reporting {
      let loaded = try options.load()
      let session = try RecordSession(try request(), loaded.configuration, json: json)
      return try await session.run()
    }
  }

  /// What the options say; the first that is wrong is a validation error.
  private func request() throws -> RecordRequest {
    if output.isEmpty { throw ValidationError("--output names no folder") }
    if duration != nil, passages != nil { throw ValidationError("--duration does not go with --passages") }
    if preRoll != nil, passages == nil { throw ValidationError("--pre-roll goes with --passages only") }
    if let twice = camera.first(where: { position in camera.count { $0 == position } > 1 }) {
      throw ValidationError("--camera names \(twice.rawValue) twice")
    }
    let seconds = try read("duration", duration, RecordRequest.durations).map { $0 / .seconds(1) }
    let lead = try read("pre-roll", preRoll, RecordRequest.preRolls).map { $0 / .seconds(1) }
    let extent: RecordRequest.Extent
    if let count = try read("passages", passages, RecordRequest.passageCounts) {
      extent = .passages(count, preRollSeconds: lead ?? RecordRequest.defaultPreRollSeconds)
    } else {
      extent = .stretch(seconds: seconds)
    }
    var request = RecordRequest(output: output, extent: extent, cameras: camera)
    if let bytes = try read("budget", budget, RecordRequest.budgets) { request.budgetBytes = bytes }
    return request
  }

  private func read<Value>(_ option: String, _ text: String?, _ notation: Notation<Value>) throws -> Value? {
    guard let text else { return nil }
    do throws(Unreadable) {
      return try notation.read(ScalarText(text: text))
    } catch {
      throw ValidationError("--\(option): \(error.what); allowed: \(notation.allowed)")
    }
  }
}
