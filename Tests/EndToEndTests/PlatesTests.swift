import Foundation
import TestSupport
import Testing

@Suite("capture-daemon plates, run as people run it")
struct PlatesTests {
  /// A grey picture of a wall, by ffmpeg.
  private func wall(_ path: String) async throws {
    let outcome = try await Command(at: "/usr/bin/ffmpeg").run([
      "-v", "error", "-f", "lavfi", "-i", "color=gray:s=320x200", "-frames:v", "1", path,
    ])
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  @Test("No plate: an empty list, exit 0; one line for each image; JPEG, WebP")
  func noPlate() async throws {
    let folder = try TemporaryDirectory()
    let files = ["wall.jpg", "wall.webp"].map { folder.file($0) }
    for file in files { try await wall(file) }
    let outcome = try await Command.daemon.run(["plates", "--json"] + files)
    #expect(outcome.status == 0 && outcome.errorLines.isEmpty, "\(outcome.errors)")
    let lines = try outcome.events()
    #expect(lines.map { $0["file"] as? String } == files)
    for line in lines {
      #expect(line["width"] as? Int == 320 && line["height"] as? Int == 200, "\(line)")
      #expect((line["plates"] as? [Any])?.isEmpty == true, "\(line)")
      #expect(try #require(line["milliseconds"] as? Double) > 0)
    }
    let text = try await Command.daemon.run(["plates", files[0]])
    #expect(text.status == 0 && text.output.hasPrefix("\(files[0]): 320x200, no plate, "), "\(text.output)")
  }

  @Test("What cannot be read: one line each and 66, and the others are done")
  func badImages() async throws {
    let folder = try TemporaryDirectory()
    try await wall(folder.file("wall.jpg"))
    let whole = try Data(contentsOf: URL(fileURLWithPath: folder.file("wall.jpg")))
    try whole.prefix(whole.count * 2 / 3).write(to: URL(fileURLWithPath: folder.file("cut.jpg")))
    try Data("no picture".utf8).write(to: URL(fileURLWithPath: folder.file("text.jpg")))
    try Data().write(to: URL(fileURLWithPath: folder.file("empty.jpg")))
    let names = ["missing.jpg", "cut.jpg", "text.jpg", "empty.jpg", "wall.jpg"]
    let outcome = try await Command.daemon.run(["plates", "--json"] + names.map { folder.file($0) })
    #expect(outcome.status == 66, "\(outcome.errors)")
    #expect(outcome.errorLines.count == 4, "\(outcome.errors)")
    for (line, name) in zip(outcome.errorLines, names) { #expect(line.contains(folder.file(name)), "\(line)") }
    #expect(try outcome.events().map { $0["file"] as? String } == [folder.file("wall.jpg")])
  }

  @Test("A lens that says nothing, and no image at all: 64 and one line")
  func wrongUsage() async throws {
    for arguments in [
      ["plates"], ["plates", "x.jpg", "--lens", "6,1920"], ["plates", "x.jpg", "--lens", "lens9"],
      ["plates", "x.jpg", "--area-at-least", "-1"],
    ] {
      let outcome = try await Command.daemon.run(arguments)
      #expect(outcome.status == 64 && outcome.errorLines.count == 1, "\(arguments): \(outcome.errors)")
    }
  }
}
