import ArgumentParser
import Foundation
import Uploader

/// `capture-daemon outbox`: what is owed to the cloud.
struct OutboxCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "outbox", abstract: "What is owed to the cloud, and what has arrived.",
    subcommands: [
      List.self, Show.self, Retry.self, OutboxDiscardCommand.self, OutboxExportCommand.self, Deliver.self, Check.self,
    ])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "One line per passage, delivered ones included while they are kept.")
    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Also passages whose files are gone by now.")
    var all = false
    @Flag(help: "One JSON object per passage.")
    var json = false
    @Flag(help: "The books as a last line: everything that was ever seen, and what became of it.")
    var books = false

    func run() async throws {
      try await reporting {
        let answer = try await OutboxAccess(options).ask(.list(includingGone: all))
        let passages = answer.passages ?? []
        if json {
          for passage in passages { printToStandardOutput(OutboxText.json(passage).text) }
        } else {
          printToStandardOutput(OutboxText.table(passages))
        }
        if books, let books = answer.books {
          printToStandardOutput(json ? OutboxText.json(books).text : OutboxText.line(books))
        }
        return .fine
      }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "show", abstract: "One passage with its images.")
    @Argument(help: "The passage's id.") var id: String
    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "One JSON object.")
    var json = false

    func run() async throws {
      try await reporting {
        let answer = try await OutboxAccess(options).ask(.show(id))
        guard let passage = answer.passages?.first else { throw Complaint(.bug, "no answer about \(id)") }
        let images = answer.images ?? []
        printToStandardOutput(json ? OutboxText.json(passage, images).text : OutboxText.page(passage, images))
        return .fine
      }
    }
  }

  struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "retry", abstract: "Try again what was set aside or waits.")
    @Argument(help: "The passage's id.") var id: String
    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "Its image set was removed in the cloud: make a new one.")
    var anew = false

    func run() async throws {
      try await reporting {
        guard try await OutboxAccess(options).ask(.retry(id, anew: anew)).isRetried == true else {
          throw Complaint(.notFine, "there is nothing to retry about passage \(id): see outbox show \(id)")
        }
        printToStandardOutput("passage \(id) is due again")
        return .fine
      }
    }
  }

  struct Deliver: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "deliver", abstract: "Send everything that is owed now, and end (0: nothing is owed any more).")
    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
      try await reporting { try await OutboxAccess(options).deliver() }
    }
  }

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check", abstract: "Hold disk, rows and books against each other.")
    @OptionGroup var options: ConfigurationOptions
    @Option(help: "How closely: presence, size or hash.")
    var level: OutboxReport.CheckLevel = .size
    @Flag(help: "The same as --level hash: read every picture and compare its digest.")
    var deep = false
    @Flag(help: "One JSON object per finding, then the books.")
    var json = false

    func run() async throws {
      try await reporting {
        let answer = try await OutboxAccess(options).ask(.check(deep ? .hash : level))
        let findings = answer.findings ?? []
        for finding in findings {
          printToStandardOutput(json ? OutboxText.json(finding).text : OutboxText.line(finding))
        }
        if let books = answer.books {
          printToStandardOutput(json ? OutboxText.json(books).text : OutboxText.line(books))
        }
        return findings.isEmpty ? .fine : .notFine
      }
    }
  }
}

extension OutboxReport.CheckLevel: ExpressibleByArgument {}
