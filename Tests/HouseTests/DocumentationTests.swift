import Foundation
import Testing

@Suite("The documentation")
struct DocumentationTests {
  static let pages: [String] =
    ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"] + Tree.files(below: "docs", extensions: ["md"])

  @Test("Links in the pages lead somewhere", arguments: pages)
  func linksResolve(page: String) throws {
    let text = try Tree.text(of: page)
    let folder = (page as NSString).deletingLastPathComponent
    for match in text.matches(of: /\]\(([^)#\s]+)(#[^)\s]*)?\)/) {
      let target = String(match.1)
      if target.contains("://") || target.hasPrefix("mailto:") { continue }
      let path = ((folder as NSString).appendingPathComponent(target) as NSString).standardizingPath
      #expect(Tree.exists(path), "\(page) links to \(target)")
    }
  }

  @Test("Every command stands in the README")
  func commandsAreDocumented() throws {
    let readme = try Tree.text(of: "README.md")
    let files = Tree.files(below: "Sources/CaptureDaemon/Commands", extensions: ["swift"])
    var names: [String] = []
    for file in files {
      names += try Tree.text(of: file).matches(of: /commandName: "([a-z-]+)"/).map { String($0.1) }
    }
    #expect(names.count >= 4)
    for name in names { #expect(readme.contains("`\(name)") || readme.contains(" \(name)"), "README lacks '\(name)'") }
  }

  @Test("Every decision is listed in the index of decisions")
  func decisionsAreListed() throws {
    let index = try Tree.text(of: "docs/decisions/README.md")
    for page in Tree.files(below: "docs/decisions", extensions: ["md"]) where !page.hasSuffix("README.md") {
      #expect(index.contains((page as NSString).lastPathComponent), "\(page) is not in the index")
    }
  }

  @Test("Every make target of the README exists")
  func makeTargetsExist() throws {
    let makefile = try Tree.text(of: "Makefile")
    for match in try Tree.text(of: "README.md").matches(of: /`make ([a-z-]+)`/) {
      #expect(makefile.contains("\n\(match.1):"), "README names `make \(match.1)`")
    }
  }
}
