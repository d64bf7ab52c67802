import CameraIO
import Foundation

extension FrameSelector {
  /// Why `option` was taken of `group`, for people.
  func reason(for option: Int, among group: [Int], in options: [Option]) -> String {
    let chosen = options[option]
    let seen = max(1, group.reduce(0) { $0 + options[$1].seen })
    let span = span(of: group, in: options)
    if seen == 1 { return "the only one in \(span)" }
    let best = group.map { options[$0].score.quality }.max() ?? 0
    if chosen.score.quality < best {
      return "good one of \(seen) in \(span), at an even distance where the best is not"
    }
    let sharpest = group.map { options[$0].sharpest }.max() ?? 0
    let virtue = chosen.score.sharpness < sharpest ? "sharpest well exposed" : "sharpest"
    return "\(virtue) of \(seen) in \(span)"
  }

  private func span(of group: [Int], in options: [Option]) -> String {
    let from: Double
    let to: Double
    let unit: String
    switch axis {
    case .time:
      from = (group.map { options[$0].times.lowerBound }.min() ?? passageBegan) - passageBegan
      to = (group.map { options[$0].times.upperBound }.max() ?? passageBegan) - passageBegan
      unit = "s of the passage"
    case .displacement, .lane:
      from = group.map { options[$0].places.lowerBound }.min() ?? 0
      to = group.map { options[$0].places.upperBound }.max() ?? 0
      unit = axis == .lane ? "picture widths of other cameras" : "picture widths"
    }
    let figures = [from, to].map { String(format: "%.2f", $0 == 0 ? 0 : $0) }
    return "\(figures[0])-\(figures[1]) \(unit)"
  }
}
