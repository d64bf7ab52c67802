import CameraIO
import Foundation

/// The files of a recording that is being made: frames in, as they are and at their own times.
///
/// Used by the thread `record` alone, which never waits for the disk to be in order: that is the business of `RecordingSync`. A camera's
/// file is made when its first picture comes.
final class RecordedFiles {

  /// What was written of one camera.
  struct Tally: Sendable, Equatable {
    let file: String
    var frames = 0
    /// Frames that came and did not fit: of another size or format, or not later than the one before.
    var leftOut = 0
    var bytes = 0
    /// Seconds since the recording's start.
    var first: Double?
    var last: Double?
  }

  /// Why nothing more is written.
  enum Full: Error, Equatable {
    case full(RecordingRoom.Limit)
  }

  private struct Track {
    let writer: RecordingWriter
    let sync: FileSync
    let format: FrameFormat
    var tally: Tally
    var lastTime: MonotonicTime?
    var isBroken = false
  }

  /// How often the free space of the disk is looked at.
  static let lookSeconds = 0.5

  private let sync: RecordingSync
  private let freeBytes: () -> Int64?
  private let say: (String) -> Void
  private var room: RecordingRoom
  private var tracks: [CameraPosition: Track] = [:]
  /// Of cameras that deliver H.264: which of their pictures can be decoded.
  private var gates: [CameraPosition: KeyFrameGate] = [:]
  private var lastLook: MonotonicTime?
  /// When the recording begins: the first frame.
  private(set) var start: MonotonicTime?

  /// Nothing is written yet. `freeBytes`: what is left on the disk now. `say` gets one line about what an engineer should know.
  init(
    _ sync: RecordingSync, room: RecordingRoom, freeBytes: @escaping () -> Int64?, say: @escaping (String) -> Void
  ) {
    self.sync = sync
    self.room = room
    self.freeBytes = freeBytes
    self.say = say
  }

  /// What was written so far, by camera.
  var tallies: [CameraPosition: Tally] {
    tracks.mapValues { track in
      var tally = track.tally
      tally.bytes = track.writer.byteCount
      return tally
    }
  }

  /// Bytes of all files, their index included.
  var byteCount: Int { tracks.values.reduce(0) { $0 + $1.writer.byteCount } }

  /// Writes one frame and looks, at the time `now`, whether the next has room. Throws `Full` when the frame has no room, or the error of the disk; then nothing more may be written.
  func write(_ frame: Frame, now: MonotonicTime) throws {
    try sync.check()
    if lastLook.map({ now - $0 >= Self.lookSeconds }) ?? true {
      lastLook = now
      room.look(free: freeBytes(), taken: byteCount)
    }
    if let limit = room.limit(taken: byteCount, next: frame.byteCount + Self.overheadBytes) { throw Full.full(limit) }
    guard isDecodable(frame) else { return }
    let begun = start ?? frame.time
    start = begun
    if tracks[frame.camera] == nil {
      // What came before the first frame of all is older than the recording.
      guard frame.time >= begun else { return }
      try begin(frame, begun)
    }
    try append(frame, begun)
    if tracks[frame.camera]?.tally.frames == 1, let track = tracks[frame.camera] {
      sync.add(frame.camera, track.tally.file, track.sync, start: begun)
    }
  }

  /// Whether somebody who has only the recording can make a picture of it: H.264 begins with a key frame, and after a lost picture
  /// with the next one. What comes before is left out, and counted once there is a file.
  private func isDecodable(_ frame: Frame) -> Bool {
    guard frame.format.pixelFormat == .h264 else { return true }
    var gate = gates[frame.camera] ?? KeyFrameGate()
    defer { gates[frame.camera] = gate }
    let admission = frame.withBytes { gate.admit($0) }
    if admission != .mustWait, tracks[frame.camera] != nil || admission == .keyFrame { return true }
    tracks[frame.camera]?.tally.leftOut += 1
    return false
  }

  /// Completes every file and makes it durable; the first error of all, after every file had its turn. A file that could not be
  /// written stays as it is: cut off.
  func finish() throws {
    var failure: (any Error)?
    for (_, track) in tracks.sorted(by: { $0.key < $1.key }) where !track.isBroken {
      do {
        try track.writer.finish()
        track.sync.note()
      } catch {
        failure = failure ?? error
      }
    }
    do {
      try sync.finish()
    } catch {
      failure = failure ?? error
    }
    if let failure { throw failure }
  }

  /// What the container and `recording.json` may take beside a picture.
  private static let overheadBytes = 4096

  private func begin(_ frame: Frame, _ start: MonotonicTime) throws {
    let (name, writer) = try makeWriter(frame, startedAtMs: sync.facts.wallMilliseconds(start))
    tracks[frame.camera] = Track(
      writer: writer, sync: try FileSync(path: writer.path), format: frame.format, tally: Tally(file: name))
  }

  /// Matroska, or NUT for the formats that Matroska has no name for.
  private func makeWriter(_ frame: Frame, startedAtMs: Int64) throws -> (name: String, writer: RecordingWriter) {
    func writer(_ name: String) throws(CameraError) -> (String, RecordingWriter) {
      (
        name,
        try RecordingWriter(
          path: sync.folder.file(name), width: frame.format.width, height: frame.format.height,
          pixelFormat: frame.format.pixelFormat,
          nominalRate: sync.facts.nominalRates[frame.camera] ?? sync.facts.nominalRate,
          range: frame.format.range, matrix: frame.format.matrix,
          parameterSets: gates[frame.camera]?.parameterSets ?? [], startedAtMs: startedAtMs)
      )
    }
    do {
      return try writer("\(frame.camera.rawValue).mkv")
    } catch let error {
      guard let other = try? writer("\(frame.camera.rawValue).nut") else { throw error }
      return other
    }
  }

  private func append(_ frame: Frame, _ start: MonotonicTime) throws {
    guard var track = tracks[frame.camera] else { return }
    // Containers count in microseconds, and times must increase.
    let isLater = track.lastTime.map { frame.time.nanoseconds - $0.nanoseconds >= 1000 } ?? true
    if frame.format != track.format || !isLater {
      if track.tally.leftOut == 0 { say(Self.complaint(about: frame, track.format, isLater: isLater)) }
      track.tally.leftOut += 1
    } else {
      let time = MonotonicTime(nanoseconds: frame.time.nanoseconds - start.nanoseconds)
      do {
        try frame.withBytes { (bytes) throws(CameraError) in try track.writer.append(bytes, at: time) }
      } catch {
        tracks[frame.camera]?.isBroken = true
        throw error
      }
      track.lastTime = frame.time
      track.sync.note()
      track.tally.frames += 1
      track.tally.first = track.tally.first ?? time.seconds
      track.tally.last = time.seconds
    }
    tracks[frame.camera] = track
  }

  private static func complaint(about frame: Frame, _ expected: FrameFormat, isLater: Bool) -> String {
    let what =
      isLater
      ? "came as \(text(frame.format)) into a file of \(text(expected))"
      : "came with a time that is not later than the one before"
    return "\(frame.camera.rawValue): a picture \(what); such pictures are left out and counted"
  }

  private static func text(_ format: FrameFormat) -> String {
    "\(format.width)x\(format.height) \(format.pixelFormat.rawValue)"
  }
}
