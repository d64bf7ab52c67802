import ArgumentParser
import Uploader

/// The list of commands.
@main
struct CaptureDaemon: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "capture-daemon",
    abstract: "Captures every car that drives through the lane and delivers the pictures to the cloud.",
    version: Release.version,
    subcommands: [
      RunCommand.self, ReplayCommand.self, RecordCommand.self, OutboxCommand.self, DiagnoseCommand.self,
      ConfigCommand.self, PlatesCommand.self,
    ])

  static func main() async {
    NoCore.settle()
    CryptoLibrary.settle()
    await Usage.run(Self.self)
  }
}
