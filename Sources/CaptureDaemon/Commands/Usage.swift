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
      guard root.exitCode(for: error) == .validationFailure else { root.exit(withError: error) }
      printToStandardError("capture-daemon: \(line(root.message(for: error))); --help tells more")
      root.exit(withError: ExitCode(ExitStatus.usage.rawValue))
    }
  }

  /// The parser lists what would be right on lines of their own.
  private static func line(_ message: String) -> String {
    let line = message.split(separator: "\n").map { $0.trimmingCharacters(in: [" ", "-"]) }.joined(separator: " ")
    return line.hasSuffix(".") ? String(line.dropLast()) : line
  }
}
