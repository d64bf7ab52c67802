import ArgumentParser
import Foundation

/// Runs the command that the arguments name. Wrong usage is one line on standard error like every other error; help is asked for.
enum Usage {
  static func run(_ root: any AsyncParsableCommand.Type) async {
    do {
      var command = try root.parseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      // A command that has said already what is wrong ends with its own status.
      guard !(error is ExitCode), root.exitCode(for: error) == .validationFailure else { root.exit(withError: error) }
      printToStandardError("capture-daemon: \(line(root.message(for: error))); --help tells more")
      root.exit(withError: ExitCode(ExitStatus.usage.rawValue))
    }
  }

  /// The parser lists what would be right on lines of their own.
  private static func line(_ message: String) -> String {
    let lines = message.split(separator: "\n").map { $0.trimmingCharacters(in: [" "]) }
    let line = lines.map { $0.hasPrefix("- ") ? String($0.dropFirst(2)) : $0 }.joined(separator: " ")
    return line.hasSuffix(".") ? String(line.dropLast()) : line
  }
}
