/// Where a camera sits on the rig and which side of the lane it looks at: the cloud's ten words.
public enum CameraPosition: String, CaseIterable, Codable, Hashable, Sendable, Comparable {
  case backLeft, backRight, bottomLeft, bottomRight, frontLeft, frontRight, roofLeft, roofRight, topLeft, topRight

  /// The same place on the other side of the lane.
  public var opposite: Self {
    switch self {
    case .backLeft: .backRight
    case .backRight: .backLeft
    case .bottomLeft: .bottomRight
    case .bottomRight: .bottomLeft
    case .frontLeft: .frontRight
    case .frontRight: .frontLeft
    case .roofLeft: .roofRight
    case .roofRight: .roofLeft
    case .topLeft: .topRight
    case .topRight: .topLeft
    }
  }

  /// Whether it looks along the lane: a vehicle comes to it or goes from it, shows its plate, and hardly moves in the picture while it is far.
  public var looksAlong: Bool {
    switch self {
    case .backLeft, .backRight, .frontLeft, .frontRight: true
    case .bottomLeft, .bottomRight, .roofLeft, .roofRight, .topLeft, .topRight: false
    }
  }

  /// Whether it looks across the lane from no higher than a bumper: it shows the place between two vehicles, however near they are.
  public var isCloseToFloor: Bool { self == .bottomLeft || self == .bottomRight }

  /// Alphabetical, the order in which cameras are listed everywhere.
  public static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}
