import ArgumentParser
import Foundation

/// `--config FILE` and `--set KEY=VALUE`, the same on every command.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: .customLong("config"),
    help: ArgumentHelp("The configuration file (default: \(ConfigurationLoader.defaultFile)).", valueName: "file"))
  var file: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("One value in place of the file's: --set cloud.url=https://…", valueName: "key=value"))
  var settings: [String] = []

  /// Refuses what is not `KEY=VALUE`.
  mutating func validate() throws {
    for setting in settings where ConfigurationOverride(argument: setting) == nil {
      throw ValidationError("--set \(quoted(setting)): expected KEY=VALUE")
    }
  }

  /// The configuration in force. On problems every one is a line on standard error, and the command ends with 78.
  ///
  /// `isFileNeeded` false: without `--config` and without a file in the usual place the built-in defaults hold.
  /// `overrides`: what the command's own options say, over everything else.
  func load(isFileNeeded: Bool = true, overrides: [ConfigurationOverride] = []) throws -> LoadedConfiguration {
    do {
      let loaded = try loaded(isFileNeeded: isFileNeeded, overrides: overrides)
      for warning in loaded.warnings { printToStandardError("warning: \(warning)") }
      return loaded
    } catch {
      throw Self.refuse(error)
    }
  }

  /// The same without a word on standard error.
  func loaded(
    isFileNeeded: Bool = true, overrides: [ConfigurationOverride] = []
  ) throws(ConfigurationProblems) -> LoadedConfiguration {
    var path = file
    if path == nil, isFileNeeded || FileManager.default.fileExists(atPath: ConfigurationLoader.defaultFile) {
      path = ConfigurationLoader.defaultFile
    }
    return try ConfigurationLoader.load(
      file: path, environment: ProcessInfo.processInfo.environment,
      overrides: settings.compactMap(ConfigurationOverride.init(argument:)) + overrides)
  }

  /// What a command needs that talks to the cloud; on problems as `load`.
  static func requireCloud(_ loaded: LoadedConfiguration) throws -> CloudAccess {
    do {
      return try loaded.requireCloud()
    } catch {
      throw refuse(error)
    }
  }

  private static func refuse(_ problems: ConfigurationProblems) -> ExitCode {
    for problem in problems.problems { printToStandardError(problem.description) }
    return ExitCode(ExitStatus.configuration.rawValue)
  }
}
