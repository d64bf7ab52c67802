import CameraIO

/// How good a frame is as evidence.
public struct FrameScore: Sendable, Equatable {
  /// 0 (nothing to see) to 1: how sharp, comparable within one camera.
  public let sharpness: Double
  /// 0 (black or burnt out) to 1 (well exposed).
  public let exposure: Double

  /// A score of both parts.
  public init(sharpness: Double, exposure: Double) {
    self.sharpness = sharpness
    self.exposure = exposure
  }
}

extension FrameScore {
  /// Measures a frame: decodes its luma at half the size and looks at the detail in it and at the clipped pixels.
  ///
  /// With a `box` only what is in it counts: a floor is sharp behind the most blurred of vehicles. Throws when the frame cannot be
  /// read; such a frame is no evidence.
  public static func measure(_ frame: Frame, on box: PictureBox? = nil) throws(PictureError) -> FrameScore {
    FrameScore(try HalfLuma(frame), on: box)
  }

  /// Tiles of the half-size picture, in pixels along each side: contrast is compared with detail within one.
  private static let tile = 32
  /// Gradient energy that noise may account for at most: a standard deviation of two levels.
  private static let noiseBound = 8.0
  /// Detail that scores one half: what is left of a sharp street photo (0.1 to 0.3) after a smear of three or four pixels.
  private static let middling = 0.08

  init(_ picture: HalfLuma, on box: PictureBox? = nil) {
    let part = picture.part(in: box)
    self.init(sharpness: Self.sharpness(of: picture, part), exposure: Self.exposure(of: picture, part))
  }

  /// Mean squared gradient over variance is the mean squared frequency of a picture: it does not change with contrast or
  /// brightness, and falls with every blur. Sensor noise has no vehicle in it: the gradients of the quietest tiles are
  /// taken off. Across and down are multiplied, so that a picture smeared in one direction has no detail to show.
  private static func sharpness(of picture: HalfLuma, _ part: HalfLuma.Part) -> Double {
    let tiles = picture.tiles(of: tile, in: part)
    guard !tiles.isEmpty else { return 0 }
    let across = ratio(tiles.map { ($0.across, $0.variance) })
    let down = ratio(tiles.map { ($0.down, $0.variance) })
    let detail = (across * down).squareRoot()
    return detail / (detail + middling)
  }

  private static func ratio(_ tiles: [(gradient: Double, variance: Double)]) -> Double {
    let quiet = tiles.map(\.gradient).sorted()[tiles.count / 20]
    let noise = min(quiet, noiseBound)
    var gradients = 0.0
    var variances = 0.0
    for tile in tiles {
      gradients += max(0, tile.gradient - noise)
      variances += max(0, tile.variance - noise / 2)
    }
    return variances > 0 ? gradients / variances : 0
  }

  /// Values at and beyond which nothing can be seen any more; 8-bit full range.
  private static let black = 4
  private static let white = 251

  private static func exposure(of picture: HalfLuma, _ part: HalfLuma.Part) -> Double {
    let count = part.rows.count * part.columns.count
    guard count > 0 else { return 0 }
    var dark = 0
    var bright = 0
    for row in part.rows {
      for pixel in picture.pixels[
        (row * picture.width + part.columns.lowerBound)..<(row * picture.width + part.columns.upperBound)]
      {
        dark += pixel <= black ? 1 : 0
        bright += pixel >= white ? 1 : 0
      }
    }
    return (1 - Double(dark) / Double(count)) * (1 - Double(bright) / Double(count))
  }
}
