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

/// Standard error, written in one piece: lines of several threads do not mix. A line that cannot be written has nowhere to go.
func printToStandardError(_ line: String) {
  try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
}

/// Standard output, written in one piece and at once, so that a reader of a pipe sees events as they happen.
///
/// Where it cannot be written (a full disk behind a redirection) the command ends: its answer would have a hole.
func printToStandardOutput(_ line: String) {
  do {
    try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
  } catch {
    let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
    let reason = unsafe String(cString: strerror(Int32(clamping: cause.code)))
    printToStandardError("capture-daemon: standard output cannot be written: \(reason); is the disk behind it full?")
    exit(ExitStatus.inputOutput.rawValue)
  }
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
    // A file name may hold anything; an error stays one line.
    printToStandardError("capture-daemon: \(complaint.text.replacing("\n", with: "\\n"))")
    throw ExitCode(complaint.status.rawValue)
  }
  if status != .fine { throw ExitCode(status.rawValue) }
}
