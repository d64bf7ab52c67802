import FrameSelect
import Uploader

/// The plates of a passage as manifest, events and log have them.
enum PlateLedger {
  /// For the manifest; nil when no camera saw one.
  static func manifest(_ passage: Passage) -> [PlateSeen]? {
    guard !passage.plates.isEmpty else { return nil }
    return passage.plates.map { sighting in
      let box = sighting.plate.wholePixels
      return PlateSeen(
        camera: sighting.camera.rawValue, fileName: sighting.fileName,
        at: (sighting.time.seconds * 1000).rounded() / 1000, x: box.x, y: box.y, width: box.width, height: box.height,
        area: sighting.area, minimum: sighting.minimum,
        confidence: (sighting.plate.confidence * 1000).rounded() / 1000,
        metres: sighting.metres.map { ($0 * 100).rounded() / 100 })
    }
  }

  /// For `replay --json`.
  static func line(_ sighting: PlateSighting) -> JSONLine {
    let box = sighting.plate.wholePixels
    return .line([
      "camera": .string(sighting.camera.rawValue), "fileName": .optional(sighting.fileName),
      "at": .seconds(sighting.time.seconds), "x": .integer(box.x), "y": .integer(box.y), "width": .integer(box.width),
      "height": .integer(box.height), "area": .integer(sighting.area), "minimum": .optional(sighting.minimum),
      "isLargeEnough": .bool(sighting.isLargeEnough), "confidence": .number(sighting.plate.confidence, decimals: 3),
      "metres": sighting.metres.map { .number($0, decimals: 2) } ?? .null,
    ])
  }
}

extension Plate {
  /// The box in whole pixels, at least one by one.
  var wholePixels: (x: Int, y: Int, width: Int, height: Int) {
    let left = Int(x.rounded())
    let top = Int(y.rounded())
    return (left, top, max(1, Int((x + width).rounded()) - left), max(1, Int((y + height).rounded()) - top))
  }
}

extension PlateSighting {
  /// For people: "plate 31250 px² at 1.86 m".
  var words: String {
    "plate \(area) px²" + (metres.map { " at \(JSONLine.number($0, decimals: 2).text) m" } ?? "")
  }

  /// For people: "minimum 25000: large enough".
  var verdict: String {
    guard let minimum else { return "no minimum" }
    let verdict = "minimum \(minimum): \(Self.verdict(area, of: minimum))"
    guard !isLargeEnough, let metres else { return verdict }
    // The area falls with the square of the distance.
    let near = metres * (Double(area) / Double(minimum)).squareRoot()
    return "\(verdict), large enough at \(JSONLine.number(near, decimals: 2).text) m"
  }

  /// For people: "large enough", "too small by 20 %".
  static func verdict(_ area: Int, of minimum: Int) -> String {
    guard area < minimum else { return "large enough" }
    return "too small by \(max(1, Int((100 * (1 - Double(area) / Double(minimum))).rounded()))) %"
  }
}
