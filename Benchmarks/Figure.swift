import Foundation

/// What was measured of a step.
struct Figure: Encodable {
  let step: String
  let milliseconds: Double
  let peer: String
  let peerMilliseconds: Double
  let ratio: Double
  let ratioMark: Double?
  let millisecondsMark: Double?
  let meaning: String?
  private(set) var baseline: Double?

  init(
    step: String, milliseconds: Double, peer: String, peerMilliseconds: Double, ratio: Double, ratioMark: Double?,
    millisecondsMark: Double?, meaning: String?
  ) {
    self.step = step
    self.milliseconds = milliseconds
    self.peer = peer
    self.peerMilliseconds = peerMilliseconds
    self.ratio = ratio
    self.ratioMark = ratioMark
    self.millisecondsMark = millisecondsMark
    self.meaning = meaning
  }

  func held(against baseline: Double?) -> Figure {
    var figure = self
    figure.baseline = baseline
    return figure
  }

  /// What is wrong with it, a line each; nothing: all is well.
  var complaints: [String] {
    var lines: [String] = []
    if let baseline, ratio > baseline * (1 + Double(Baseline.tolerancePercent) / 100) {
      lines.append(
        String(
          format: "%@: %.3f x its peer, the baseline says %.3f; if that is meant, make benchmark-baseline", step, ratio,
          baseline))
    }
    if let ratioMark, ratio > ratioMark {
      lines.append(String(format: "%@: %.3f x its peer, the mark is %.3f", step, ratio, ratioMark))
    }
    if let millisecondsMark, milliseconds > millisecondsMark {
      lines.append(String(format: "%@: %.3f ms, the mark is %.3f ms", step, milliseconds, millisecondsMark))
    }
    return lines
  }
}

/// All figures of a run, for programs.
struct FigureFile: Encodable {
  var format = "capture-benchmark/1"
  let steps: [Figure]

  init(steps: [Figure]) { self.steps = steps }

  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    do {
      try encoder.encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw BenchmarkError(description: "\(path): cannot be written (\(error.localizedDescription))")
    }
  }
}

/// What stops a run, in one line.
struct BenchmarkError: Error, CustomStringConvertible {
  let description: String
}
