import CameraIO
import Foundation
import Logging

/// What live cameras tell, as log lines: one for each change, none for repetitions, which are counted. The newest is kept for
/// whoever asks.
final class CameraJournal: Sendable {
  private let log: Logger
  private let lock = NSLock()
  nonisolated(unsafe) private var statuses: [CameraPosition: CameraStatus] = [:]  // guarded by `lock`

  init(log: Logger) { self.log = log }

  func note(_ camera: CameraPosition, _ news: CameraNews) {
    lock.withLock { unsafe Self.note(news, in: &statuses[camera, default: CameraStatus(position: camera.rawValue)]) }
    for line in Self.lines(camera, news) { log.log(level: line.level, "\(line.text)") }
  }

  /// How `camera` is, as far as it told.
  func status(of camera: CameraPosition) -> CameraStatus {
    lock.withLock { unsafe statuses[camera] } ?? CameraStatus(position: camera.rawValue)
  }

  private static func note(_ news: CameraNews, in status: inout CameraStatus) {
    switch news {
    case .streaming(let identity, let grant, let controls), .back(_, let identity, let grant, let controls):
      status.identity = identity.description
      status.figures = figures(grant)
      status.deviations = grant.deviations
      status.controls = controls.map(\.description)
      status.lost = nil
    case .lost(let error), .stillLost(let error, _): status.lost = error.description
    case .controlsDrifted(let controls): status.controls += controls.filter { !$0.isMended }.map(\.description)
    }
  }

  struct Line: Equatable {
    let level: Logger.Level
    let text: String
  }

  static func lines(_ camera: CameraPosition, _ news: CameraNews) -> [Line] {
    func line(_ level: Logger.Level, _ text: String) -> Line { Line(level: level, text: "\(camera.rawValue): \(text)") }
    switch news {
    case .streaming(let identity, let grant, let controls):
      return [line(.notice, "\(identity): \(figures(grant))")] + shortfalls(grant, controls, line)
    case .back(let seconds, let identity, let grant, let controls):
      let away = JSONLine.number(seconds, decimals: 1).text
      return [line(.notice, "frames come again after \(away) s, from \(identity): \(figures(grant))")]
        + shortfalls(grant, controls, line)
    case .lost(let error):
      return [line(.error, "no frames: \(error); it is opened again until they come")]
    case .stillLost(let error, let isAnother): return isAnother ? [line(.error, "still no frames: \(error)")] : []
    case .controlsDrifted(let controls): return controls.map { line(.warning, $0.description) }
    }
  }

  /// "MJPG 1920x1200, 30 frames/s, 8 buffers".
  static func figures(_ grant: V4L2Grant) -> String {
    let format = grant.format
    let rate = grant.rate.map { "\($0.formatted(.number.precision(.fractionLength(0...1)))) frames/s" }
    let buffers = "\(grant.buffers) buffers"
    return
      "\(format.pixelFormat.rawValue) \(format.width)x\(format.height), \(rate ?? "a rate it does not tell"), \(buffers)"
  }

  private static func shortfalls(
    _ grant: V4L2Grant, _ controls: [V4L2Controls.Deviation], _ line: (Logger.Level, String) -> Line
  ) -> [Line] {
    (grant.deviations + controls.map(\.description)).map { line(.warning, $0) }
  }
}
