import CameraIO
import FrameSelect

/// What one camera shows of a plate at this moment, and whether that will do.
struct PlateGlance: Codable, Sendable, Equatable {
  /// The camera.
  let position: String
  /// Square pixels as the minimum counts them; nil: no plate is in sight.
  private(set) var area: Int?
  /// Left edge, upper edge, width and height in pixels of the frame.
  private(set) var box: [Int]?
  /// 0 to 1.
  private(set) var confidence: Double?
  /// How far away; nil: the lens is not known.
  private(set) var metres: Double?
  /// What the area must reach; nil: any will do.
  private(set) var minimum: Int?
  /// From where on towards the camera a plate is large enough, metres; nil: not known.
  private(set) var farthest: Double?
  /// "plate 31250 px² at 1.86 m, minimum 25000: large enough".
  private(set) var text: String
  /// Whether the plate is too small.
  private(set) var isTooSmall = false
  /// Why nobody could look; nil: somebody did.
  let trouble: String?

  /// No plate; `trouble`: nobody could look.
  init(_ camera: CameraPosition, _ measure: PlateMeasure, trouble: String? = nil) {
    position = camera.rawValue
    minimum = measure.minimum
    farthest = measure.farthest
    self.trouble = trouble
    text = trouble.map { "not looked at: \($0)" } ?? "no plate in sight"
  }

  /// The plate in `frame` that is surest to be one, inside of the zone.
  init(at frame: Frame, _ measure: PlateMeasure, _ detector: SharedPlateDetector) {
    let (width, height) = (frame.format.width, frame.format.height)
    do throws(PictureError) {
      let sightings = try detector.detect(in: frame).compactMap {
        measure.sighting(of: $0, by: frame.camera, at: frame.time, width: width, height: height)
      }
      self.init(frame.camera, measure)
      if let surest = sightings.max(by: { $0.plate.confidence < $1.plate.confidence }) { take(surest) }
    } catch {
      self.init(frame.camera, measure, trouble: "the frame is damaged (\(error.reason))")
    }
  }

  mutating func take(_ sighting: PlateSighting) {
    let pixels = sighting.plate.wholePixels
    area = sighting.area
    box = [pixels.x, pixels.y, pixels.width, pixels.height]
    confidence = sighting.plate.confidence
    metres = sighting.metres
    minimum = sighting.minimum
    text = "\(sighting.words), \(sighting.verdict)"
    isTooSmall = !sighting.isLargeEnough
  }

  /// As a technician reads it. No plate in sight is nothing wrong: mostly nobody holds one up.
  var finding: Finding {
    let reach = farthest.map { "at most \(JSONLine.number($0, decimals: 2).text) m from the camera" }
    let hint: String? =
      if trouble != nil {
        nil
      } else if area == nil {
        "to check, hold one up where vehicles pass, facing the camera" + (reach.map { ", \($0)" } ?? "")
      } else if isTooSmall {
        "move the camera nearer, or give it a longer lens" + (reach.map { ": plates must come \($0)" } ?? "")
      } else {
        nil
      }
    return Finding(
      "plates.\(position)", trouble != nil || area == nil ? .skip : isTooSmall ? .warn : .pass, text, hint: hint,
      data: [
        .init("area", .optional(area)), .init("minimum", .optional(minimum)),
        .init("metres", metres.map { .number($0, decimals: 2) } ?? .null),
        .init("farthest", farthest.map { .number($0, decimals: 2) } ?? .null),
        .init("confidence", confidence.map { .number($0, decimals: 3) } ?? .null),
        .init("box", box.map { .array($0.map { .integer($0) }) } ?? .null),
      ])
  }
}
