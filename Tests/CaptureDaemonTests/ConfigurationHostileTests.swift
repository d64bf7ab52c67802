import Foundation
import TestSupport
import Testing

@testable import CaptureDaemon

/// The same random numbers on every run (splitmix64).
private struct Seeded: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

@Suite("Files that are no configuration")
struct ConfigurationHostileTests {
  /// One line, of bounded length, and no crash.
  private func line(_ bytes: Data) -> String {
    do {
      _ = try ConfigurationFile.parse(bytes, name: "f")
      return ""
    } catch {
      return error.description
    }
  }

  private static let laughs = "a: &a [x,x]\n" + (0..<30).map { "b\($0): &b\($0) [*a,*a]\n" }.joined()

  static let cases: [(name: String, bytes: Data, words: String)] = [
    ("10 MB", Data(repeating: 0x61, count: 10_000_000), "has 10000000 bytes"),
    ("zeros", Data(repeating: 0, count: 4096), "f:1: has control characters"),
    ("program", Data([0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0, 0xFF, 0xFE]), "f:1: is not UTF-8"),
    ("Latin-1", Data("unit:\n  id: K".utf8) + Data([0xF6, 0x6C, 0x6E]), "f:2: is not UTF-8"),
    ("UTF-16", Data([0xFF, 0xFE]) + Data("u\0n\0".utf8), "is UTF-16"),
    ("flow sequences 500 deep", Data(String(repeating: "[", count: 500).utf8), "f:"),
    (
      "flow sequences 900 deep and closed",
      Data((String(repeating: "[", count: 900) + String(repeating: "]", count: 900)).utf8), "nested more than 32"
    ),
    ("flow sequences 100000 deep", Data(String(repeating: "[", count: 100_000).utf8), "f:"),
    ("block sequences 900 deep", Data((String(repeating: "- ", count: 900) + "a").utf8), "nested more than 32"),
    ("block sequences 100000 deep", Data((String(repeating: "- ", count: 100_000) + "a").utf8), "f:"),
    (
      "maps 900 deep", Data((0..<900).map { String(repeating: " ", count: $0) + "a:\n" }.joined().utf8),
      "nested more than"
    ),
    ("a billion laughs", Data(laughs.utf8), "f:1: anchors (&) and aliases (*)"),
    ("an alias to nothing", Data("a: *b\n".utf8), "f:1: anchors (&) and aliases (*)"),
    ("an anchored key", Data("&a a: 1\n".utf8), "f:1: anchors (&)"),
    ("a merge key", Data("x: {<<: [1, 2]}\ny: {<<: *x}".utf8), "f:2: anchors (&)"),
    ("an anchor behind a comment sign in quotes", Data("a: [' # ', &b 1]\n".utf8), "f:1: anchors (&)"),
    ("an anchor in a quote over two lines", Data("a: [\"\n # \", &b 1]\n".utf8), "f:2: anchors (&)"),
    ("tabs", Data("a:\n\tb: 1\n".utf8), "f:2: is not YAML"),
    ("a quote that stays open", Data("a: 'b\nc: d\n".utf8), "is not YAML"),
    ("a list that stays open", Data("a: [1, 2\nb: 3\n".utf8), "is not YAML"),
    ("two documents", Data("a: 1\n---\nb: 2\n".utf8), "is not YAML"),
    ("a list as key", Data("? [a, b]\n: 1\n".utf8), "a key is a list or a map"),
    ("a tag for a language", Data("a: !!python/object:os.system {}\n%x".utf8), "f:"),
    ("a vertical tab", Data("a: \u{0B}\n".utf8), "f:1: has control characters"),
    ("an escape sequence in a duplicate key", Data("\"\\e[2J\": 1\n\"\\e[2J\": 2\n".utf8), "is given twice"),
  ]

  @Test("One clear line and no crash", arguments: cases.indices)
  func hostile(index: Int) {
    let (name, bytes, words) = Self.cases[index]
    let line = line(bytes)
    #expect(line.contains(words), "\(name): \(line.prefix(300))")
    #expect(!line.contains("\n") && line.unicodeScalars.allSatisfy { $0.value >= 0x20 }, "\(name)")
    #expect(line.count < 300, "\(name)")
  }

  @Test(
    "Signs that only look like anchors are text",
    arguments: [
      "storage: {directory: '/a &b'}", "storage: {directory: /a&b*c}", "# see &this and *that\n", "webp: # *x\n",
    ])
  func noAnchors(text: String) {
    #expect(problems(text).isEmpty)
  }

  @Test("Random bytes and random pieces of YAML are refused or read, never more")
  func random() {
    var generator = Seeded(state: 2026)
    let pieces = [
      "webp:", " quality", ": ", "- ", "\n", "  ", "[", "]", "{", "}", "'", "\"", "#", "80", "|", ">", "? ", "!!", "%",
      "cameras:", "~", "\u{E4}",
    ]
    for _ in 0..<2000 {
      let text = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
        pieces[Int.random(in: pieces.indices, using: &generator)]
      }
      .joined()
      #expect(problems(text).allSatisfy { !$0.contains("\n") }, "\(text.debugDescription)")
      let bytes = Data((0..<64).map { _ in UInt8.random(in: 0...255, using: &generator) })
      #expect(!line(bytes).contains("\n"), "\([UInt8](bytes))")
    }
  }

  @Test("A file that is missing, a folder, or too large is one line")
  func files() throws {
    let directory = try TemporaryDirectory()
    func message(_ file: String) -> String {
      do {
        _ = try ConfigurationLoader.load(file: file, environment: [:])
        return ""
      } catch { return error.description }
    }
    #expect(message(directory.file("none")).contains("no such configuration file"))
    #expect(message(directory.path).contains("is not a regular file"))
    #expect(message("/dev/zero").contains("is not a regular file"))
    try Data(repeating: 0x20, count: 2 << 20).write(to: URL(fileURLWithPath: directory.file("large")))
    #expect(message(directory.file("large")).contains("allowed: at most 1048576 bytes"))
  }
}
