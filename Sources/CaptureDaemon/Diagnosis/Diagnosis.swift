import CameraIO
import Foundation
import Uploader

/// Every question that a technician has before the next car comes. Changes nothing: no folder is made, nothing is created in the
/// cloud, a running daemon is asked and not disturbed.
struct Diagnosis {
  let options: ConfigurationOptions

  /// Runs the checks whose names begin with one of `prefixes` (all when there are none); each finding is told as it comes.
  func run(_ prefixes: [String], _ tell: (Finding) -> Void) async throws -> ExitStatus {
    var isFine = true
    func note(_ findings: [Finding]) {
      for finding in findings where Self.isAsked(finding.check, prefixes) {
        if finding.status == .fail { isFine = false }
        tell(finding)
      }
    }
    let loaded: LoadedConfiguration
    do {
      loaded = try options.loaded()
    } catch {
      note(
        error.problems.map {
          Finding("configuration", .fail, $0.description, hint: "config/capture-daemon.yaml names every key")
        })
      return .notFine
    }
    note([configuration(loaded)])
    try await cameras(loaded.configuration, prefixes, note)
    let storage = loaded.configuration.storage
    note([
      StorageChecks.folder(storage.directory),
      StorageChecks.space(storage.directory, budgetBytes: storage.budgetBytes),
    ])
    var offset: Double?
    if Self.isAsked(anyOf: "cloud", prefixes) || Self.isAsked(anyOf: "clock", prefixes) {
      let result = try await cloud(loaded)
      offset = result.clockOffsetSeconds
      note(result.findings)
    }
    note([
      ClockCheck.finding(
        nowSeconds: Int64(Date().timeIntervalSince1970), isSynchronised: ClockCheck.isSynchronised(),
        cloudOffsetSeconds: offset)
    ])
    if Self.isAsked(anyOf: "outbox", prefixes) { note([await backlog(loaded)]) }
    return isFine ? .fine : .notFine
  }

  /// The cameras, and what they show of plates: of a daemon that runs, else of each device for a moment.
  private func cameras(_ configuration: Configuration, _ prefixes: [String], _ note: ([Finding]) -> Void) async throws {
    let isAsked = Self.isAsked(anyOf: "camera", prefixes)
    let folder = configuration.storage.directory
    var plates: PlateChecks?
    if Self.isAsked(anyOf: "plates", prefixes) {
      plates = try PlateChecks(configuration, told: await ControlSocket.plates(stateFolder: folder))
    }
    guard isAsked || plates != nil else { return }
    let running = isAsked ? await RunningCameras(stateFolder: folder) : nil
    for camera in configuration.cameras {
      var newest: Frame?
      if isAsked || plates?.isTold == false {
        let checked = CameraChecks.look(at: camera, running: running)
        note(checked.findings)
        newest = checked.newest
      }
      if let finding = plates?.finding(camera.position, newest: newest) { note([finding]) }
    }
  }

  private func configuration(_ loaded: LoadedConfiguration) -> Finding {
    let cameras = loaded.configuration.cameras.count
    let file = loaded.file ?? "built-in defaults"
    if let warning = loaded.warnings.first {
      return Finding("configuration", .warn, "\(warning)", hint: "see config/capture-daemon.yaml")
    }
    guard cameras > 0 else {
      return Finding(
        "configuration", .fail, "\(file) names no cameras: run has nothing to capture",
        hint: "name each camera under cameras")
    }
    return Finding("configuration", .pass, "\(file), \(cameras) cameras")
  }

  private func cloud(_ loaded: LoadedConfiguration) async throws -> CloudChecks.Result {
    do {
      _ = try loaded.requireCloud()
    } catch {
      return .init(
        findings: error.problems.map {
          Finding("cloud.reachable", .fail, $0.description, hint: "see config/capture-daemon.yaml")
        })
    }
    let line: CloudLine
    do {
      line = try CloudLine(loaded)
    } catch let error as CloudSetupError {
      return .init(findings: [
        Finding("cloud.key", .fail, error.description, hint: "the key file must be readable by its owner alone")
      ])
    }
    defer { line.close() }
    return try await CloudChecks.run(line)
  }

  /// The books of the outbox: of the daemon when one runs, else from the files, when there are any.
  private func backlog(_ loaded: LoadedConfiguration) async -> Finding {
    let folder = loaded.configuration.storage.directory
    guard FileManager.default.fileExists(atPath: "\(folder)/meta.json") else {
      return Finding("outbox.backlog", .pass, "no outbox yet: nothing waits")
    }
    do {
      let access = OutboxAccess(loaded)
      guard let books = try await access.ask(.books).books else {
        return Finding("outbox.backlog", .skip, "the daemon that runs did not answer")
      }
      let rows = try await access.ask(.list(includingGone: false)).passages ?? []
      let oldest = rows.filter(\.state.isPending).map(\.recDate).min()
      return StorageChecks.backlog(
        books, oldestSeconds: oldest.map { max(0, Int64(Date().timeIntervalSince1970) - $0) })
    } catch {
      return Finding(
        "outbox.backlog", .fail, Complaint(about: error).text, hint: "outbox check says more, once this is mended")
    }
  }

  /// `camera` asks for `camera.roofLeft.open`, and so does `camera.roofLeft`.
  static func isAsked(_ check: String, _ prefixes: [String]) -> Bool {
    prefixes.isEmpty || prefixes.contains { check == $0 || check.hasPrefix($0 + ".") }
  }

  private static func isAsked(anyOf group: String, _ prefixes: [String]) -> Bool {
    prefixes.isEmpty || prefixes.contains { $0 == group || $0.hasPrefix(group + ".") }
  }
}
