import Foundation
import Testing

@Suite("The tree")
struct TreeTests {
  @Test("A source file has one idea: at most 350 lines")
  func filesAreShort() throws {
    for folder in ["Sources", "Tools", "Benchmarks"] {
      for file in Tree.files(below: folder, extensions: ["swift", "h", "c"]) {
        let lines = try Tree.text(of: file).split(separator: "\n", omittingEmptySubsequences: false).count
        #expect(lines <= 351, "\(file) has \(lines) lines")
      }
    }
  }

  @Test("No file is named after nothing: Manager, Helper, Util, Handler, Wrapper, Common")
  func namesSaySomething() {
    for folder in ["Sources", "Tools", "Benchmarks", "Tests"] {
      for file in Tree.files(below: folder, extensions: ["swift"]) {
        let name = (file as NSString).lastPathComponent
        for filler in ["Manager", "Helper", "Util", "Handler", "Wrapper", "Common", "Impl"] {
          #expect(!name.contains(filler), "\(file)")
        }
      }
    }
  }

  @Test("Nothing is left open in the code")
  func nothingIsLeftOpen() throws {
    let marks = ["TO" + "DO", "FIX" + "ME", "unimplemented"]
    for folder in ["Sources", "Tools", "Benchmarks"] {
      for file in Tree.files(below: folder, extensions: ["swift", "h", "c"]) {
        let text = try Tree.text(of: file)
        for mark in marks { #expect(!text.contains(mark), "\(mark) in \(file)") }
      }
    }
  }

  @Test("Unchecked sendability has the sentence that proves it directly above")
  func uncheckedSendableIsArgued() throws {
    for file in Tree.files(below: "Sources", extensions: ["swift"]) {
      let lines = try Tree.text(of: file).split(separator: "\n", omittingEmptySubsequences: false)
      for (number, line) in lines.enumerated() where line.contains("@unchecked Sendable") && !line.contains("//") {
        let above = number > 0 ? lines[number - 1].trimmingCharacters(in: .whitespaces) : ""
        #expect(above.hasPrefix("//"), "\(file):\(number + 1) has no sentence above it")
      }
    }
  }
}
