import CAVFormat

/// What was wrong with a recording that was read nevertheless.
public struct RecordingDamage: Equatable, Sendable {
  /// Whether the file ended before its time: a power cut, a full disk, an interrupted copy.
  public var isCutOff = false
  /// Pictures that were not whole and were left out.
  public var framesSkipped = 0
  /// Why the file counts as cut off, for people; nil when it does not.
  public var reason: String?

  /// No damage.
  public init() {}

  /// Whether nothing is wrong.
  public var isNone: Bool { self == RecordingDamage() }
}

/// Frames out of a video file, at full speed, in the order and with the times at which they are shown.
///
/// MJPEG and raw pictures go into the pool as they are; everything else is decoded and its planes are copied.
/// A file that is cut off gives its frames up to the cut and then ends; `damage` tells.
public final class RecordingSource: FrameSource {
  /// What happens to a frame when the pool's budget is used up.
  public enum PoolPolicy: Sendable {
    /// It is dropped and counted, as with a camera.
    case drop
    /// It waits until memory comes back, so that nothing is lost: `next` says `nothing` when that takes too long.
    case wait
  }

  /// What time zero is.
  public enum TimeOrigin: Sendable {
    /// The zero of the file: all files of a recording share it.
    case recordingStart
    /// The file's first frame.
    case firstFrame
  }

  /// The camera whose frames these are.
  public let camera: CameraPosition
  /// Frames a second: the recording's, or the file's average.
  public let nominalRate: Double
  /// Damage seen so far; final once the stream has ended.
  public private(set) var damage = RecordingDamage()
  /// Time of the newest frame that was handed out or skipped; nil before the first.
  public private(set) var lastTime: MonotonicTime?

  let reader: VideoReader
  /// Added to every time; set before the first frame by whoever plays files in a row.
  var timeShift: Int64 = 0
  /// The number of the next frame.
  var sequence: UInt64 = 0

  private let pictures: RecordingPictures
  private let poolPolicy: PoolPolicy
  private let timeOrigin: TimeOrigin
  private let frameInterval: Int64
  private var origin: Int64?
  private var lastFileTime: Int64?
  private var pending: (picture: RecordingPictures.Picture, time: Int64)?
  private var isAtEnd = false

  /// Opens a video file.
  ///
  /// `nominalRate` nil takes the file's average. `decoderThreads` counts for codecs that are decoded.
  /// Throws `.notFound` or `.unreadable`, one line.
  public init(
    path: String, camera: CameraPosition, timeOrigin: TimeOrigin, nominalRate: Double? = nil,
    whenPoolIsFull poolPolicy: PoolPolicy = .wait, decoderThreads: Int = 1
  ) throws(CameraError) {
    self.camera = camera
    self.timeOrigin = timeOrigin
    self.poolPolicy = poolPolicy
    reader = try VideoReader(path: path)
    pictures = try RecordingPictures(reader: reader, decoderThreads: decoderThreads)
    self.nominalRate = nominalRate ?? reader.averageRate ?? RecordingManifest.defaultNominalRate
    frameInterval = Int64((1e9 / (reader.averageRate ?? self.nominalRate)).rounded())
  }

  /// The next frame. With `wait` and a pool that stays full for `seconds` it says `nothing` and keeps the frame for the next call.
  ///
  /// Throws when one frame is larger than the whole pool, or has a pixel format that the pool does not know.
  public func next(into pool: FramePool, waitingAtMost seconds: Double) throws(CameraError) -> FrameArrival {
    if pending == nil {
      guard !isAtEnd else { return .endOfStream }
      switch try pictures.next() {
      case .picture(let picture):
        guard let time = accept(picture.time) else { return skipped() }
        pending = (picture, time)
      case .damaged(let fileTime):
        if let fileTime { _ = accept(fileTime) }
        return skipped()
      case .end(let cut):
        isAtEnd = true
        noteEnd(cut)
        return .endOfStream
      }
    }
    guard let (picture, time) = pending else { return .nothing }
    guard pool.canHold(capacity: picture.byteCount) else {
      pending = nil
      throw CameraError(
        .broken, reader.path,
        "one frame takes \(picture.byteCount) bytes, the whole frame pool has \(pool.byteBudget): give the pool more memory"
      )
    }
    let wait = poolPolicy == .wait ? seconds : 0
    guard var lease = pool.lease(capacity: picture.byteCount, waitingFor: wait) else {
      if poolPolicy == .wait { return .nothing }
      pending = nil
      sequence += 1
      return .dropped(.pool)
    }
    pending = nil
    let isWhole = lease.withBytes { bytes in pictures.copy(picture, into: &bytes) }
    guard isWhole else { return skipped() }
    defer { sequence += 1 }
    return .frame(
      lease.seal(
        byteCount: picture.byteCount, camera: camera, sequence: sequence, time: MonotonicTime(nanoseconds: time),
        format: picture.format))
  }

  /// Length of the file as it states it itself, first frame to the end of the last one; nil when it does not.
  public var statedSeconds: Double? { reader.statedDuration.map { Double($0) / 1e9 } }

  /// The frame's time on the time base, or nil when the file's time is impossible: not later than the one before.
  private func accept(_ stated: Int64?) -> Int64? {
    let fileTime = stated ?? lastFileTime.map { $0 + frameInterval } ?? 0
    guard abs(fileTime) < Self.longestTime else { return nil }
    if let lastFileTime, fileTime <= lastFileTime { return nil }
    lastFileTime = fileTime
    let start = origin ?? (timeOrigin == .firstFrame ? fileTime : 0)
    origin = start
    let time = fileTime - start + timeShift
    lastTime = MonotonicTime(nanoseconds: time)
    return time
  }

  /// Ten years: a damaged time can be anything, and sums of times must not overflow.
  private static let longestTime: Int64 = 10 * 31_536_000 * 1_000_000_000

  private func skipped() -> FrameArrival {
    damage.framesSkipped += 1
    sequence += 1
    return .dropped(.damaged)
  }

  private func noteEnd(_ cut: String?) {
    if let cut {
      damage.isCutOff = true
      damage.reason = cut
    } else if reader.statedDuration == nil, reader.container.contains("matroska") {
      // Matroska writes its length last, into the header.
      damage.isCutOff = true
      damage.reason = "it was never finished: its header states no length"
    } else if let stated = reader.statedDuration, let lastFileTime {
      // One and a half intervals: the length is rounded, and some containers count to the last frame's beginning.
      let reached = lastFileTime + max(reader.lastPacketDuration, frameInterval) + frameInterval / 2
      guard reached < stated else { return }
      damage.isCutOff = true
      damage.reason =
        "it says \(MonotonicTime(nanoseconds: stated)) and ends at \(MonotonicTime(nanoseconds: lastFileTime))"
    }
  }
}
