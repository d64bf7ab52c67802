import Foundation

/// A copy of one image set for people: pictures and manifest, each held against its digest on the way.
///
/// Reads committed files alone, which nobody changes, so it may run beside a daemon.
public enum ImageSetExport {
  /// What was copied, and what is not as it was committed.
  public struct Report: Sendable, Equatable {
    /// Pictures that were copied whole.
    public var images = 0
    /// Bytes of them.
    public var bytes = 0
    /// One line each.
    public var problems: [String] = []
  }

  /// Copies the image set in `folder` into a new folder `target`, durable when this returns.
  public static func copy(_ folder: String, to target: String) throws -> Report {
    guard DurableFiles.isFolder(folder) else {
      throw StorageError.disk(operation: "open", path: folder, code: ENOENT)
    }
    guard !DurableFiles.exists(target) else { throw DurableFiles.failure("make", target, EEXIST) }
    try DurableFiles.makeFolder(target)
    var report = Report()
    let sealed = try DurableFiles.read(folder + "/manifest.json")
    if let sealed { try DurableFiles.createDurably(target + "/manifest.json", sealed) }
    let manifest = sealed.flatMap { ImageSetManifest.read($0) }
    if manifest == nil { report.problems.append("manifest.json is missing or damaged: no picture can be vouched for") }
    var digests: [String: String] = [:]
    for image in manifest?.images ?? [] { digests[image.fileName] = image.sha256 }
    for name in try DurableFiles.names(in: folder) where ImageFile.isFit(fileName: name) {
      guard let bytes = try DurableFiles.read(folder + "/" + name) else { continue }
      let digest = digests.removeValue(forKey: name)
      if manifest != nil, digest != Digest.sha256(bytes) {
        report.problems.append("\(name): \(digest == nil ? "is not in the manifest" : "its SHA-256 differs")")
      }
      try DurableFiles.createDurably(target + "/" + name, bytes)
      report.images += 1
      report.bytes += bytes.count
    }
    for name in digests.keys.sorted() { report.problems.append("\(name): is gone") }
    try DurableFiles.syncFolder(target)
    return report
  }
}
