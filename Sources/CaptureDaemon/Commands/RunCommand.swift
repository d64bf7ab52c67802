import ArgumentParser
import Foundation

/// `capture-daemon run`: what systemd starts.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "What systemd starts: capture, select, deliver until stopped.",
    discussion: "Ends in order on SIGTERM or SIGINT: the open passage is closed and committed first.")

  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    try await reporting {
      let daemon = try await Daemon(options.load())
      try await daemon.run()
      return .fine
    }
  }
}
