import Foundation

/// The table for people.
enum Table {
  static func left(_ text: String, _ width: Int) -> String {
    text.padding(toLength: max(width, text.count + 1), withPad: " ", startingAt: 0)
  }

  static func printHeading() {
    let line = left("step", 16) + "       ms   peer ms   ratio  baseline   mark  against"
    Swift.print(line)
    fflush(nil)
  }

  static func print(_ figure: Figure) {
    let numbers = String(format: "%9.3f %9.3f %7.3f", figure.milliseconds, figure.peerMilliseconds, figure.ratio)
    let baseline = figure.baseline.map { String(format: "%9.3f", $0) } ?? "        -"
    let mark = figure.ratioMark.map { String(format: "%6.3f", $0) } ?? "     -"
    let meaning = figure.meaning.map { "; \($0)" } ?? ""
    Swift.print("\(left(figure.step, 16))\(numbers) \(baseline) \(mark)  \(figure.peer)\(meaning)")
    fflush(nil)
  }
}
