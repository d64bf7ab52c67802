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

/// Puts passages into the outbox: opened when the vehicle is certain, filled while it drives, closed when it has left.
actor PassageKeeping {
  /// A passage that is being filled.
  private struct Filling {
    let set: ImageSet
    /// Pictures on the disk.
    var kept = 0
    /// Pictures that came, by camera.
    var seen: [String: Int] = [:]
    /// Whether the disk was full in the middle of it.
    var isCutShort = false
  }

  private let outbox: Outbox
  private let calendar: LaneCalendar
  private let addressee: @Sendable () -> Addressee
  /// A replay records its passages again when it is started again; a camera does not.
  private let isRepeatable: Bool
  private var open: [PassageID: Filling] = [:]
  /// Passages of which nothing is kept, and why.
  private var refused: [PassageID: ImageSetResult] = [:]

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
    guard open[id] == nil, refused[id] == nil else { return refused[id] }
    let reason: ImageSetResult
    switch try await outbox.begin(facts(id, from: from), at: WallClock.nowMs) {
    case .opened(let set):
      open[id] = Filling(set: set)
      return nil
    case .alreadyKept(let state): reason = Self.result(of: state, images: 0)
    case .refused(let words): reason = ImageSetResult(state: .rejected, images: 0, reason: "refused: \(words)")
    }
    refused[id] = reason
    return reason
  }

  /// It was no vehicle after all.
  func dismiss(_ id: PassageID) async throws { try await open.removeValue(forKey: id)?.set.abandon() }

  /// Some of its pictures, while the vehicle still drives; when this returns they outlive a power cut. One wait for the disk.
  ///
  /// Of a passage that is not kept nothing is. On a disk that is nearly full every other picture of each camera has to do.
  func add(_ images: [EncodedImage], to id: PassageID) async throws {
    guard var filling = open[id], !filling.isCutShort else { return }
    let files = images.map(Self.file).filter { file in
      filling.seen[file.camera, default: 0] += 1
      return !filling.set.isReduced || filling.seen[file.camera]?.isMultiple(of: 2) == false
    }
    do {
      if !files.isEmpty { try await filling.set.add(files) }
      filling.kept += files.count
    } catch let error as StorageError where !error.isFatal {
      // The disk is full in the middle of it: what is on it stays, and is committed as what it is.
      filling.isCutShort = true
    }
    open[id] = filling
  }

  /// The vehicle has left and its pictures are there: they are committed. `images`: how many there are of a passage that is not kept.
  func finish(_ id: PassageID, _ passage: Passage, images: Int) async throws -> ImageSetResult {
    if let reason = refused.removeValue(forKey: id) {
      return ImageSetResult(state: reason.state, images: images, reason: reason.reason)
    }
    guard let filling = open.removeValue(forKey: id) else {
      return ImageSetResult(state: .rejected, images: 0, reason: "its image set is gone")
    }
    var facts = facts(id, from: passage.from, passage)
    if filling.isCutShort { facts.isReduced = true }
    switch try await filling.set.close(facts, at: WallClock.nowMs) {
    case .committed(_, let state), .alreadyKept(let state): return Self.result(of: state, images: filling.kept)
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
      plateArea: passage?.plateArea, plates: passage.flatMap(PlateLedger.manifest),
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
