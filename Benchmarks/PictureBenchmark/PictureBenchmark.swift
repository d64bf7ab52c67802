import ArgumentParser
import CameraIO
import FrameSelect
import Foundation
import LaneSimulation

/// What a chosen frame costs from the camera's JPEG to WebP, each figure a ratio to what others do with the same picture in the
/// same run.
@main
struct PictureBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "picture-benchmark", abstract: "Measures decoding, conversion and encoding of chosen frames.",
    discussion: """
      Every picture is given to every method in turn, so that a busy machine is busy for all of them; times are processor seconds of \
      this thread, ratios are taken picture by picture, and what is printed is their median. Exit code 1 when a mark is missed.
      """)

  @Option(help: ArgumentHelp("Pictures.", valueName: "n"))
  var pictures = 8

  @Option(help: ArgumentHelp("How often each is given to each method.", valueName: "n"))
  var rounds = 5

  @Option(help: ArgumentHelp("File for all figures.", valueName: "file"))
  var json: String?

  func validate() throws {
    guard (1...100).contains(pictures) else { throw ValidationError("--pictures \(pictures): allowed are 1 to 100") }
    guard (1...1000).contains(rounds) else { throw ValidationError("--rounds \(rounds): allowed are 1 to 1000") }
  }

  func run() throws {
    let samples = try SamplePictures(camera: .bottomLeft).make(pictures)
    let bench = try PictureBench(samples, width: 1920, height: 1200)
    let figures = try bench.figures(rounds: rounds)
    print(Figure.heading)
    for figure in figures { print(figure.row) }
    if let json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
      try encoder.encode(figures).write(to: URL(fileURLWithPath: json), options: .atomic)
    }
    if figures.contains(where: { !$0.isMet }) { throw ExitCode(1) }
  }
}

/// One figure of a run.
struct Figure: Codable {
  let name: String
  /// Processor milliseconds or bytes of ours, and of what it is held against; medians.
  let ours: Double
  let peer: Double
  /// Median of the ratios picture by picture.
  let ratio: Double
  /// The ratio that must not be exceeded (or, where more is better, undercut); nil: it is only told.
  let mark: Double?
  /// Whether more is better.
  var isMoreBetter = false
  /// What it is held against.
  let against: String

  var isMet: Bool { mark.map { isMoreBetter ? ratio >= $0 : ratio <= $0 } ?? true }

  static let heading = columns("figure", "ours", "peer", "ratio", "mark", "against")

  var row: String {
    let bound = mark.map { (isMoreBetter ? ">= " : "<= ") + String(format: "%.2f", $0) + (isMet ? "" : " MISSED") }
    return Self.columns(
      name, String(format: "%.2f", ours), String(format: "%.2f", peer), String(format: "%.3f", ratio), bound ?? "-",
      against)
  }

  private static func columns(_ texts: String...) -> String {
    zip(texts, [26, 12, 12, 9, 16, 0]).map { text, width in
      text + String(repeating: " ", count: max(1, width - text.count))
    }.joined()
  }
}
