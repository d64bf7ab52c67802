import ArgumentParser
import Foundation

/// `capture-daemon diagnose`: what a technician runs before climbing down.
struct DiagnoseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diagnose", abstract: "Every check a technician needs; changes nothing.",
    discussion: """
      Checks: configuration, camera.POSITION.open, .identity, .format, .controls, .rate, .frames \
      (of a recording .open and .frames), plates.POSITION (is a plate in sight, how far away, and large enough? Hold one up and ask \
      for plates alone), storage.folder, storage.space, clock, \
      cloud.reachable, cloud.key, cloud.unit, cloud.settings, outbox.backlog. A name or the beginning of one picks \
      checks: diagnose camera cloud.key. Exit 0 when none failed, else 1.
      """)

  @Argument(help: ArgumentHelp("Which checks; all when none is named.", valueName: "check"))
  var checks: [String] = []

  @OptionGroup var options: ConfigurationOptions

  @Flag(help: "One JSON object per check.")
  var json = false

  /// What a name may begin with.
  private static let groups = ["configuration", "camera", "storage", "clock", "cloud", "outbox", "plates"]

  mutating func validate() throws {
    for check in checks where !Self.groups.contains(String(check.prefix { $0 != "." })) {
      throw ValidationError("there is no check \(check); a name begins with \(Self.groups.joined(separator: ", "))")
    }
  }

  func run() async throws {
    try await reporting {
      try await Diagnosis(options: options).run(checks) { finding in
        printToStandardOutput(json ? finding.json.text : finding.text)
      }
    }
  }
}
