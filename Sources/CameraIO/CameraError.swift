/// What went wrong with a camera or a recording: what failed, on what, why, and so what to do.
public struct CameraError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The kinds that callers treat differently.
  public enum Kind: Sendable, Equatable {
    /// The device or file is not there, or may not be read.
    case notFound
    /// It is there, but it is not what it should be: a text file as video, an unknown format of recording.
    case unreadable
    /// It worked and then failed.
    case broken
    /// Somebody else uses it.
    case busy
    /// It may not be opened.
    case denied
    /// No error came, and no frame either.
    case silent
    /// The bus has no room for it.
    case noBandwidth
    /// It is another camera than the one that is meant.
    case refused
  }

  /// Which kind.
  public let kind: Kind
  /// Device path or file name.
  public let subject: String
  /// One line: what failed, why, what to do.
  public let reason: String

  /// An error on `subject`.
  public init(_ kind: Kind, _ subject: String, _ reason: String) {
    self.kind = kind
    self.subject = subject
    self.reason = reason
  }

  /// `subject: reason`, one line.
  public var description: String { "\(subject): \(reason)" }
}
