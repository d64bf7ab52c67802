import Testing

@testable import CaptureDaemon

@Suite("Progress, which feeds the watchdog")
struct ProgressTests {
  @Test("A part that stops getting on is named when its own patience is over; one that ended or rests is not")
  func stuckPartsAreNamed() {
    let progress = Progress()
    for part in Progress.Part.allCases { progress.advance(part, now: 0) }
    #expect(progress.stuck(now: 20) == [])
    #expect(progress.stuck(now: 21) == [.lane])
    #expect(progress.stuck(now: 601) == [.delivery, .lane, .pictures])
    progress.advance(.delivery, now: 600)
    progress.end(.lane)
    #expect(progress.stuck(now: 601) == [.pictures])
  }
}
