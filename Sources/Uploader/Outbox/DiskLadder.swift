/// What the file system of the state folder has left.
public struct DiskRoom: Sendable, Equatable {
  /// Bytes that an ordinary user may still write.
  public var freeBytes: Int64
  /// Bytes of the whole file system.
  public var bytes: Int64
  /// Files that may still be made; a file system that does not count them says 0 of 0.
  public var freeFiles: Int64
  /// Files that fit in all.
  public var files: Int64

  /// A file system's figures.
  public init(freeBytes: Int64, bytes: Int64, freeFiles: Int64 = 0, files: Int64 = 0) {
    self.freeBytes = freeBytes
    self.bytes = bytes
    self.freeFiles = freeFiles
    self.files = files
  }
}

/// What gives way when the disk fills, in this order: delivered image sets, then frames of new passages, then new passages. What is
/// committed and not delivered never does.
///
/// Shares are taken of the smaller of the file system and `storage.budget`, so that a large disk does not refuse what a small one takes.
struct DiskLadder: Sendable, Equatable {
  /// From plenty to nothing.
  enum Rung: Int, Comparable, Sendable {
    /// Nothing gives way before its time.
    case ample
    /// Delivered image sets go before their time.
    case short
    /// New passages keep half of their frames, of every camera.
    case scarce
    /// New passages are refused and counted.
    case full

    static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
  }

  static let shortShare = 0.20
  static let scarceShare = 0.12
  static let fullShare = 0.06
  /// The ballast comes back above this share, so that it does not come and go with every passage.
  static let ballastShare = 0.15

  let floor: Int64
  let budget: Int64

  init(_ settings: OutboxSettings) {
    floor = settings.freeSpaceFloor
    budget = settings.storageBudget
  }

  /// Bytes that shares are taken of.
  private func whole(_ room: DiskRoom) -> Int64 { max(1, min(room.bytes, budget)) }

  /// What is left, by bytes or by files, whichever is less: 0 ... 1.
  func share(_ room: DiskRoom) -> Double {
    let bytes = Double(room.freeBytes) / Double(whole(room))
    let files = room.files > 0 ? Double(room.freeFiles) / Double(room.files) : 1
    return min(1, bytes, files)
  }

  /// Where a disk stands; one that cannot be asked counts as ample, for a write will tell.
  func rung(_ room: DiskRoom?) -> Rung {
    guard let room else { return .ample }
    if room.freeBytes < floor { return .full }
    switch share(room) {
    case ..<Self.fullShare: return .full
    case ..<Self.scarceShare: return .scarce
    case ..<Self.shortShare: return .short
    default: return .ample
    }
  }

  /// Bytes that must become free for delivered image sets to be let alone again; 0: none.
  func wanted(_ room: DiskRoom?) -> Int64 {
    guard let room else { return 0 }
    // Well before new passages have to be refused.
    let goal = max(floor * 2, Int64(Double(whole(room)) * Self.shortShare))
    if room.freeBytes < goal { return goal - room.freeBytes }
    // Files are short, and nobody knows how many a set has: one set after the other goes until they are not.
    return rung(room) >= .short ? 1 : 0
  }

  /// Why a passage is refused, in one line.
  func refusal(_ room: DiskRoom) -> String {
    if room.freeBytes < floor { return "\(room.freeBytes >> 20) MiB free, \(floor >> 20) MiB are kept clear" }
    let clear = Int64(Double(whole(room)) * Self.fullShare)
    if room.freeBytes < clear { return "\(room.freeBytes >> 20) MiB free, \(clear >> 20) MiB are kept clear" }
    return "\(room.freeFiles) of \(room.files) files left on the disk"
  }
}
