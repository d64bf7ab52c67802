import CameraIO
import Foundation

/// Makes durable what is recorded, about every half second, on the thread `record-sync`: a disk that takes its time to be in order
/// holds up neither the cameras nor the writing.
///
/// It also writes `recording.json`, which names a camera as soon as its first picture is on the disk: whatever happens, what is
/// named can be replayed (docs/decisions/0005).
final class RecordingSync: Sendable {
  /// What is written about a recording.
  struct Facts: Sendable {
    /// What the configuration says of each camera, its file left empty.
    let cameras: [CameraPosition: RecordingManifest.Camera]
    let nominalRates: [CameraPosition: Double]
    let captureSet: CaptureSetOverrides
    /// The wall time of a moment, milliseconds since 1970.
    let wallMilliseconds: @Sendable (MonotonicTime) -> Int64

    /// Frames a second of the fastest camera.
    var nominalRate: Double { nominalRates.values.max() ?? RecordingManifest.defaultNominalRate }
  }

  private struct Entry {
    let name: String
    let file: FileSync
    let startedAtMs: Int64
    var isNamed = false
  }

  /// How long pictures may lie in memory before they are brought to the disk.
  private static let pauseSeconds = 0.5

  let folder: RecordingFolder
  let facts: Facts
  private let condition = TimedCondition()
  nonisolated(unsafe) private var entries: [CameraPosition: Entry] = [:]  // guarded by `condition`
  nonisolated(unsafe) private var failure: (any Error)?  // guarded by `condition`
  nonisolated(unsafe) private var isOver = false  // guarded by `condition`
  /// One round at a time.
  private let rounds = NSLock()

  /// Nothing is recorded yet.
  init(_ folder: RecordingFolder, _ facts: Facts) {
    self.folder = folder
    self.facts = facts
  }

  /// `camera` has its first picture in the file `name`; the recording began at `start`.
  func add(_ camera: CameraPosition, _ name: String, _ file: FileSync, start: MonotonicTime) {
    let startedAtMs = facts.wallMilliseconds(start)
    condition.withLock {
      // Of all cameras the first one says when it began.
      let begun = unsafe entries.values.first?.startedAtMs ?? startedAtMs
      unsafe entries[camera] = Entry(name: name, file: file, startedAtMs: begun)
      condition.wakeAll()
    }
  }

  /// On the thread `record-sync`: rounds until the end, or until the disk fails.
  func run() {
    while pause() {
      do {
        try round()
      } catch {
        return condition.withLock { unsafe failure = error }
      }
    }
  }

  /// Throws what went wrong on the thread `record-sync`.
  func check() throws {
    if let failure = condition.withLock({ unsafe failure }) { throw failure }
  }

  /// Ends the rounds with a last one on the calling thread, after which everything is on the disk.
  func finish() throws {
    condition.withLock {
      unsafe isOver = true
      condition.wakeAll()
    }
    try check()
    try round()
  }

  /// Brings everything to the disk that was written before, and names what is new there.
  func round() throws {
    rounds.lock()
    defer { rounds.unlock() }
    let entries = condition.withLock { unsafe self.entries }
    for (_, entry) in entries.sorted(by: { $0.key < $1.key }) { try entry.file.sync() }
    guard entries.values.contains(where: { !$0.isNamed }) else { return }
    try folder.write(manifest(entries))
    condition.withLock {
      for camera in entries.keys { unsafe self.entries[camera]?.isNamed = true }
    }
  }

  /// Waits until the next round is due, at once when a camera has come; false when there is none any more.
  private func pause() -> Bool {
    condition.withLock {
      _ = condition.wait(atMost: Self.pauseSeconds) { unsafe isOver || entries.values.contains { !$0.isNamed } }
      return unsafe !isOver
    }
  }

  private func manifest(_ entries: [CameraPosition: Entry]) -> RecordingManifest {
    var cameras: [CameraPosition: RecordingManifest.Camera] = [:]
    for (position, entry) in entries {
      var camera = facts.cameras[position] ?? .init(file: "")
      camera.file = entry.name
      cameras[position] = camera
    }
    return RecordingManifest(
      startedAtMs: entries.values.first?.startedAtMs, nominalRate: facts.nominalRate, cameras: cameras,
      captureSet: facts.captureSet)
  }
}
