import Testing

@testable import CaptureDaemon

@Suite("Progress, which feeds the watchdog")
struct ProgressTests {
  @Test("A part that stops getting on is named; one that ended is not")
  func stuckPartsAreNamed() {
    let progress = Progress()
    progress.advance(.lane, now: 0)
    progress.advance(.delivery, now: 0)
    progress.advance(.pictures, now: 0)
    #expect(progress.stuck(for: 10, now: 5) == [])
    progress.advance(.delivery, now: 12)
    #expect(progress.stuck(for: 10, now: 12) == [.lane, .pictures])
    progress.end(.lane)
    #expect(progress.stuck(for: 10, now: 12) == [.pictures])
  }
}
