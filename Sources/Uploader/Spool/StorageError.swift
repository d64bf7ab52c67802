import Foundation

/// What goes wrong on the unit's own disk: always one line that says what, on which file, and why.
public enum StorageError: Error, Equatable, CustomStringConvertible {
  /// Another instance holds the state folder's lock. Exit 75.
  case inUse(path: String, holder: Int32?)
  /// The state folder cannot be made, opened or written to. Exit 74.
  case unwritable(path: String, reason: String)
  /// The folder holds something else, or is written by a newer version. Exit 78.
  case foreign(path: String, reason: String)
  /// A read, write, rename or fsync failed: what is on the disk is not certain any more, so the process ends (74) and recovers
  /// at its next start.
  case disk(operation: String, path: String, code: Int32)
  /// SQLite failed in a way that no repetition mends. The process ends (70) and recovers at its next start.
  case database(reason: String)
  /// A caller's mistake: unknown passage, unfit file name, an image added twice.
  case misuse(reason: String)

  /// True where the process must not go on as if nothing had happened.
  public var isFatal: Bool {
    switch self {
    case .disk(_, _, let code): code != ENOSPC && code != EDQUOT && code != EMFILE && code != ENFILE
    case .database: true
    case .inUse, .unwritable, .foreign, .misuse: false
    }
  }

  /// The exit code that scripts are promised for it; the README lists them.
  public var exitCode: Int32 {
    switch self {
    case .inUse: 75
    case .unwritable, .disk: 74
    case .foreign: 78
    case .database, .misuse: 70
    }
  }

  /// One line for people.
  public var description: String {
    switch self {
    case .inUse(let path, let holder):
      let who = holder.map { "process \($0)" } ?? "another process"
      return "state folder \(path) is in use by \(who); stop it first, or name another storage.directory"
    case .unwritable(let path, let reason):
      return
        "state folder \(path) cannot be used: \(reason); storage.directory must be a folder that this user may write to"
    case .foreign(let path, let reason):
      return "state folder \(path) is not ours to use: \(reason); is the right disk mounted?"
    case .disk(let operation, let path, let code):
      return "\(operation) \(path) failed: \(errorText(code))"
    case .database(let reason):
      return "the outbox database failed: \(reason); start again: it is rebuilt from the spool if need be"
    case .misuse(let reason):
      return reason
    }
  }
}
