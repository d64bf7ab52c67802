import CameraIO
import Foundation
import Uploader

/// How much a recording may still take: its own budget, and what must stay free on its disk.
struct RecordingRoom: Sendable {
  /// What is used up.
  enum Limit: Sendable, Equatable {
    case budget
    case freeSpace
  }

  /// The most bytes that the recording may take.
  let budget: Int
  /// Bytes that stay free on the file system.
  let reserve: Int64
  private var free: Int64?
  private var takenThen = 0

  /// Nobody has looked at the disk yet.
  init(budget: Int, reserve: Int64) {
    self.budget = budget
    self.reserve = reserve
  }

  /// The disk was looked at when the recording had `taken` bytes: `free` bytes are left (nil: it cannot be asked).
  mutating func look(free: Int64?, taken: Int) {
    self.free = free
    takenThen = taken
  }

  /// What is in the way of `next` more bytes when the recording has `taken`; nil: nothing.
  func limit(taken: Int, next: Int) -> Limit? {
    if taken + next > budget { return .budget }
    if let free, free - Int64(taken + next - takenThen) < reserve { return .freeSpace }
    return nil
  }
}

extension RecordingRoom {
  /// What a recording in the folder `recording` leaves free: what the outbox wants free before it takes another passage, and as much
  /// again on the outbox's own disk, so that recordings never make it refuse one.
  static func reserve(recording: String, state: String) -> Int64 {
    let floor = OutboxSettings().freeSpaceFloor
    let outbox = FileManager.default.fileExists(atPath: state) ? state : StorageChecks.existingParent(of: state)
    return isSameDisk(recording, outbox) ? 2 * floor : floor
  }

  private static func isSameDisk(_ one: String, _ other: String) -> Bool {
    var first = stat()
    var second = stat()
    guard unsafe stat(one, &first) == 0, unsafe stat(other, &second) == 0 else { return true }
    return first.st_dev == second.st_dev
  }
}

extension CaptureSetOverrides {
  /// What the configuration says in place of the cloud.
  init(_ set: Configuration.CaptureSet) {
    self.init(
      minLicensePlateArea: set.minLicensePlateArea,
      lenses: (set.lenses ?? [:]).mapValues { LensData($0) },
      countryCode: set.countryCode, tenantId: set.tenantId, maxFramesForCameras: set.maxFramesForCameras ?? [:])
  }
}
