import Testing

@testable import CaptureDaemon

@Suite("The progress line")
struct ProgressLineTests {
  @Test(
    "It says how far things are, also when nobody knows how far they go",
    arguments: [
      (3.0, 12.0, "lane  [#######.......................] 25 %  3 of 12 s"),
      (15, 12, "lane  [##############################] 100 %  15 of 12 s"),
      (3, nil, "lane  3 s"), (3, 0, "lane  3 s"),
    ] as [(Double, Double?, String)])
  func text(done: Double, all: Double?, text: String) {
    #expect(ProgressLine.text("lane", done, of: all, unit: "s") == text)
  }
}
