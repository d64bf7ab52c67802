import FrameSelect

/// A stretch of time drawn over the full width: turns moments into percent, and picks moments to label.
struct TimeScale: Sendable, Equatable {
  let from: Double
  let to: Double

  /// The stretch that covers every moment, with a little air at both ends.
  init(covering moments: [Double]) {
    let finite = moments.filter(\.isFinite)
    let first = finite.min() ?? 0
    let last = finite.max() ?? 1
    let air = max((last - first) * 0.02, 0.05)
    from = first - air
    to = last + air
  }

  init(from: Double, to: Double) {
    self.from = from
    self.to = max(to, from + 0.001)
  }

  /// 0 at the left edge to 100 at the right edge.
  func percent(_ moment: Double) -> Double {
    guard moment.isFinite else { return 0 }
    return min(100, max(0, (moment - from) / (to - from) * 100))
  }

  /// Round moments, at most eight.
  var labels: [Double] {
    let step =
      [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600].first { (to - from) / $0 <= 8 } ?? 7200
    let first = max(0, (from / step).rounded(.up))
    let last = (to / step).rounded(.down)
    guard first <= last, last - first < 64 else { return [] }
    return stride(from: first, through: last, by: 1).map { $0 * step }
  }

  /// The labels as HTML under a time line.
  var axis: String {
    let digits = (to - from) <= 8 * 0.5 ? 1 : 0
    let labels = labels.map { label in
      let x = percent(label)
      let edge = x < 2 ? " class=\"first\"" : x > 98 ? " class=\"last\"" : ""
      return "<span\(edge) style=\"left:\(HTMLText.short(x))%\">\(HTMLText.number(label, digits)) s</span>"
    }
    return "<div class=\"axis\" aria-hidden=\"true\">\(labels.joined())</div>"
  }
}

/// What one camera saw of a passage, frame by frame, as inline SVG that stretches to any width.
///
/// The drawing is 100 wide and 100 high in its own units. Strokes keep their width, and dots are strokes without length,
/// so that nothing is squeezed when the page is narrow.
struct CameraTimeLine: Sendable {
  let camera: ReplayReport.CameraEntry
  let scale: TimeScale
  /// When the vehicle was in the lane.
  let passage: ClosedRange<Double>

  /// More points than this are not seen; every chosen one is kept.
  static let maxPoints = 1200

  var svg: String {
    let frames = thinned
    // Sharpness compares within one camera: the sharpest frame is the top of the drawing.
    let sharpest = max(frames.map(\.sharpness).filter(\.isFinite).max() ?? 0, 1e-6)
    let bandFrom = scale.percent(passage.lowerBound)
    let bandWidth = scale.percent(passage.upperBound) - bandFrom
    var parts = [
      "<rect class=\"band\" x=\"\(HTMLText.short(bandFrom))\" y=\"0\" width=\"\(HTMLText.short(bandWidth))\" height=\"100\"/>",
      path("grid", scale.labels.map { "M\(HTMLText.short(scale.percent($0))) 0V100" }),
      path("presence", presence(frames)),
    ]
    for disposition in [ConsideredFrame.Disposition.empty, .outdone, .merged] {
      let dots = frames.filter { $0.disposition == disposition }
        .map { "M\(HTMLText.short(scale.percent($0.at))) \(HTMLText.short(height($0.sharpness / sharpest)))h0" }
      parts.append(path("dot \(disposition.rawValue)", dots))
    }
    let chosen = camera.pictures.map { picture in
      (x: HTMLText.short(scale.percent(picture.at)), y: HTMLText.short(height(picture.sharpness / sharpest)))
    }
    parts.append(path("stem", chosen.map { "M\($0.x) 100V\($0.y)" }))
    parts.append(path("dot chosen", chosen.map { "M\($0.x) \($0.y)h0" }))
    let label = HTMLText.escaped(
      "\(camera.position): \(camera.considered.count) frames looked at, \(camera.pictures.count) chosen")
    return "<svg viewBox=\"0 0 100 100\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"\(label)\">"
      + parts.joined() + "</svg>"
  }

  /// The numbers over the chosen pictures, in two rows where they are close, left out where there is no room.
  var numbers: String {
    var lastInRow = [-100.0, -100.0]
    let labels = camera.pictures.enumerated().map { index, picture in
      let x = scale.percent(picture.at)
      guard let row = lastInRow.firstIndex(where: { x - $0 >= 2.4 }) else { return "" }
      lastInRow[row] = x
      return "<span style=\"left:\(HTMLText.short(x))%;bottom:\(row == 0 ? "2px" : "1.15em")\">\(index + 1)</span>"
    }
    let isDouble = lastInRow[1] >= 0
    return "<div class=\"numbers\(isDouble ? " double" : "")\" aria-hidden=\"true\">\(labels.joined())</div>"
  }

  private func height(_ value: Double) -> Double { value.isFinite ? 96 - 90 * min(1, max(0, value)) : 96 }

  private func presence(_ frames: [ReplayReport.Considered]) -> [String] {
    guard let first = frames.first, let last = frames.last else { return [] }
    let points = frames.map {
      "L\(HTMLText.short(scale.percent($0.at))) \(HTMLText.short(100 - 94 * min(1, max(0, $0.presence))))"
    }
    return ["M\(HTMLText.short(scale.percent(first.at))) 100"] + points
      + ["L\(HTMLText.short(scale.percent(last.at))) 100Z"]
  }

  private func path(_ name: String, _ pieces: [String]) -> String {
    pieces.isEmpty ? "" : "<path class=\"\(name)\" d=\"\(pieces.joined())\"/>"
  }

  private var thinned: [ReplayReport.Considered] {
    let frames = camera.considered
    guard frames.count > Self.maxPoints else { return frames }
    let every = (frames.count + Self.maxPoints - 1) / Self.maxPoints
    return frames.enumerated().filter { $0.offset % every == 0 || $0.element.disposition == .chosen }.map(\.element)
  }
}
