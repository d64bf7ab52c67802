import CameraIO
import Foundation
import Uploader

/// The wall clock of a live lane, and how far it can be trusted.
struct LiveCalendar: Sendable {
  let line: CloudLine

  /// A clock this close to the cloud's is right (its `Date` header is good to about a second).
  static let toleranceSeconds = 30.0

  var calendar: LaneCalendar {
    LaneCalendar(
      wallMilliseconds: { moment in
        let ago = MonotonicClock.now - moment
        return Int64((Date().timeIntervalSince1970 - ago) * 1000)
      },
      trust: { trust }, bootId: ClockReading.currentBootId)
  }

  /// The clocks of this moment.
  var reading: ClockReading {
    ClockReading(
      wallMs: WallClock.nowMs, uptimeSeconds: MonotonicClock.seconds, bootId: ClockReading.currentBootId, trust: trust)
  }

  private var trust: ClockTrust {
    // Before this program was made nobody can vouch for anything.
    if WallClock.nowMs / 1000 < ClockCheck.earliest { return .guess }
    // Against the server's time now: the wall clock may have been set since it was told.
    let wall = Double(WallClock.nowMs) / 1000
    return Self.trust(
      isSynchronised: ClockCheck.isSynchronised(),
      offset: line.client.lastServerDate.map { $0.serverSeconds() - wall })
  }

  static func trust(isSynchronised: Bool?, offset: Double?) -> ClockTrust {
    if isSynchronised == true { return .ntp }
    if let offset, abs(offset) < toleranceSeconds { return .server }
    return .guess
  }
}
