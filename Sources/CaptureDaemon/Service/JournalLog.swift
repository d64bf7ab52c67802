import Logging

/// Log lines for the journal: sd-daemon's priority prefix, then the words. The journal adds the time and the rest.
///
/// Source: sd-daemon(3), "<N>" at the beginning of a line.
struct JournalLog: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let text = "\(event.message)".replacing("\n", with: " ")
    printToStandardError("<\(Self.priority(event.level))>\(text)")
  }

  private static func priority(_ level: Logger.Level) -> Int {
    switch level {
    case .critical: 2
    case .error: 3
    case .warning: 4
    case .notice: 5
    case .info: 6
    case .debug, .trace: 7
    }
  }
}
