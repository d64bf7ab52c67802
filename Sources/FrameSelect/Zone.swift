import CameraIO

/// The part of a camera's picture in which a vehicle counts: a polygon, in pixels of the full frame.
public struct Zone: Sendable, Equatable {
  /// A corner, the same as a recording's manifest has.
  public typealias Point = ZonePoint

  /// What is wrong with the text of a zone, in one line.
  public struct Malformed: Error, CustomStringConvertible, Sendable, Equatable {
    /// The line.
    public let description: String
  }

  /// The corners in order, at least three.
  public let corners: [Point]

  /// The polygon through `corners`; fails when it is none (fewer than three corners, or no area).
  public init(corners: [Point]) throws(Malformed) {
    guard corners.count >= 3 else {
      throw Malformed(description: "a zone needs at least three corners, not \(corners.count)")
    }
    guard corners.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else {
      throw Malformed(description: "a zone's corners must be finite numbers")
    }
    self.corners = corners
    guard area > 0 else { throw Malformed(description: "the zone's corners lie on one line, so it has no area") }
  }

  /// Reads `x,y x,y …`: corners in pixels, separated by blanks.
  public init(parsing text: String) throws(Malformed) {
    var corners: [Point] = []
    for part in text.split(whereSeparator: \.isWhitespace) {
      let numbers = part.split(separator: ",", omittingEmptySubsequences: false)
      guard numbers.count == 2, let x = Double(numbers[0]), let y = Double(numbers[1]) else {
        throw Malformed(
          description: "'\(part)' is no corner of a zone: write x,y in pixels, as in \"0,200 1919,200 960,0\"")
      }
      corners.append(Point(x: x, y: y))
    }
    try self.init(corners: corners)
  }

  /// Square pixels of the full frame.
  public var area: Double {
    var twice = 0.0
    for (index, corner) in corners.enumerated() {
      let next = corners[(index + 1) % corners.count]
      twice += corner.x * next.y - next.x * corner.y
    }
    return abs(twice) / 2
  }

  /// Whether the point lies inside (even-odd rule, so a polygon that crosses itself is still well defined).
  public func contains(x: Double, y: Double) -> Bool {
    var isInside = false
    var previous = corners[corners.count - 1]
    for corner in corners {
      if (corner.y > y) != (previous.y > y),
        x < (previous.x - corner.x) * (y - corner.y) / (previous.y - corner.y) + corner.x
      {
        isInside.toggle()
      }
      previous = corner
    }
    return isInside
  }
}
