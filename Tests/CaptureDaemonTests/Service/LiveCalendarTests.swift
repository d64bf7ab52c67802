import Testing
import Uploader

@testable import CaptureDaemon

@Suite("The clock of a live lane")
struct LiveCalendarTests {
  @Test(
    "It is trusted when the system says so, or when the cloud's clock agrees",
    arguments: [
      (true, nil, ClockTrust.ntp), (nil, 3.0, .server), (false, -29.0, .server), (nil, 31.0, .guess),
      (nil, nil, .guess),
    ] as [(Bool?, Double?, ClockTrust)])
  func trust(isSynchronised: Bool?, offset: Double?, trust: ClockTrust) {
    #expect(LiveCalendar.trust(isSynchronised: isSynchronised, offset: offset) == trust)
  }
}
