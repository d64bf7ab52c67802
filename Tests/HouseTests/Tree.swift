import Foundation

/// The checkout these tests were built from, as files and text.
enum Tree {
  /// Its top folder, found from where this file stands.
  static let top = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Every file below `folder` with one of `extensions`, as paths relative to the top, sorted.
  static func files(below folder: String, extensions: Set<String>) -> [String] {
    let base = top.appendingPathComponent(folder)
    guard let all = FileManager.default.enumerator(atPath: base.path) else { return [] }
    return all.compactMap { $0 as? String }
      .filter { extensions.contains(($0 as NSString).pathExtension) && !$0.contains(".build") }
      .map { folder.isEmpty ? $0 : "\(folder)/\($0)" }
      .sorted()
  }

  static func text(of path: String) throws -> String {
    try String(contentsOf: top.appendingPathComponent(path), encoding: .utf8)
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: top.appendingPathComponent(path).path)
  }
}
