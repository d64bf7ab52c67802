import CameraIO

/// Which frames of a stretch of time are recorded, and when it is over: a pure automaton, frames and the time in.
///
/// The recording begins with the first frame that comes.
struct StretchCut: Sendable {
  /// A camera whose frames do not come is waited for this long after the end.
  static let patienceSeconds = 1.0

  /// How long it is; nil: as long as nobody stops it.
  let seconds: Double?
  private let cameras: [CameraPosition]
  private(set) var start: MonotonicTime?
  private var newest: [CameraPosition: MonotonicTime] = [:]

  /// A stretch of `seconds` of `cameras`.
  init(seconds: Double?, cameras: [CameraPosition]) {
    self.seconds = seconds
    self.cameras = cameras
  }

  /// Whether a frame belongs to it.
  mutating func takes(_ camera: CameraPosition, at time: MonotonicTime) -> Bool {
    start = start ?? time
    newest[camera] = max(newest[camera] ?? time, time)
    return end.map { time < $0 } ?? true
  }

  /// Whether every camera has been heard to the end, or will not be.
  func isOver(now: MonotonicTime) -> Bool {
    guard let end else { return false }
    return cameras.allSatisfy { newest[$0].map { $0 >= end } ?? false } || now - end >= Self.patienceSeconds
  }

  private var end: MonotonicTime? {
    guard let start, let seconds else { return nil }
    return start.advanced(bySeconds: seconds)
  }
}
