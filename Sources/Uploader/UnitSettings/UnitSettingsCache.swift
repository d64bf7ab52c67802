import Foundation
import Glibc

/// The last good copy of the unit's settings on disk: whole or not at all, whenever the power goes.
public struct UnitSettingsCache: Sendable {
  /// The file.
  public let path: String

  /// A cache in the file at `path`, whose directory exists.
  public init(path: String) { self.path = path }

  /// The copy; nil when there is none yet. An unreadable copy is an error worth a line, and no reason to stop.
  public func load() throws(CloudSetupError) -> UnitSettings? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do {
      let settings = try JSONDecoder().decode(UnitSettings.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
      guard settings.format == UnitSettings.format else {
        throw CloudSetupError(path, "has the form \(settings.format) instead of \(UnitSettings.format)")
      }
      return settings
    } catch let error as CloudSetupError {
      throw error
    } catch {
      throw CloudSetupError(path, "holds no settings; it is written anew when the cloud has answered")
    }
  }

  /// Replaces the copy: written and synced under another name, renamed, directory synced.
  public func save(_ settings: UnitSettings) throws(CloudSetupError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let bytes: Data
    do {
      bytes = try encoder.encode(settings)
    } catch {
      throw CloudSetupError(path, "the settings cannot be written: \(error)")
    }
    let temporary = path + ".new"
    try write(bytes, to: temporary)
    guard unsafe rename(temporary, path) == 0 else { throw fault("renamed") }
    let directory = (path as NSString).deletingLastPathComponent
    let descriptor = unsafe open(directory.isEmpty ? "." : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw fault("synced") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw fault("synced") }
  }

  private func write(_ bytes: Data, to temporary: String) throws(CloudSetupError) {
    let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw fault("written") }
    var rest = bytes
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let error = fault("written")
        close(descriptor)
        throw error
      }
      rest = rest.dropFirst(count)
    }
    guard fsync(descriptor) == 0 else {
      let error = fault("synced")
      close(descriptor)
      throw error
    }
    guard close(descriptor) == 0 else { throw fault("closed") }
  }

  /// The error of the call that just failed.
  private func fault(_ verb: String) -> CloudSetupError {
    CloudSetupError(path, "the settings cannot be \(verb): \(errorText(errno))")
  }
}
