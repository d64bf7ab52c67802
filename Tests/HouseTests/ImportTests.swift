import Foundation
import Testing

@Suite("Who may import whom")
struct ImportTests {
  /// What is ours or a C library of ours; the toolchain's own modules are free.
  static let governed: Set<String> = [
    "CameraIO", "FrameSelect", "Uploader", "CaptureDaemon", "CAVFormat", "CV4L2", "CTurboJPEG", "CJPEG", "CWebP",
    "CSwscale", "CCurl", "CCrypto", "CTimex", "CSync", "CMalloc", "GRDB", "ArgumentParser", "Logging",
    "ServiceLifecycle", "UnixSignals", "Yams", "FlyingFox", "FlyingSocks", "FoundationNetworking", "LaneSimulation",
  ]

  static let allowed: [String: Set<String>] = [
    "CameraIO": ["CAVFormat", "CV4L2"],
    "FrameSelect": ["CameraIO", "CWebP", "CTurboJPEG", "CJPEG", "CSwscale"],
    "Uploader": ["CCurl", "CCrypto", "CTimex", "CSync", "GRDB"],
    "CaptureDaemon": [
      "CameraIO", "FrameSelect", "Uploader", "CMalloc", "ArgumentParser", "Logging", "ServiceLifecycle", "UnixSignals",
      "Yams", "FlyingFox", "FlyingSocks",
    ],
  ]

  static func imports(in text: String) -> [String] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let position = words.firstIndex(of: "import"), position + 1 < words.count,
        words[..<position].allSatisfy({ $0.hasPrefix("@") || ["public", "internal", "private"].contains($0) })
      else { return nil }
      return String(words[position + 1].split(separator: ".")[0])
    }
  }

  /// What is not shipped and has a table all the same: benchmarks measure libraries bare, beside the modules that own them.
  static let allowedBesides: [String: Set<String>] = [
    "Benchmarks": ["CameraIO", "FrameSelect", "LaneSimulation", "CTurboJPEG", "CWebP", "ArgumentParser"]
  ]

  @Test("The import lines of a module keep to the table", arguments: allowed.keys.sorted())
  func importsKeepToTheTable(module: String) throws {
    try check("Sources/\(module)", Self.allowed[module] ?? [])
  }

  @Test("So do those of what is not shipped", arguments: allowedBesides.keys.sorted())
  func importsBesidesKeepToTheTable(folder: String) throws {
    try check(folder, Self.allowedBesides[folder] ?? [])
  }

  private func check(_ folder: String, _ allowed: Set<String>) throws {
    let files = Tree.files(below: folder, extensions: ["swift"])
    #expect(!files.isEmpty, "no sources found in \(folder)")
    for file in files {
      for name in Self.imports(in: try Tree.text(of: file)) where Self.governed.contains(name) {
        #expect(allowed.contains(name), "\(file) imports \(name)")
      }
    }
  }

  @Test("Import lines are recognised, whatever stands before them")
  func importLinesAreRecognised() {
    let text = "import A\n@testable import B\npublic import C.D\n// import E\nlet x = 1\n@preconcurrency import F"
    #expect(Self.imports(in: text) == ["A", "B", "C", "F"])
  }
}
