import Foundation

/// The pictures that were received: as files where there is a directory, in memory where there is none.
struct ObjectStore {
  private let directory: URL?
  private var memory: [String: [UInt8]] = [:]

  init(directory: URL?) { self.directory = directory?.appendingPathComponent("images") }

  /// `images/<imageSetId>/<fileName>`; a key of another shape than usual gets a name of its own beside it.
  private func file(_ announcement: Announcement) -> URL? {
    let tail = announcement.key.split(separator: "/").last.map(String.init) ?? announcement.fileName
    return directory?.appendingPathComponent(announcement.imageSetId).appendingPathComponent(tail)
  }

  mutating func put(_ bytes: [UInt8], for announcement: Announcement) throws {
    guard let file = file(announcement) else {
      memory[announcement.key] = bytes
      return
    }
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file, options: .atomic)
  }

  func get(_ announcement: Announcement) throws -> [UInt8]? {
    guard let file = file(announcement) else { return memory[announcement.key] }
    return Array(try Data(contentsOf: file))
  }
}
