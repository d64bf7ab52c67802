import Foundation

/// The configuration in force, and where each of its values comes from.
struct LoadedConfiguration: Sendable, Equatable {
  let configuration: Configuration
  /// The file that was read; nil: none.
  let file: String?
  /// By dotted key; what is absent is built in.
  let origins: [String: Origin]
  /// What works but will bite.
  let warnings: [ConfigurationProblem]
  /// Where systemd puts credentials; nil outside of systemd.
  let credentialsDirectory: String?

  /// Where the value of `key` comes from.
  func origin(of key: String) -> Origin { origins[key] ?? .builtIn }

  /// What a command needs that talks to the cloud, or the lines that say what is missing.
  func requireCloud() throws(ConfigurationProblems) -> CloudAccess {
    var problems: [ConfigurationProblem] = []
    func missing(_ key: String) {
      let setting = SettingTable.configuration.first { $0.key == key }
      let allowed = setting?.allowed.replacingOccurrences(of: ", or null", with: "")
      problems.append(
        ConfigurationProblem(
          place: .init(origins[key], file ?? "built-in defaults"), key: key, what: "is needed to talk to the cloud",
          allowed: allowed))
    }
    if configuration.unit.id == nil { missing("unit.id") }
    if configuration.cloud.url == nil { missing("cloud.url") }
    let hasCredential =
      credentialsDirectory.map { FileManager.default.fileExists(atPath: "\($0)/api-key") } ?? false
    if configuration.cloud.apiKeyFile == nil, !hasCredential { missing("cloud.apiKeyFile") }
    guard problems.isEmpty, let unitID = configuration.unit.id, let url = configuration.cloud.url else {
      throw ConfigurationProblems(problems: problems)
    }
    return CloudAccess(unitID: unitID, url: url, caFile: configuration.cloud.caFile)
  }

  /// One value in force.
  struct Value: Sendable, Equatable {
    let key: String
    let value: SettingValue
    let origin: Origin
  }

  /// Every value in force, in the order of the reference. No secret is among them: the configuration holds none.
  var values: [Value] {
    var values = SettingTable.configuration.map { setting in
      Value(key: setting.key, value: setting.value(configuration), origin: origin(of: setting.key))
    }
    // What is empty or left to the cloud is said too.
    let absent: [(key: String, isAbsent: Bool, value: SettingValue)] = [
      ("captureSet.lenses", configuration.captureSet.lenses == nil, .null),
      ("captureSet.maxFramesForCameras", configuration.captureSet.maxFramesForCameras == nil, .null),
      ("cameras", configuration.cameras.isEmpty, .text("[]")),
    ]
    values += absent.filter(\.isAbsent).map { Value(key: $0.key, value: $0.value, origin: origin(of: $0.key)) }
    values += (configuration.captureSet.lenses ?? [:]).sorted { $0.key < $1.key }.flatMap { name, lens in
      SettingTable.lens.map { setting in
        let key = "captureSet.lenses.\(name).\(setting.key)"
        return Value(key: key, value: setting.value(lens), origin: origin(of: key))
      }
    }
    values += (configuration.captureSet.maxFramesForCameras ?? [:]).sorted { $0.key < $1.key }.map { position, limit in
      let key = "captureSet.maxFramesForCameras"
      return Value(key: "\(key).\(position.rawValue)", value: .integer(Int64(limit)), origin: origin(of: key))
    }
    for (index, camera) in configuration.cameras.enumerated() {
      let key = "cameras[\(index)]"
      values += SettingTable.camera.map { setting in
        Value(key: "\(key).\(setting.key)", value: setting.value(camera), origin: origin(of: "\(key).\(setting.key)"))
      }
      values += camera.controls.sorted { $0.key < $1.key }.map { name, value in
        Value(key: "\(key).controls.\(name)", value: .integer(value), origin: origin(of: "\(key).controls"))
      }
    }
    return values
  }
}

/// What is needed to talk to the cloud, but for the API key: `APIKey.find` reads that, and may read it again.
struct CloudAccess: Sendable, Equatable {
  /// The capture unit's id in the cloud.
  let unitID: String
  /// Without a trailing slash.
  let url: String
  /// A private certificate authority; nil: the system's.
  let caFile: String?
}
