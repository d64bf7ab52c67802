import Foundation
import TestSupport
import Testing

@testable import CloudStandIn

@Suite("The outbox by hand")
struct OutboxCommandTests {
  @Test("discard asks first, export copies, check looks as closely as it is told, and the books tell of it all")
  func byHand() async throws {
    let site = try Site()
    try site.writeKey("wrong-key")
    let lane = site.folder.file("lane")
    try await DrawnLane.render(into: lane, cameras: ["frontLeft"], vehicles: 2)
    #expect(try await Command.daemon.run(site.replayArguments(lane)).status == 78)
    let rows = try await site.outbox()
    let ids = rows.compactMap { $0["passage"] as? String }
    try #require(ids.count == 2)
    func outbox(_ words: String...) async throws -> Command.Outcome {
      try await Command.daemon.run(["outbox"] + words + ["--config", site.configuration])
    }

    let unasked = try await outbox("discard", ids[0])
    #expect(unasked.status == 64)
    #expect(unasked.errorLines.first?.contains("1 passages with") == true, "\(unasked.errors)")
    #expect(unasked.errorLines.first?.contains("1 of them not delivered; nothing was removed") == true)
    #expect(try await site.outbox().count == 2)
    #expect(try await outbox("discard").status == 64)
    #expect(try await outbox("discard", "--rejected", "--yes").output == "no passage is set aside\n")

    let target = site.folder.file("export")
    #expect(try await outbox("export", ids[1], target).status == 66)
    try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: false)
    let export = try await outbox("export", ids[1], target)
    #expect(export.status == 0, "\(export.errors)")
    let copied = try FileManager.default.contentsOfDirectory(atPath: "\(target)/\(ids[1])")
    #expect(copied.count == (rows[1]["images"] as? Int ?? 0) + 1)
    #expect(try await outbox("export", ids[1], target).status == 74)

    #expect(try await outbox("discard", ids[0], "--yes").output == "1 discarded\n")
    let books = try await outbox("list", "--all", "--json", "--books").events()
    #expect(books.count == 3)
    #expect(books[2]["discarded"] as? Int == 1 && books[2]["balanced"] as? Bool == true)
    #expect(books.first { $0["passage"] as? String == ids[0] }?["state"] as? String == "rejected")

    let folder = try #require(rows[1]["folder"] as? String)
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(site.state)/\(folder)")
    let image = try #require(names.first { $0.hasSuffix(".webp") })
    let path = URL(fileURLWithPath: "\(site.state)/\(folder)/\(image)")
    var bytes = try Data(contentsOf: path)
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: path)
    for (level, status) in [("presence", Int32(0)), ("size", 0), ("hash", 1)] {
      #expect(try await outbox("check", "--level", level).status == status, "\(level)")
    }
  }
}
