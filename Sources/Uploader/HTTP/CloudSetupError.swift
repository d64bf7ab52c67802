/// Something that a person set up for the way to the cloud is not right: an address, a key file, a cached file.
public struct CloudSetupError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The address or path.
  public let subject: String
  /// What is wrong and what to do, to be read after the subject.
  public let reason: String

  /// An error about `subject`.
  public init(_ subject: String, _ reason: String) {
    self.subject = subject
    self.reason = reason
  }

  /// `subject: reason`, one line.
  public var description: String { "\(subject): \(reason)" }
}
