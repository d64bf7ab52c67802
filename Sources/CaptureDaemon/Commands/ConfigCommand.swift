import ArgumentParser
import Foundation

/// Is the file right; every value in force and where it comes from.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Checks the configuration, or shows every value in force and where it comes from.",
    subcommands: [Check.self, Show.self])

  /// Exit 0: fine. A wrong file ends with 78, not with 1: a script sees the same code here as from the daemon itself,
  /// which would refuse to start with it.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Says everything that is wrong with the configuration (exit 78), or that it is fine (exit 0).")

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
      let loaded = try options.load()
      let count = loaded.configuration.cameras.count
      printToStandardOutput("\(loaded.file ?? "built-in defaults"): fine (\(count) camera\(count == 1 ? "" : "s"))")
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows every value in force and where it comes from.")

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "One JSON object per line.")
    var json = false

    func run() throws {
      let values = try options.load(isFileNeeded: false).values
      if json {
        for value in values { printToStandardOutput(try value.json) }
      } else {
        let keyWidth = values.map(\.key.count).max() ?? 0
        let valueWidth = min(48, values.map(\.value.text.count).max() ?? 0)
        for value in values {
          printToStandardOutput(
            "\(padded(value.key, keyWidth))  \(padded(value.value.text, valueWidth))  \(value.origin)")
        }
      }
    }

    private func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
  }
}

extension SettingValue: Encodable {
  /// As it would be written in the file.
  var text: String {
    switch self {
    case .null: "null"
    case .text(let text): text
    case .integer(let value): String(value)
    case .number(let value): plain(value)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .text(let text): try container.encode(text)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    }
  }
}

extension LoadedConfiguration.Value {
  private struct Line: Encodable {
    let key: String
    let value: SettingValue
    let origin: String
    let file: String?
    let line: Int?
    let name: String?
  }

  /// `{"key":"cloud.url","value":"https://…","origin":"file","file":"…","line":4}`; origin is `default`, `file`,
  /// `environment` or `commandLine`, the latter two with `name`.
  var json: String {
    get throws {
      let line =
        switch origin {
        case .builtIn: Line(key: key, value: value, origin: "default", file: nil, line: nil, name: nil)
        case .file(let file, let line):
          Line(key: key, value: value, origin: "file", file: file, line: line, name: nil)
        case .environment(let name):
          Line(key: key, value: value, origin: "environment", file: nil, line: nil, name: name)
        case .commandLine(let name):
          Line(key: key, value: value, origin: "commandLine", file: nil, line: nil, name: name)
        }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(line), as: UTF8.self)
    }
  }
}
