import CameraIO
import Foundation

/// Which part of a vehicle's length the chosen pictures of one camera show sharply, and why not more of it.
///
/// A camera that looks across the lane shows a vehicle piece by piece as it goes by; places on it are counted in widths of the picture, by
/// displacement. A picture shows what is straight in front of the lens: towards its edges a wide lens looks along a panel, not at it.
public struct CameraCoverage: Sendable, Equatable {
  /// The camera.
  public let camera: CameraPosition
  /// 0 to 1; nil when the displacement was not known to this camera.
  public let covered: Double?
  /// The pieces that are shown, as parts of the vehicle's length from where it was seen first, 0 to 1, in order.
  public let shown: [ClosedRange<Double>]
  /// How many pictures were chosen, and how many of them are sharp.
  public let pictures: Int
  /// See `pictures`.
  public let sharp: Int
  /// Why it is poor, in a few words; nil when it is not.
  public let reason: String?
  /// Whether pictures were spread over the time: no camera knew how far the vehicle went.
  public let isByTime: Bool

  /// A coverage.
  public init(
    camera: CameraPosition, covered: Double?, shown: [ClosedRange<Double>], pictures: Int, sharp: Int, reason: String?,
    isByTime: Bool = false
  ) {
    self.camera = camera
    self.covered = covered
    self.shown = shown
    self.pictures = pictures
    self.sharp = sharp
    self.reason = reason
    self.isByTime = isByTime
  }

  /// From here on a coverage is no longer poor.
  public static let good = 0.9
}

/// What a coverage is reckoned from.
struct CoverageReckoning {
  let camera: CameraPosition
  let axis: SpreadAxis
  /// All that was looked at, and what was chosen of it.
  let considered: [ConsideredFrame]
  let limit: Int
  /// The part of the picture's width that looks at a vehicle straight enough.
  let straight: Double
  /// Seconds of the passage for which the camera gave nothing.
  let absentSeconds: Double

  /// A picture is sharp that is at least so good as this part of the camera's best of the passage.
  private static let sharpShare = 0.5
  /// Exposure below which too much is black or burnt out.
  private static let leastExposure = 0.5
  /// Seconds without pictures that are worth a word.
  private static let absence = 0.2

  var coverage: CameraCoverage {
    let seen = considered.filter { $0.disposition != .empty }
    let best = seen.map(\.score.quality).max() ?? 0
    let chosen = considered.filter { $0.disposition == .chosen }
    let sharp = chosen.filter { $0.score.quality > 0 && $0.score.quality >= Self.sharpShare * best }
    let places = seen.compactMap(\.displacement)
    guard axis == .displacement, let low = places.min(), let high = places.max(), high > low else {
      return CameraCoverage(
        camera: camera, covered: nil, shown: [], pictures: chosen.count, sharp: sharp.count,
        reason: missing ?? (seen.isEmpty ? "no vehicle in its pictures" : unknown), isByTime: axis == .time)
    }
    // What is in the middle of the picture when the vehicle has come in by half a picture is its nose; its tail is there half a picture
    // before it is gone. One that turned back never showed its tail.
    let hasPassed = high - low > 1.2
    let from = low + min(0.5, (high - low) / 2)
    let to = hasPassed ? high - 0.5 : high
    let pieces = Self.joined(
      sharp.compactMap(\.displacement).map { ($0 - straight / 2)...($0 + straight / 2) }, within: from...to)
    let length = to - from
    let shown = pieces.map { (($0.lowerBound - from) / length)...(($0.upperBound - from) / length) }
    let covered = min(1, shown.reduce(0) { $0 + $1.upperBound - $1.lowerBound })
    return CameraCoverage(
      camera: camera, covered: covered, shown: shown, pictures: chosen.count, sharp: sharp.count,
      reason: covered >= CameraCoverage.good ? nil : poor(seen, chosen.count, sharp.count, length))
  }

  private var unknown: String {
    axis == .lane
      ? "displacement unknown, spread over how far it went for other cameras"
      : "displacement unknown, spread over the time"
  }

  private var missing: String? {
    guard absentSeconds > Self.absence else { return nil }
    return "camera missing for " + String(format: "%.1f s", absentSeconds)
  }

  private func poor(_ seen: [ConsideredFrame], _ chosen: Int, _ sharp: Int, _ length: Double) -> String {
    if let missing { return missing }
    let exposure = seen.reduce(0) { $0 + $1.score.exposure } / Double(max(seen.count, 1))
    if exposure < Self.leastExposure { return "too dark or burnt out" }
    let places = seen.compactMap(\.displacement)
    let step = zip(places, places.dropFirst()).map { abs($1 - $0) }.max() ?? 0
    if step > straight || 2 * sharp < chosen { return "too fast" }
    if Double(limit) * straight < length { return "only \(limit) pictures allowed" }
    return "no sharp picture of some places"
  }

  /// The pieces one after the other, those that touch as one, cut to `bounds`.
  static func joined(_ pieces: [ClosedRange<Double>], within bounds: ClosedRange<Double>) -> [ClosedRange<Double>] {
    var joined: [ClosedRange<Double>] = []
    for piece in pieces.sorted(by: { $0.lowerBound < $1.lowerBound }) where piece.overlaps(bounds) {
      let piece = piece.clamped(to: bounds)
      if let last = joined.last, piece.lowerBound <= last.upperBound {
        joined[joined.count - 1] = last.lowerBound...max(last.upperBound, piece.upperBound)
      } else {
        joined.append(piece)
      }
    }
    return joined
  }
}

extension LensData {
  /// Degrees off its axis up to which a lens looks at a panel rather than along it.
  private static let straightDegrees = 40.0

  /// The part of the picture's width within `straightDegrees`; nil when the figures make no lens.
  public var straightShare: Double? {
    guard focalLength > 0, sensorSize > 0 else { return nil }
    return min(1, tan(Self.straightDegrees * .pi / 180) / (sensorSize / 2 / focalLength))
  }
}
