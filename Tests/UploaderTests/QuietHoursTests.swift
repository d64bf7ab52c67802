import Foundation
import Testing

@testable import Uploader

@Suite struct QuietHoursTests {
  @Test(
    "How long it stays quiet",
    arguments: [
      ("07:00-19:30", 6 * 3600 + 3599, 0), ("07:00-19:30", 7 * 3600, 12 * 3600 + 1800),
      ("07:00-19:30", 19 * 3600 + 1799, 1), ("07:00-19:30", 19 * 3600 + 1800, 0), ("22:00-06:00", 0, 6 * 3600),
      ("22:00-06:00", 23 * 3600, 7 * 3600), ("22:00-06:00", 6 * 3600, 0), ("22:00-06:00", 12 * 3600, 0),
    ])
  func left(_ text: String, _ second: Int, _ left: Int) throws {
    #expect(try #require(QuietHours(text)).secondsLeft(at: second) == left)
    #expect(QuietHours(text)?.description == text)
  }

  @Test(
    "What is no hours of the day",
    arguments: [
      "", "7:00-19:00", "07:00", "07:00-07:00", "24:00-01:00", "07:60-08:00", "07:00-08:00-09:00", "٠٧:00-08:00",
    ])
  func unreadable(_ text: String) {
    #expect(QuietHours(text) == nil)
  }

  @Test("In quiet hours nothing is sent; when they are over everything is; who asks for delivery gets it at once")
  func quiet() async throws {
    let bench = try DeliveryBench()
    let minute = QuietHours.secondOfDay(ofWallMs: bench.clock.nowMs()) / 60
    bench.settings.quietHours = QuietHours(from: (minute + 1439) % 1440, to: (minute + 120) % 1440)
    try await bench.record(1)
    let start = bench.clock.nowMs()
    let delivery = try await bench.delivery()
    let runner = Task { try await delivery.run() }
    while !bench.events.contains({ if case .delivered = $0 { true } else { false } }) { await Task.yield() }
    #expect(bench.clock.nowMs() - start >= 119 * 60_000)
    await delivery.stop()
    try await runner.value
    bench.settings.quietHours = QuietHours(from: 0, to: 1439)
    try await bench.record(2)
    #expect(try await bench.deliverAll().ending == .nothingOwed)
  }
}
