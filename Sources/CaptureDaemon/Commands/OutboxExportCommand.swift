import ArgumentParser
import Foundation
import Uploader

/// `capture-daemon outbox export`: the pictures of a passage for somebody who wants to see them.
struct OutboxExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Copy a passage's pictures and manifest into a folder of its own below DIR.")
  @Argument(help: "The passage's id.") var id: String
  @Argument(help: "Where the folder is made.") var directory: String
  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    try await reporting {
      let loaded = try options.load()
      let answer = try await OutboxAccess(loaded).ask(.show(id))
      guard let passage = answer.passages?.first else { throw Complaint(.bug, "no answer about \(id)") }
      guard let folder = passage.folder else {
        throw Complaint(.notFine, "the files of passage \(id) are gone: it is \(passage.state.rawValue)")
      }
      guard FileManager.default.fileExists(atPath: directory) else {
        throw Complaint(.noInput, "\(directory) does not exist: name a folder that does")
      }
      let target = (directory as NSString).appendingPathComponent(passage.passage.description)
      let report = try ImageSetExport.copy(loaded.configuration.storage.directory + "/" + folder, to: target)
      for problem in report.problems { printToStandardOutput(problem) }
      printToStandardOutput("\(report.images) images, \(report.bytes) bytes in \(target)")
      return report.problems.isEmpty ? .fine : .notFine
    }
  }
}
