import Foundation

// The configuration file, which people write by hand and editors cut short. Built by Tests/Fuzz/fuzz with the reader's own sources, on top of the
// modules of an ordinary build.

/// Whatever stands in the file: the same values each time, or at least one complaint, each of them one line of bounded length.
func fuzzConfiguration(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  do {
    let loaded = try ConfigurationLoader.load(text: text, name: "f")
    precondition((try? ConfigurationLoader.load(text: text, name: "f")) == loaded, "read twice, meant two things")
    check(loaded.warnings)
  } catch {
    precondition(!error.problems.isEmpty, "refused without a word")
    check(error.problems)
  }
}

private func check(_ problems: [ConfigurationProblem]) {
  for problem in problems {
    let line = problem.description
    precondition(line.utf8.count < 4096, "an endless line")
    precondition(!line.unicodeScalars.contains { $0.value < 0x20 }, "a line that can break the log")
  }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  fuzzConfiguration(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
