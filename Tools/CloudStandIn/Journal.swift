import Foundation

/// The file that lets a stand-in go on where the last one ended: one event a line, appended.
// Sendable: the handle is only used under the lock of the cloud that owns the journal.
final class Journal: @unchecked Sendable {
  private let handle: FileHandle
  private let encoder = JSONEncoder()

  static let fileName = "journal.jsonl"

  /// Opens the journal of a directory and gives the events it holds. A last line that was cut off is dropped.
  static func open(directory: URL) throws -> (journal: Journal, events: [CloudEvent]) {
    let file = directory.appendingPathComponent(fileName)
    if !FileManager.default.fileExists(atPath: file.path) { try Data().write(to: file) }
    let content = try Data(contentsOf: file)
    let whole = (content.lastIndex(of: 0x0A) ?? -1) + 1
    let decoder = JSONDecoder()
    let events = try content.prefix(whole).split(separator: 0x0A).map { try decoder.decode(CloudEvent.self, from: $0) }
    let handle = try FileHandle(forUpdating: file)
    try handle.truncate(atOffset: UInt64(whole))
    try handle.seekToEnd()
    return (Journal(handle), events)
  }

  private init(_ handle: FileHandle) { self.handle = handle }

  func append(_ events: [CloudEvent]) throws {
    var lines = Data()
    for event in events {
      lines.append(try encoder.encode(event))
      lines.append(0x0A)
    }
    try handle.write(contentsOf: lines)
  }
}
