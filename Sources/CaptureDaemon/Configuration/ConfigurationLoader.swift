import Foundation

/// A value given on the command line: `cloud.url=https://…`.
struct ConfigurationOverride: Sendable, Equatable {
  /// Dotted.
  var key: String
  /// As it would stand in the file.
  var text: String
  /// The option that gave it.
  var option = "--set"

  init(key: String, text: String, option: String = "--set") {
    self.key = key
    self.text = text
    self.option = option
  }

  /// Reads `KEY=VALUE`; nil without `=`.
  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else { return nil }
    self.init(key: String(argument[..<equals]), text: String(argument[argument.index(after: equals)...]))
  }
}

/// Makes the configuration in force: built-in default < file < environment < command line.
enum ConfigurationLoader {
  /// Where `capture-daemon` looks when nobody says otherwise.
  static let defaultFile = "/etc/capture-daemon/config.yaml"

  /// Reads the file and what lies over it, or says all that is wrong.
  ///
  /// `file` nil: built-in defaults instead of a file. An empty environment variable counts as not set.
  static func load(
    file: String?, environment: [String: String], overrides: [ConfigurationOverride] = []
  ) throws(ConfigurationProblems) -> LoadedConfiguration {
    let root: YAMLValue
    do {
      root =
        try file.map { (file) throws(ConfigurationProblem) in try ConfigurationFile.read(file) }
        ?? YAMLValue(content: .map([]), line: 1)
    } catch {
      throw ConfigurationProblems(problems: [error])
    }
    return try load(root, file: file, environment: environment, overrides: overrides)
  }

  /// The same from text that was already read; `name` stands in errors.
  static func load(
    text: String, name: String, environment: [String: String] = [:], overrides: [ConfigurationOverride] = []
  ) throws(ConfigurationProblems) -> LoadedConfiguration {
    let root: YAMLValue
    do {
      root = try ConfigurationFile.parse(Data(text.utf8), name: name)
    } catch {
      throw ConfigurationProblems(problems: [error])
    }
    return try load(root, file: name, environment: environment, overrides: overrides)
  }

  private static func load(
    _ root: YAMLValue, file: String?, environment: [String: String], overrides: [ConfigurationOverride]
  ) throws(ConfigurationProblems) -> LoadedConfiguration {
    var reader = ConfigurationReader(file: file ?? "built-in defaults")
    reader.read(root)
    read(environment, with: &reader)
    for override in overrides {
      let place: ConfigurationProblem.Place = .commandLine(override.option)
      if isSecret(override.key) {
        reader.add(
          place, nil, "the API key is never given on the command line, where everybody can read it; \(keyHint)")
        continue
      }
      reader.override(override.key, with: override.text, origin: .commandLine(override.option), place: place)
    }
    reader.crossCheck()
    guard reader.problems.isEmpty else { throw ConfigurationProblems(problems: sorted(reader.problems)) }
    var configuration = reader.configuration
    let folder = file.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
    for index in configuration.cameras.indices {
      // A relative recording lies beside the file that names it, wherever the daemon was started.
      guard case .recording(let path) = configuration.cameras[index].source, !path.hasPrefix("/") else { continue }
      let url = URL(fileURLWithPath: path, relativeTo: folder).standardizedFileURL
      configuration.cameras[index].source = .recording(url.path)
    }
    return LoadedConfiguration(
      configuration: configuration, file: file, origins: reader.origins, warnings: sorted(reader.warnings),
      credentialsDirectory: environment["CREDENTIALS_DIRECTORY"])
  }

  private static func read(_ environment: [String: String], with reader: inout ConfigurationReader) {
    let keys = Dictionary(SettingTable.keys.map { (SettingTable.environmentName(of: $0), $0) }) { first, _ in first }
    for (name, text) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("CAPTURE_") && !text.isEmpty {
      let place: ConfigurationProblem.Place = .environment(name)
      if let key = keys[name] {
        reader.override(key, with: text, origin: .environment(name), place: place)
      } else if isSecret(name) {
        reader.add(
          place, nil, "the API key is never taken from the environment, which other programs can read; \(keyHint)")
      } else if SettingTable.sections.contains(where: { name.hasPrefix(SettingTable.environmentName(of: $0) + "_") }) {
        let hint = nearest(to: name, among: Array(keys.keys)).map { " (did you mean \($0)?)" } ?? ""
        reader.add(place, nil, "unknown variable\(hint)")
      } else {
        // It may belong to another program: no reason to stay down.
        reader.warn(place, nil, "unknown variable, not used")
      }
    }
  }

  private static let keyHint =
    "put it into a file that only the daemon may read and name that in cloud.apiKeyFile, or use the systemd credential api-key"

  /// Names under which people try to hand over the key itself.
  private static func isSecret(_ name: String) -> Bool {
    let bare = name.uppercased().filter { $0.isLetter }
    return bare.hasSuffix("APIKEY") || bare.hasSuffix("TOKEN") || bare.hasSuffix("SECRET") || bare.hasSuffix("PASSWORD")
  }

  private static func sorted(_ problems: [ConfigurationProblem]) -> [ConfigurationProblem] {
    func rank(_ place: ConfigurationProblem.Place) -> Int {
      switch place {
      case .file(_, let line): line ?? 0
      case .environment: .max - 1
      case .commandLine: .max
      }
    }
    return problems.enumerated()
      .sorted { (rank($0.element.place), $0.offset) < (rank($1.element.place), $1.offset) }
      .map(\.element)
  }
}
