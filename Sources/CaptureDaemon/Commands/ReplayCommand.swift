import ArgumentParser
import CameraIO
import FrameSelect
import Foundation
import Logging
import Uploader

/// `capture-daemon replay`: the pipeline over recordings.
struct ReplayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "The same pipeline over recordings.",
    discussion: """
      SOURCE is a recording folder (recording.json and one video file per camera) or a single video file. Deterministic: \
      the same recording, configuration and code give the same passages and pictures, whatever the speed of the machine.
      """)

  @Argument(help: "Recording folders or video files.")
  var sources: [String]

  @OptionGroup var options: ConfigurationOptions

  @Option(help: ArgumentHelp("Which camera a single video file is (default: frontLeft).", valueName: "position"))
  var camera: CameraPosition?

  @Option(
    help: ArgumentHelp(
      "A polygon in pixels outside of which nothing counts: \"x,y x,y x,y …\".", valueName: "points"))
  var zone: String?

  @Option(help: "max: as fast as the machine goes. realtime: every frame at its own time.")
  var speed: ReplaySpeed = .max

  @Option(help: ArgumentHelp("Put the pictures and report.html there.", valueName: "dir"))
  var output: String?

  @Flag(help: "Send the image sets to the configured cloud through the outbox; ends when nothing is owed any more.")
  var upload = false

  @Flag(help: "Find passages and choose pictures, but write and send nothing.")
  var dryRun = false

  @Flag(help: "One JSON object per event on standard output.")
  var json = false

  mutating func validate() throws {
    if sources.isEmpty { throw ValidationError("name at least one recording folder or video file") }
    if dryRun && (upload || output != nil) {
      throw ValidationError("--dry-run goes with neither --upload nor --output")
    }
    if let zone {
      do { _ = try Zone(parsing: zone) } catch { throw ValidationError("--zone \"\(zone)\": \(error)") }
    }
  }

  func run() async throws {
    try await reporting { try await replay() }
  }

  private func replay() async throws -> ExitStatus {
    let loaded = try options.load(isFileNeeded: upload)
    let corners = try zone.map { try Zone(parsing: $0).corners }
    let recordings = try sources.map { try Recording.open(path: $0, camera: camera, zone: corners) }
    let session = try await ReplaySession(loaded, upload: upload, output: output, speed: speed, json: json)
    return try await session.run(recordings)
  }
}

extension CameraPosition: ExpressibleByArgument {}
