import ArgumentParser
import CameraIO
import Foundation

/// How a command ends, as promised to scripts.
enum ExitStatus: Int32, Sendable {
  case fine = 0
  /// Something that was checked is not fine.
  case notFine = 1
  case usage = 64
  /// An input was not found or cannot be read.
  case noInput = 66
  /// A service that is needed cannot be reached.
  case unavailable = 69
  /// A bug of ours.
  case bug = 70
  /// Reading or writing failed.
  case inputOutput = 74
  /// Another instance holds the lock.
  case locked = 75
  case configuration = 78
}

/// An error as people see it: one line that says what failed, on what, why and what to do; and the exit status.
struct Complaint: Error, Sendable, Equatable {
  let status: ExitStatus
  /// One line, or one line per problem of a configuration.
  let text: String

  init(_ status: ExitStatus, _ text: String) {
    self.status = status
    self.text = text
  }
}

/// Standard error, written in one piece: lines of several threads do not mix.
func printToStandardError(_ line: String) {
  FileHandle.standardError.write(Data((line + "\n").utf8))
}

/// Standard output, written in one piece and at once, so that a reader of a pipe sees events as they happen.
func printToStandardOutput(_ line: String) {
  FileHandle.standardOutput.write(Data((line + "\n").utf8))
}

/// Runs the body of a command; whatever it throws becomes one line on standard error and the right exit status.
func reporting(_ body: () async throws -> ExitStatus) async throws {
  let status: ExitStatus
  do {
    status = try await body()
  } catch let exit as ExitCode {
    throw exit
  } catch {
    let complaint = Complaint(about: error)
    printToStandardError("capture-daemon: \(complaint.text)")
    throw ExitCode(complaint.status.rawValue)
  }
  if status != .fine { throw ExitCode(status.rawValue) }
}
