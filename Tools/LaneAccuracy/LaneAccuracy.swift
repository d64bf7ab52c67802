import ArgumentParser
import CameraIO
import FrameSelect
import Foundation
import LaneSimulation

/// Measures how well the lane finds vehicles in rendered scenarios, whose truth is known.
@main
struct LaneAccuracy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lane-accuracy", abstract: "Holds the lane's passages against the truth of rendered scenarios.",
    discussion: """
      Renders every scenario small and grey for several seeds, feeds the pictures straight into the lane, and prints a \
      row per scenario and what went wrong in which seed. Exit code 1 when a vehicle of a scenario with light enough to \
      see was missed, doubled or off by more than \(Verdict.tolerance) s, or something else was taken for one.
      """)

  @Flag(help: "Name the scenarios and end.")
  var list = false

  @Option(help: ArgumentHelp("Scenarios, separated by commas, or `all`; may be repeated.", valueName: "names"))
  var scenario: [String] = ["all"]

  @Option(help: ArgumentHelp("Seeds: how many, counted from 1, or a range such as 11-20.", valueName: "n|from-to"))
  var seeds = "4"

  @Option(help: ArgumentHelp("One seed alone.", valueName: "n"))
  var seed: UInt64?

  @Option(help: ArgumentHelp("Camera positions, separated by commas, or `all`.", valueName: "positions"))
  var cameras = CameraRig.usual.map(\.rawValue).joined(separator: ",")

  @Option(help: ArgumentHelp("Pixels of a rendered picture.", valueName: "WxH"))
  var size = "240x150"

  @Option(help: ArgumentHelp("Pictures per second.", valueName: "n"))
  var rate = 30.0

  @Option(help: ArgumentHelp("Scenarios that are worked on at once.", valueName: "n"))
  var jobs = 2

  @Option(help: ArgumentHelp("File for all figures.", valueName: "file"))
  var json: String?

  @Flag(help: "Look at every frame, also while nothing stirs: what is found must be the same.")
  var everyFrame = false

  @Flag(help: "Tell every passage and every dismissal with its evidence.")
  var verbose = false

  @Flag(help: "Measure how well the chosen frames cover the vehicle instead.")
  var coverage = false

  @Option(help: ArgumentHelp("Pictures of a camera and passage that may be chosen, with --coverage.", valueName: "n"))
  var limit = 16

  func run() throws {
    if list {
      for entry in ScenarioCatalogue.entries { print("\(Columns.left(entry.name, 20))\(entry.summary)") }
      return
    }
    let trials = try trials()
    if coverage { return try CoverageSheet.run(trials, limit: limit, jobs: jobs, json: json) }
    let sheet = ResultSheet(trials: trials, isVerbose: verbose)
    ResultSheet.printHeading()
    let queue = TrialQueue(trials)
    DispatchQueue.concurrentPerform(iterations: jobs) { _ in
      while let trial = queue.next() { sheet.add(Result { try trial.run() }, of: trial) }
    }
    let results = try sheet.results()
    ResultSheet.printFailures(results)
    if let json { try write(results, to: json) }
    let judged = results.filter(\.isJudged)
    let wrong = judged.filter { !$0.isRight }
    print("\(judged.count - wrong.count) of \(judged.count) judged runs are right")
    if !wrong.isEmpty { throw ExitCode(1) }
  }

  /// The arguments, checked: every scenario with every seed.
  func trials() throws -> [Trial] {
    let names = scenario.flatMap { $0.split(separator: ",").map(String.init) }
    let entries = try names.flatMap { name -> [ScenarioCatalogue.Entry] in
      if name == "all" { return ScenarioCatalogue.entries }
      guard let entry = ScenarioCatalogue.entry(named: name) else {
        let known = ScenarioCatalogue.entries.map(\.name).joined(separator: ", ")
        throw ValidationError("--scenario \(name): there is no such scenario; there are \(known)")
      }
      return [entry]
    }
    let sides = size.split(separator: "x").compactMap { Int($0) }
    guard sides.count == 2, sides[0] >= 240, sides[1] >= 150, sides.allSatisfy({ $0 % 2 == 0 && $0 <= 8192 }) else {
      throw ValidationError("--size \(size): two even numbers from 240x150 on are expected, which the lane sees")
    }
    guard rate >= 1, rate <= 240 else {
      throw ValidationError("--rate \(rate): allowed are 1 to 240 pictures per second")
    }
    guard (1...64).contains(jobs) else { throw ValidationError("--jobs \(jobs): allowed are 1 to 64") }
    let positions = try positions()
    let range = try seedRange()
    return entries.flatMap { entry in
      range.map { seed in
        Trial(
          entry: entry, seed: seed, cameras: positions, width: sides[0], height: sides[1], rate: rate,
          watching: everyFrame ? .everyFrame : .idly)
      }
    }
  }

  private func seedRange() throws -> ClosedRange<UInt64> {
    if let seed { return seed...seed }
    let ends = seeds.split(separator: "-").compactMap { UInt64($0) }
    if ends.count == 1, seeds == "\(ends[0])", ends[0] > 0 { return 1...ends[0] }
    if ends.count == 2, seeds == "\(ends[0])-\(ends[1])", ends[0] <= ends[1] { return ends[0]...ends[1] }
    throw ValidationError("--seeds \(seeds): a number such as 4 or a range such as 11-20 is expected")
  }

  private func positions() throws -> [CameraPosition] {
    if cameras == "all" { return CameraPosition.allCases }
    return try cameras.split(separator: ",").map { name in
      guard let position = CameraPosition(rawValue: String(name)) else {
        let known = CameraPosition.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--cameras \(name): there is no such position; there are \(known)")
      }
      return position
    }
  }

  private func write(_ results: [TrialResult], to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    do {
      try encoder.encode(ResultFile(results)).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw ValidationError("--json \(path): cannot be written (\(error.localizedDescription))")
    }
  }
}
