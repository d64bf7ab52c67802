import Foundation

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
    do {
      try DurableFiles.replaceDurably(path, bytes)
    } catch StorageError.disk(_, _, let code) {
      throw CloudSetupError(path, "the settings cannot be written: \(errorText(code))")
    } catch {
      throw CloudSetupError(path, "the settings cannot be written: \(error)")
    }
  }
}
