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

  @Test("Of several things at once each is watched for itself: one that hangs is not hidden by those that are finished")
  func severalAtOnce() {
    let progress = Progress()
    for begun in [0.0, 100, 100] { progress.begin(.pictures, now: begun) }
    progress.finish(.pictures, begun: 100)
    #expect(progress.stuck(now: 180) == [])
    #expect(progress.stuck(now: 181) == [.pictures])
    progress.finish(.pictures, begun: 0)
    #expect(progress.stuck(now: 280) == [])
    #expect(progress.stuck(now: 281) == [.pictures])
    progress.finish(.pictures, begun: 100)
    #expect(progress.stuck(now: 1000) == [])
  }

  @Test("Passages that wait for the pictures of others are not stuck, up to ten times as long as one may take")
  func queue() {
    let progress = Progress()
    progress.begin(.pictures, now: 0)
    progress.begin(.pictures, now: 50)
    progress.getOn(.pictures, now: 170)
    #expect(progress.stuck(now: 350) == [])
    #expect(progress.stuck(now: 351) == [.pictures])
    progress.getOn(.pictures, now: 400)
    #expect(progress.stuck(now: 580) == [])
    // The oldest hangs, whatever the others do.
    progress.getOn(.pictures, now: 1790)
    #expect(progress.stuck(now: 1800) == [])
    #expect(progress.stuck(now: 1801) == [.pictures])
    progress.finish(.pictures, begun: 0)
    #expect(progress.stuck(now: 1801) == [])
    // What is over is no excuse for what begins later.
    progress.finish(.pictures, begun: 50)
    progress.begin(.pictures, now: 3000)
    #expect(progress.stuck(now: 3180) == [])
    #expect(progress.stuck(now: 3181) == [.pictures])
  }
}
