import Foundation
import LaneSimulation
import Testing

@Suite("The guide of the simulated lane")
struct GuideTests {
  private static let page = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("docs/guide/simulator.md")

  @Test("Its table names every scenario, and no other")
  func scenarios() throws {
    let text = try String(contentsOf: Self.page, encoding: .utf8)
    var named: Set<String> = []
    for line in text.split(separator: "\n") where line.hasPrefix("| `") {
      let column = line.split(separator: "|")[0]
      for match in column.matches(of: /`([a-z0-9-]+)`/) { named.insert(String(match.1)) }
    }
    #expect(named == Set(ScenarioCatalogue.entries.map(\.name)))
  }

  @Test("Every scenario has another name and a summary of one line")
  func summaries() {
    let entries = ScenarioCatalogue.entries
    #expect(Set(entries.map(\.name)).count == entries.count)
    for entry in entries { #expect(!entry.summary.isEmpty && !entry.summary.contains("\n")) }
  }
}
