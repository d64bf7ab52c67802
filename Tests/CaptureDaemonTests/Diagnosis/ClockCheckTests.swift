import Testing

@testable import CaptureDaemon

@Suite("The clock check")
struct ClockCheckTests {
  @Test(
    "Each state of the clock has its finding",
    arguments: [
      (0, true, nil, Finding.Status.fail),
      (1_800_000_000, true, 2.0, .pass),
      (1_800_000_000, nil, -2.0, .pass),
      (1_800_000_000, true, 31.0, .fail),
      (1_800_000_000, nil, -4000.0, .fail),
      (1_800_000_000, false, nil, .warn),
    ] as [(Int64, Bool?, Double?, Finding.Status)])
  func states(now: Int64, isSynchronised: Bool?, offset: Double?, status: Finding.Status) {
    let finding = ClockCheck.finding(nowSeconds: now, isSynchronised: isSynchronised, cloudOffsetSeconds: offset)
    #expect(finding.status == status)
    #expect((finding.hint != nil) == (status != .pass))
  }
}
