import Logging

/// Log lines of a command that a person runs: the same form as its errors, without the journal's marks.
struct ConsoleLog: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .notice
  /// Says the line.
  let say: @Sendable (String) -> Void

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) { say("\(event.message)".replacing("\n", with: " ")) }
}
