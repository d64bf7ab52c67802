import CameraIO
import FrameSelect
import Uploader

/// What became of an image set, as `replay` and `outbox list` report it.
struct ImageSetResult: Sendable, Equatable {
  enum State: String, Sendable, CaseIterable {
    /// Committed and owed to the cloud.
    case queued
    /// The cloud has listed every image.
    case delivered
    /// On this device only, on purpose or until somebody decides.
    case held
    /// Set aside: the cloud will not have it.
    case rejected

    /// The outbox's own steps, told apart only by who has to do something.
    init(of state: PassageState) {
      switch state {
      case .queued, .creating, .reconcile, .created, .uploaded: self = .queued
      case .verified, .purging, .done: self = .delivered
      case .held, .holdClock: self = .held
      case .quarantined, .discarded: self = .rejected
      }
    }
  }

  var state: State
  /// The cloud's id, once there is one.
  var imageSetId: String?
  var images: Int
  /// How many of them the cloud listed; nil when it was not asked.
  var listed: Int?
  /// Why it is where it is, when that is not obvious.
  var reason: String?
}

/// The events of `replay`: one JSON object per line, or a few words for people.
enum ReplayEvents {
  static func passage(_ passage: Passage, id: PassageID) -> JSONLine {
    .line([
      "event": .string("passage"), "id": .string(id.description), "from": .seconds(passage.from.seconds),
      "to": .seconds(passage.to.seconds), "direction": .string(passage.direction.rawValue),
      "trigger": .string(passage.trigger), "plateArea": .optional(passage.plateArea),
      // Of each camera that saw a plate the largest.
      "plates": .array(passage.plates.map(PlateLedger.line)),
      "cameras": .array(passage.cameras.map { .string($0.rawValue) }),
      "camerasMissing": .object(
        passage.absences.sorted { $0.key < $1.key }.map { .init($0.key.rawValue, .number($0.value, decimals: 2)) }),
      // The part of the vehicle's length that each camera's pictures show sharply; null: not known.
      "coverage": .object(
        passage.coverage.map { coverage in
          .init(coverage.camera.rawValue, coverage.covered.map { .number($0, decimals: 3) } ?? .null)
        }),
      "coverageReasons": .object(
        passage.coverage.compactMap { coverage in
          coverage.reason.map { .init(coverage.camera.rawValue, .string($0)) }
        }),
      "evidence": .object(
        passage.evidence.sorted { $0.key < $1.key }.map { .init($0.key, .number($0.value, decimals: 4)) }),
    ])
  }

  static func image(_ image: EncodedImage, passage id: PassageID) -> JSONLine {
    .line([
      "event": .string("image"), "passage": .string(id.description), "camera": .string(image.camera.rawValue),
      "fileName": .string(image.fileName), "at": .seconds(image.time.seconds), "width": .integer(image.width),
      "height": .integer(image.height), "bytes": .integer(image.bytes.count),
      "sharpness": .number(image.sharpness, decimals: 4),
      "displacement": image.displacement.map { .number($0, decimals: 4) } ?? .null, "reason": .string(image.reason),
    ])
  }

  static func imageSet(_ result: ImageSetResult, passage id: PassageID, at: MonotonicTime) -> JSONLine {
    .line([
      "event": .string("imageSet"), "passage": .string(id.description), "state": .string(result.state.rawValue),
      "imageSetId": .optional(result.imageSetId), "images": .integer(result.images), "listed": .optional(result.listed),
      "reason": .optional(result.reason), "at": .seconds(at.seconds),
    ])
  }

  /// The last line of a replay. The first four members are the recording's; the rest is this machine's, today.
  struct Summary: Sendable {
    var frames = 0
    var dropped = 0
    var passages = 0
    var images = 0
    var wallSeconds = 0.0
    var cpuSeconds = 0.0
    var peakMemoryBytes = 0
  }

  static func summary(_ summary: Summary) -> JSONLine {
    .line([
      "event": .string("summary"), "frames": .integer(summary.frames), "dropped": .integer(summary.dropped),
      "passages": .integer(summary.passages), "images": .integer(summary.images),
      "wallSeconds": .number(summary.wallSeconds, decimals: 2), "cpuSeconds": .number(summary.cpuSeconds, decimals: 2),
      "peakMemoryBytes": .integer(summary.peakMemoryBytes),
    ])
  }

  // MARK: for people

  static func text(_ passage: Passage, id: PassageID, images: [EncodedImage]) -> String {
    let counts = passage.cameras.map { camera in
      "\(camera.rawValue) \(images.count { $0.camera == camera })"
    }
    let plates = passage.plates.map { "\n  \($0.words), \($0.verdict), in \($0.fileName ?? $0.camera.rawValue)" }
    return """
      passage \(id)
        from \(passage.from) to \(passage.to), \(passage.direction.rawValue), seen by \(passage.trigger)
        images: \(images.count) (\(counts.joined(separator: ", ")))\(plates.joined())
      """
  }

  static func text(_ result: ImageSetResult, passage id: PassageID) -> String {
    switch result.state {
    case .delivered:
      "image set \(result.imageSetId ?? "?") of \(id): \(result.listed ?? 0) of \(result.images) images listed by the cloud"
    case .queued, .held, .rejected:
      "image set of \(id): \(result.state.rawValue)" + (result.reason.map { ", \($0)" } ?? "")
    }
  }

  static func text(_ summary: Summary) -> String {
    let figures = [
      "\(summary.frames) frames", "\(summary.dropped) dropped", "\(summary.passages) passages",
      "\(summary.images) images", JSONLine.number(summary.wallSeconds, decimals: 1).text + " s",
      JSONLine.number(summary.cpuSeconds, decimals: 1).text + " s of CPU",
      "\(summary.peakMemoryBytes >> 20) MiB at most",
    ]
    return figures.joined(separator: ", ")
  }
}
