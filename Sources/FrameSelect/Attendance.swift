import CameraIO

/// Which cameras were silent during a passage: a side of the vehicle that nobody saw must be told, not missed.
struct Attendance: Sendable {
  /// A pause shorter than this, or than so many frames of a slow camera, is what the counters tell.
  static let leastSeconds = 0.5
  static let leastFrames = 2.5
  /// Pauses that ended so long before the newest frame are forgotten while no passage is open.
  static let memorySeconds = 60.0

  private struct Pause {
    let from: MonotonicTime
    let to: MonotonicTime
  }

  private let leastPause: [CameraPosition: Double]
  private var last: [CameraPosition: MonotonicTime] = [:]
  private var pauses: [CameraPosition: [Pause]] = [:]

  /// Nothing has been seen of the cameras yet, which give so many frames a second.
  init(rates: [CameraPosition: Double]) {
    leastPause = rates.mapValues { max(Self.leastSeconds, Self.leastFrames / max($0, 0.1)) }
  }

  /// A whole frame of `camera` came; whether that ended a pause. `isOccupied`: nothing may be forgotten, a passage is open.
  @discardableResult
  mutating func note(_ camera: CameraPosition, at time: MonotonicTime, isOccupied: Bool) -> Bool {
    defer { last[camera] = max(last[camera] ?? time, time) }
    guard let before = last[camera], time - before >= leastPause[camera] ?? Self.leastSeconds else { return false }
    let known = pauses[camera] ?? []
    pauses[camera] =
      (isOccupied ? known : known.filter { time - $0.to < Self.memorySeconds }) + [Pause(from: before, to: time)]
    return true
  }

  /// Seconds between `from` and `to` for which a camera gave no frame; cameras that gave theirs are not named.
  func absences(from: MonotonicTime, to: MonotonicTime) -> [CameraPosition: Double] {
    var absences: [CameraPosition: Double] = [:]
    for (camera, leastPause) in leastPause {
      var silent = pauses[camera] ?? []
      // What comes after its last frame is silence too.
      silent.append(Pause(from: last[camera] ?? from, to: max(to, last[camera] ?? to)))
      let seconds = silent.reduce(0.0) { $0 + max(0, min($1.to, to) - max($1.from, from)) }
      if seconds >= min(leastPause, to - from), seconds > 0 { absences[camera] = seconds }
    }
    return absences
  }
}
