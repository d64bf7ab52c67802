import Foundation
import TestSupport
import Testing

@testable import CloudStandIn

@Suite("Killed and started again")
struct KillTests {
  @Test("A replay with upload that is killed at ten random moments delivers every passage exactly once in the end")
  func killedReplayDoublesNothing() async throws {
    let site = try Site()
    let lane = site.folder.file("lane")
    try await DrawnLane.render(into: lane, vehicles: 4)
    // How long it takes undisturbed, on a site of its own, says where the moments may lie.
    let calm = try Site()
    let start = ContinuousClock.now
    let whole = try await Command.daemon.run(calm.replayArguments(lane))
    try #require(whole.status == 0, "\(whole.errors)")
    let length = ContinuousClock.now - start
    let images = calm.cloud.ledger.images.stored

    var random = SystemRandomNumberGenerator()
    var kills = 0
    for _ in 0..<10 {
      let replay = try Command.daemon.start(site.replayArguments(lane))
      try await Task.sleep(for: length * Double.random(in: 0.05...0.95, using: &random))
      replay.send(SIGKILL)
      if try await replay.end().wasKilled { kills += 1 }
    }
    #expect(kills > 0, "no kill came in time")
    let last = try await Command.daemon.run(site.replayArguments(lane))
    #expect(last.status == 0, "\(last.errors)")
    let states = try last.events().filter { $0["event"] as? String == "imageSet" }.map { $0["state"] as? String }
    #expect(states == Array(repeating: "delivered", count: 4))
    site.expectEverythingOnce(passages: 4, images: images)
    let check = try await Command.daemon.run(["outbox", "check", "--deep", "--config", site.configuration])
    #expect(check.status == 0, "\(check.output)")
  }
}
