import Foundation
import Glibc

/// The folder of a recording that is being made. What `recording.json` names is on the disk before it is named, so that a
/// recording that is cut off by a power failure can be replayed up to the cut.
public struct RecordingFolder: Sendable {
  /// Where it is.
  public let path: String
  /// The folders that were made for it, outermost first.
  private let made: [String]

  /// Makes the folder and those above it. An empty one is taken; throws `.broken` when anything is in it: a recording is
  /// evidence, and is never written over or mixed with another.
  public init(making path: String) throws(CameraError) {
    try Self.check(path)
    var missing: [String] = []
    var above = (path as NSString).standardizingPath
    while !above.isEmpty, above != "/", !FileManager.default.fileExists(atPath: above) {
      missing.insert(above, at: 0)
      above = (above as NSString).deletingLastPathComponent
    }
    for (index, folder) in missing.enumerated() {
      guard unsafe mkdir(folder, 0o755) == 0 else {
        let reason = Self.systemReason
        for folder in missing[..<index].reversed() { unsafe rmdir(folder) }
        throw CameraError(.broken, folder, "the folder cannot be made (\(reason))")
      }
    }
    self.path = path
    made = missing
    for folder in missing { try Self.sync(folder: (folder as NSString).deletingLastPathComponent) }
  }

  /// Throws what `init` would refuse, and makes nothing.
  public static func check(_ path: String) throws(CameraError) {
    guard FileManager.default.fileExists(atPath: path) else { return }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw CameraError(.broken, path, "is no folder that may be read; name a new one")
    }
    guard !names.isEmpty else { return }
    let what = names.contains(RecordingManifest.fileName) ? "holds a recording already" : "is not empty"
    throw CameraError(.broken, path, "\(what), and nothing is written over; name a new folder")
  }

  /// The path of a file in it.
  public func file(_ name: String) -> String { path + (path.hasSuffix("/") ? "" : "/") + name }

  /// Makes the names of new files durable.
  public func sync() throws(CameraError) { try Self.sync(folder: path) }

  /// Puts `recording.json` in the place of an older one, durably: there is always a whole one of the two.
  public func write(_ manifest: RecordingManifest) throws(CameraError) {
    let fresh = file(RecordingManifest.fileName + ".new")
    let json = try manifest.json()
    let descriptor = unsafe open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Self.unwritable(fresh) }
    let isWritten = unsafe json.withUnsafeBytes { bytes in
      unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count) == bytes.count && fsync(descriptor) == 0
    }
    let failure = Self.unwritable(fresh)
    guard close(descriptor) == 0, isWritten else {
      unsafe unlink(fresh)
      throw failure
    }
    guard unsafe rename(fresh, file(RecordingManifest.fileName)) == 0 else { throw Self.unwritable(fresh) }
    try sync()
  }

  /// Removes the folders that were made for it, as far as nothing is in them.
  public func removeIfEmpty() {
    for folder in made.reversed() { unsafe rmdir(folder) }
  }

  private static func sync(folder: String) throws(CameraError) {
    let folder = folder.isEmpty ? "." : folder
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unwritable(folder) }
    defer { _ = close(descriptor) }
    guard fsync(descriptor) == 0 else { throw unwritable(folder) }
  }

  private static func unwritable(_ path: String) -> CameraError {
    CameraError(.broken, path, "cannot be written (\(systemReason))")
  }

  private static var systemReason: String { unsafe String(cString: strerror(errno)) }
}
