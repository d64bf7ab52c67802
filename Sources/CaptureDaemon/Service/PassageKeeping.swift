import CameraIO
import FrameSelect
import Foundation
import Uploader

/// Whose passages these are, as far as is known: from the unit's settings and the configuration.
struct Addressee: Sendable, Equatable {
  var unitId: String?
  var captureSetId: String?
  var tenantId: String?
}

/// Turns the lane's time into the wall clock's.
struct LaneCalendar: Sendable {
  /// Epoch milliseconds of a moment of the lane.
  let wallMilliseconds: @Sendable (MonotonicTime) -> Int64
  /// How sure that is.
  let trust: @Sendable () -> ClockTrust
  /// The boot in which the lane's time counts; nil for a lane that does not live in this one (a replay).
  var bootId: String?
}

/// Puts passages into the outbox: opened when the vehicle is certain, filled and closed when it has left.
///
/// The seam where image sets will be filled while the car still drives; for now all pictures come at the end.
actor PassageKeeping {
  /// Pictures that share one wait for the disk.
  static let groupSize = 16

  private let outbox: Outbox
  private let calendar: LaneCalendar
  private let addressee: @Sendable () -> Addressee
  /// A replay records its passages again when it is started again; a camera does not.
  private let isRepeatable: Bool
  private var open: [PassageID: ImageSet] = [:]

  init(
    outbox: Outbox, calendar: LaneCalendar, isRepeatable: Bool, addressee: @escaping @Sendable () -> Addressee
  ) {
    self.outbox = outbox
    self.calendar = calendar
    self.isRepeatable = isRepeatable
    self.addressee = addressee
  }

  /// It is a vehicle: from here on the passage is in the books, whatever happens. Nil: go on; otherwise why nothing is kept.
  func begin(_ id: PassageID, from: MonotonicTime) async throws -> ImageSetResult? {
    guard open[id] == nil else { return nil }
    switch try await outbox.begin(facts(id, from: from), at: WallClock.nowMs) {
    case .opened(let set):
      open[id] = set
      return nil
    case .alreadyKept(let state): return Self.result(of: state, images: 0)
    case .refused(let reason): return ImageSetResult(state: .rejected, images: 0, reason: "refused: \(reason)")
    }
  }

  /// It was no vehicle after all.
  func dismiss(_ id: PassageID) async throws { try await open.removeValue(forKey: id)?.abandon() }

  /// The vehicle has left: its pictures are written, synced and committed; when this returns they outlive a power cut.
  func finish(_ id: PassageID, _ passage: Passage, _ images: [EncodedImage]) async throws -> ImageSetResult {
    if let early = try await begin(id, from: passage.from) {
      return ImageSetResult(state: early.state, images: images.count, reason: early.reason)
    }
    guard let set = open.removeValue(forKey: id) else {
      return ImageSetResult(state: .rejected, images: 0, reason: "its image set is gone")
    }
    var files = images.map(Self.file)
    if set.isReduced { files = ImageFile.thinned(files) }
    var facts = facts(id, from: passage.from, passage)
    var kept = 0
    do {
      for start in stride(from: 0, to: files.count, by: Self.groupSize) {
        let group = files[start..<min(start + Self.groupSize, files.count)]
        try await set.add(Array(group))
        kept += group.count
      }
    } catch let error as StorageError where !error.isFatal {
      // The disk is full in the middle of it: what is on it stays, and is committed as what it is.
      facts.isReduced = true
    }
    switch try await set.close(facts, at: WallClock.nowMs) {
    case .committed(_, let state), .alreadyKept(let state): return Self.result(of: state, images: kept)
    case .interrupted(let reason): return ImageSetResult(state: .rejected, images: 0, reason: reason)
    }
  }

  /// Where a passage stands, in the words that people and scripts know.
  static func result(of state: PassageState, images: Int) -> ImageSetResult {
    var result = ImageSetResult(state: .init(of: state), images: images)
    switch state {
    case .held: result.reason = "no tenant known yet"
    case .holdClock: result.reason = "the clock cannot be trusted yet"
    case .discarded: result.reason = "discarded by a person"
    case .quarantined: result.reason = "set aside, see outbox show"
    case .queued, .creating, .reconcile, .created, .uploaded, .verified, .purging, .done: break
    }
    return result
  }

  private func facts(_ id: PassageID, from: MonotonicTime, _ passage: Passage? = nil) -> PassageFacts {
    let addressee = addressee()
    return PassageFacts(
      id: id, recordedAtMs: calendar.wallMilliseconds(from), clock: calendar.trust(), unitId: addressee.unitId,
      captureSetId: addressee.captureSetId, tenantId: addressee.tenantId, from: from.seconds, to: passage?.to.seconds,
      direction: passage?.direction.rawValue ?? "unknown", trigger: passage?.trigger ?? "motion",
      camerasMissing: passage.flatMap(Self.camerasMissing), coverage: passage.flatMap(CoverageLedger.figures),
      bootId: calendar.bootId, isRepeatable: isRepeatable, software: Release.version)
  }

  private static func camerasMissing(_ passage: Passage) -> [String: Double]? {
    guard !passage.absences.isEmpty else { return nil }
    return Dictionary(
      uniqueKeysWithValues: passage.absences.map { ($0.key.rawValue, ($0.value * 100).rounded() / 100) })
  }

  private static func file(_ image: EncodedImage) -> ImageFile {
    ImageFile(
      fileName: image.fileName, camera: image.camera.rawValue, width: image.width, height: image.height,
      bytes: Data(image.bytes), sharpness: image.sharpness, displacement: image.displacement, at: image.time.seconds)
  }
}
