import ArgumentParser
import Foundation

/// Measures what the steps of a frame's life cost, each against something that does the same in the same run.
@main
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "What the steps cost, as ratios to peers measured in the same run.",
    discussion: """
      A step and its peer run in turn, picture by picture, on one thread; times are CPU times, figures are medians, the \
      ratio is that of pairs. Exit code 1 when a ratio is worse than the baseline by more than \
      \(Baseline.tolerancePercent) %, or a mark is missed.
      """)

  @Flag(help: "Name the steps and end.")
  var list = false

  @Option(help: ArgumentHelp("Steps, separated by commas (default: all).", valueName: "names"))
  var only: String?

  @Option(help: ArgumentHelp("Rounds of a step, in parts of its own number.", valueName: "n"))
  var effort = 1.0

  @Option(help: ArgumentHelp("File for all figures.", valueName: "file"))
  var json: String?

  @Option(help: ArgumentHelp("Ratios that are to be held.", valueName: "file"))
  var baseline: String?

  @Flag(help: "Write this run's ratios into the baseline, in place of holding them against it.")
  var write = false

  func validate() throws {
    guard effort > 0, effort <= 100 else { throw ValidationError("--effort \(effort): more than 0, at most 100") }
    guard !write || baseline != nil else { throw ValidationError("--write: --baseline FILE says where to") }
  }

  func run() throws {
    if list {
      for step in Steps.all { print(Table.left(step.name, 16) + step.what) }
      return
    }
    let steps = try chosen()
    var held = try baseline.map { try Baseline(path: $0, mayBeMissing: write) }
    let material = Material()
    Table.printHeading()
    var figures: [Figure] = []
    for step in steps {
      let figure = try step.measure(material, effort: effort).held(against: write ? nil : held?.ratios[step.name])
      Table.print(figure)
      figures.append(figure)
    }
    if let json { try FigureFile(steps: figures).write(to: json) }
    if write, let baseline {
      for figure in figures { held?.ratios[figure.step] = figure.ratio }
      try held?.write(to: baseline)
    }
    let wrong = figures.flatMap(\.complaints)
    for line in wrong { print("benchmark: \(line)") }
    if !wrong.isEmpty { throw ExitCode(1) }
  }

  private func chosen() throws -> [Step] {
    guard let only else { return Steps.all }
    return try only.split(separator: ",").map { name in
      guard let step = Steps.all.first(where: { $0.name == name }) else {
        let known = Steps.all.map(\.name).joined(separator: ", ")
        throw ValidationError("--only \(name): there is no such step; there are \(known)")
      }
      return step
    }
  }
}
