/// Where a camera sits on the rig and which side of the lane it looks at: the cloud's ten words.
public enum CameraPosition: String, CaseIterable, Codable, Hashable, Sendable, Comparable {
  case backLeft, backRight, bottomLeft, bottomRight, frontLeft, frontRight, roofLeft, roofRight, topLeft, topRight

  /// Alphabetical, the order in which cameras are listed everywhere.
  public static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}
